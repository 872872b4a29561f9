import { spawn } from 'node:child_process';
import type { ReplicaAddress } from '../../../../contract/load.ts';
import type { Clock } from '../../../../platform/clock.ts';
import type { Probe } from '../../../manifests/deployment.ts';
import type { Guardian } from '../../guardian.ts';
import type { LaunchCommand } from './launch-command.ts';
import { createLineSplitter } from './line-splitter.ts';
import { watchLiveness } from './liveness.ts';
import { watchReadiness } from './readiness.ts';

/** How a process ended, in raw facts. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** It could not even be started. */
  readonly startError: NodeJS.ErrnoException | null;
  /** Its last lines on stderr, oldest first. */
  readonly stderr: readonly string[];
}

export interface ReplicaProcessOptions {
  readonly command: LaunchCommand;
  readonly address: ReplicaAddress;
  /** Null: it is never asked, as a job is not. */
  readonly probe: Probe | null;
  readonly clock: Clock;
  readonly guardian: Guardian;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  readonly onReady: (ready: boolean) => void;
  /** Asked from when it was ready first. Left out or null: never. */
  readonly liveness?: LivenessOptions | null;
  /** Called once, when process and output have ended; the rest of its group has then been killed. */
  readonly onEnd: (end: ProcessEnd) => void;
}

export interface LivenessOptions {
  readonly probe: Probe;
  /** False while it is not to be asked, as when it drains. */
  readonly isWanted: () => boolean;
  /** Called at most once: it hangs, for a reason that is a sentence without its full stop. Ending it is the caller's. */
  readonly onFailed: (reason: string) => void;
}

/** One process of a replica, the leader of its own process group. */
export interface ReplicaProcess {
  /** Null when it could not be started; `onEnd` says why. */
  readonly pid: number | null;
  /** SIGTERM to the whole group now, SIGKILL after `graceMs` (0: at once). Idempotent. */
  terminate(graceMs: number): void;
}

const keptLines = 20;
const maxLineLength = 4096;

export function startReplicaProcess(options: ReplicaProcessOptions): ReplicaProcess {
  const { clock, command, guardian } = options;
  const stderr: string[] = [];
  const ended = new AbortController();
  /** Aborts when the process has ended, or is about to: nobody wants to hear of it any more. */
  const unwatched = new AbortController();
  let cancelKill: (() => void) | null = null;
  let isTerminating = false;
  const child = spawn(command.program, [...command.args], {
    // A group of its own: a shell's children and theirs are reached together, and Ctrl-C reaches none of them by itself.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: command.environment,
    ...(command.workingDir === undefined ? {} : { cwd: command.workingDir }),
  });
  const pid = child.pid ?? null;
  if (pid !== null) guardian.add(pid);

  for (const stream of ['stdout', 'stderr'] as const) {
    const lines = createLineSplitter(maxLineLength, (line) => {
      if (stream === 'stderr') {
        stderr.push(line);
        if (stderr.length > keptLines) stderr.shift();
      }
      options.onLine(stream, line);
    });
    child[stream].on('data', (piece: Buffer) => lines.push(piece));
    child[stream].once('end', () => lines.end());
  }

  const end = (
    code: number | null,
    signal: string | null,
    startError: NodeJS.ErrnoException | null,
  ): void => {
    if (ended.signal.aborted) return;
    ended.abort();
    unwatched.abort();
    cancelKill?.();
    if (pid !== null) guardian.remove(pid);
    options.onEnd({ code, signal, startError, stderr: [...stderr] });
  };
  child.once('error', (error) => {
    if (pid === null) end(null, null, error);
  });
  child.once('exit', (code, signal) => {
    // Whatever it has left behind goes with it; also lets `close` come, which waits for everybody who holds the pipes.
    if (pid !== null) signalGroup(pid, 'SIGKILL');
    // `close` follows once the output is read. A process that gave its pipes to another session would delay it for ever.
    const cancel = clock.schedule(500, () => end(code, signal, null));
    child.once('close', () => {
      cancel();
      end(code, signal, null);
    });
  });

  if (pid !== null && options.probe !== null) {
    const { liveness } = options;
    const startedMs = clock.monotonic();
    const subject = {
      address: options.address,
      environment: command.environment,
      workingDir: command.workingDir,
      clock,
      signal: unwatched.signal,
    };
    let wasReady = false;
    void watchReadiness({
      ...subject,
      probe: options.probe,
      onChange: (ready) => {
        if (liveness && !wasReady) void watchLiveness({ ...subject, ...liveness, startedMs });
        wasReady = true;
        options.onReady(ready);
      },
    });
  }

  return {
    pid,
    terminate: (graceMs) => {
      if (pid === null || isTerminating || ended.signal.aborted) return;
      isTerminating = true;
      unwatched.abort();
      if (graceMs <= 0) {
        signalGroup(pid, 'SIGKILL');
        return;
      }
      signalGroup(pid, 'SIGTERM');
      cancelKill = clock.schedule(graceMs, () => signalGroup(pid, 'SIGKILL'));
    },
  };
}

/** A group that is already gone is what was wanted. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nobody left. EPERM: only processes that have become somebody else's; nothing we could do.
  }
}
