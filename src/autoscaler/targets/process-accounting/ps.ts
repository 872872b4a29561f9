import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { AccountProcesses, GroupUsage } from '../process-accounting.ts';

const run = promisify(execFile);

/** `ps` writes processor time as `[[days-]hours:]minutes:seconds[.hundredths]`. */
export function parseCpuTime(text: string): number {
  const [, days = '0', clock = ''] = /^(?:(\d+)-)?([\d:.]+)$/.exec(text) ?? [];
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}

/** Lines of `ps -o pgid=,time=,rss=` summed by group; memory is in KiB there. */
export function sumGroups(lines: string, groups: readonly number[]): ReadonlyMap<number, GroupUsage> {
  const usages = new Map<number, { cpuMs: number; memoryBytes: number }>();
  for (const line of lines.split('\n')) {
    const [group = '', time = '', memory = ''] = line.trim().split(/\s+/);
    if (!groups.includes(Number(group))) continue;
    const usage = usages.get(Number(group)) ?? { cpuMs: 0, memoryBytes: 0 };
    usage.cpuMs += parseCpuTime(time);
    usage.memoryBytes += Number(memory) * 1024;
    usages.set(Number(group), usage);
  }
  return usages;
}

/** macOS and others without /proc. The time of children that have ended is not seen there. */
export const accountByPs: AccountProcesses = async (groups) => {
  if (groups.length === 0) return new Map();
  const { stdout } = await run('ps', ['-axo', 'pgid=,time=,rss='], { maxBuffer: 8 * 1024 * 1024 });
  return sumGroups(stdout, groups);
};
