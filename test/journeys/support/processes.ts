import { execFileSync } from 'node:child_process';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Processes of the machine that have not ended; those that merely wait to be collected have. */
function runningProcesses(): readonly ProcessEntry[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line): ProcessEntry[] => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }];
  });
}

/** Children of a process and theirs; `ps` itself is none. */
export function descendantsOf(pid: number): readonly ProcessEntry[] {
  const all = runningProcesses();
  const found: ProcessEntry[] = [];
  const families = [pid];
  for (let parent = families.pop(); parent !== undefined; parent = families.pop()) {
    for (const entry of all) {
      if (entry.parent !== parent || entry.command.startsWith('ps -A')) continue;
      found.push(entry);
      families.push(entry.pid);
    }
  }
  return found;
}

/** Which of these processes still run. */
export function stillRunning(pids: readonly number[]): readonly ProcessEntry[] {
  return runningProcesses().filter(({ pid }) => pids.includes(pid));
}

export const isReplica = ({ command }: ProcessEntry): boolean => command.includes('replica.js');
export const isWorker = ({ command }: ProcessEntry): boolean => command.includes('worker.js');
