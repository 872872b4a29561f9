import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { JobLaunch } from '../../manifests/job-spec.ts';
import type { Guardian } from '../guardian.ts';
import type { JobStatus, JobTarget } from '../job-target.ts';
import { jobCommand } from './job/job-command.ts';
import { startReplicaProcess, type ProcessEnd, type ReplicaProcess } from './process/replica-process.ts';
import { noAddress } from './process/replica-record.ts';

export interface JobTargetOptions {
  readonly launch: JobLaunch;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly guardian: Guardian;
  /** More wait as `pending`, as they do on a full cluster. @defaultValue 4 for each core */
  readonly maxRunning?: number;
  /** What jobs inherit. @defaultValue the environment of this process */
  readonly baseEnvironment?: Readonly<Record<string, string | undefined>>;
  /** Each line a job writes, at most 4096 characters. @defaultValue an event `job-output` in the log */
  readonly onOutput?: (job: string, stream: 'stdout' | 'stderr', line: string) => void;
}

/** What the driver knows of one job. */
type JobRecord = { -readonly [Key in keyof JobStatus]: JobStatus[Key] } & {
  process: ReplicaProcess | null;
  cancelRetry: (() => void) | null;
  cancelDeadline: (() => void) | null;
  /** Its time is over; the process is being stopped. */
  overdue: boolean;
  /** Forgotten as soon as its process is gone. */
  removed: boolean;
};

const firstRetryMs = 10_000;
const lastRetryMs = 360_000;

/** Jobs are processes on this machine, each the leader of its own group; a failed one is tried again as a Job's pod is. */
export function createJobTarget(options: JobTargetOptions): JobTarget {
  const { clock, guardian, launch } = options;
  const logger = options.logger.child({ job: launch.name });
  const { activeDeadlineMs, terminationGracePeriodMs } = launch;
  const maxRunning = options.maxRunning ?? 4 * availableParallelism();
  let jobs: JobRecord[] = [];
  const listeners = new Set<() => void>();
  let onAllGone: (() => void) | null = null;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const forget = (job: JobRecord): void => {
    jobs = jobs.filter((other) => other !== job);
    if (jobs.length === 0) onAllGone?.();
  };

  const start = (job: JobRecord): void => {
    job.state = 'running';
    job.startedAtMs ??= clock.now();
    if (activeDeadlineMs !== null) {
      job.cancelDeadline ??= clock.schedule(activeDeadlineMs, () => outOfTime(job), { background: true });
    }
    job.tries += 1;
    job.process = startReplicaProcess({
      command: jobCommand(launch, job.name, options.baseEnvironment ?? process.env),
      address: noAddress,
      probe: null,
      clock,
      guardian,
      onLine: (stream, line) => {
        if (options.onOutput) options.onOutput(job.name, stream, line);
        else logger.info({ event: 'job-output', name: job.name, stream, line });
      },
      onReady: () => {},
      onEnd: (end) => ended(job, end),
    });
    job.pid = job.process.pid;
    logger.info({ event: 'job-started', name: job.name, pid: job.pid, tries: job.tries });
  };

  const ended = (job: JobRecord, end: ProcessEnd): void => {
    job.process = null;
    job.pid = null;
    job.message = describeEnd(launch, end);
    if (job.removed) forget(job);
    else if (job.overdue) finish(job, 'failed');
    else if (end.code === 0) finish(job, 'succeeded');
    else if (job.tries > launch.backoffLimit) finish(job, 'failed');
    else {
      const waitMs = Math.min(lastRetryMs, firstRetryMs * 2 ** (job.tries - 1));
      logger.warn({
        event: 'job-try-failed',
        name: job.name,
        message: job.message,
        stderr: end.stderr,
        waitMs,
      });
      job.cancelRetry = clock.schedule(waitMs, () => {
        job.cancelRetry = null;
        start(job);
        changed();
      });
    }
    pump();
    changed();
  };

  /** `activeDeadlineSeconds`: all tries together, and the waits between them. */
  const outOfTime = (job: JobRecord): void => {
    job.overdue = true;
    job.cancelRetry?.();
    job.cancelRetry = null;
    if (job.process) {
      job.process.terminate(terminationGracePeriodMs);
      return;
    }
    finish(job, 'failed');
    pump();
    changed();
  };

  const finish = (job: JobRecord, state: 'succeeded' | 'failed'): void => {
    job.cancelDeadline?.();
    job.cancelDeadline = null;
    if (job.overdue) {
      job.message =
        `It did not end within ${(activeDeadlineMs ?? 0) / 1000} s (activeDeadlineSeconds). ${job.message ?? ''}`.trim();
    }
    job.state = state;
    job.finishedAtMs = clock.now();
    const { message, name, tries } = job;
    logger[state === 'failed' ? 'warn' : 'info']({ event: `job-${state}`, name, tries, message });
  };

  /** Starts pending jobs while there is room, the oldest first. */
  const pump = (): void => {
    let room = maxRunning - jobs.filter(({ state }) => state === 'running').length;
    for (const job of jobs) {
      if (room <= 0) return;
      if (job.state !== 'pending' || job.removed) continue;
      room -= 1;
      start(job);
    }
  };

  const remove = (names: readonly string[]): void => {
    for (const job of jobs.filter(({ name }) => names.includes(name))) {
      job.removed = true;
      job.cancelRetry?.();
      job.cancelRetry = null;
      job.cancelDeadline?.();
      job.cancelDeadline = null;
      if (job.state === 'running') logger.warn({ event: 'job-stopped', name: job.name, pid: job.pid });
      if (job.process) job.process.terminate(terminationGracePeriodMs);
      else forget(job);
    }
    pump();
    changed();
  };

  return {
    name: launch.name,
    jobs: () => jobs.filter(({ removed }) => !removed).map(statusOf),
    create: (count, generation) => {
      for (let index = 0; index < count; index += 1) {
        jobs.push({
          name: `${launch.name}-${randomBytes(3).toString('hex')}`,
          generation,
          state: 'pending',
          pid: null,
          createdAtMs: clock.now(),
          startedAtMs: null,
          finishedAtMs: null,
          tries: 0,
          message: null,
          process: null,
          cancelRetry: null,
          cancelDeadline: null,
          overdue: false,
          removed: false,
        });
      }
      pump();
      if (count > 0) changed();
    },
    remove,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [Symbol.asyncDispose]: async () => {
      const gone = new Promise<void>((resolve) => {
        onAllGone = resolve;
      });
      remove(jobs.map(({ name }) => name));
      if (jobs.length > 0) await gone;
    },
  };
}

function statusOf(job: JobRecord): JobStatus {
  const { createdAtMs, finishedAtMs, generation, message, name, pid, startedAtMs, state, tries } = job;
  return { name, generation, state, pid, createdAtMs, startedAtMs, finishedAtMs, tries, message };
}

function describeEnd({ command }: JobLaunch, { code, signal, startError }: ProcessEnd): string {
  const program = command[0] ?? '';
  if (startError?.code === 'ENOENT') {
    return `"${program}" could not be started: there is no such program on PATH, or its working directory does not exist.`;
  }
  if (startError) return `"${program}" could not be started: ${startError.message}`;
  return signal === null ? `"${program}" exited with code ${code}.` : `"${program}" was ended by ${signal}.`;
}
