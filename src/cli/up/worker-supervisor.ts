import { spawn, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import { writeLog } from '../write-log.ts';

export interface WorkerSupervisorOptions {
  /** Program and arguments; started in a process group of its own. */
  readonly command: readonly [string, ...string[]];
  /** Further arguments until a worker has ended well once: what is to be done at the start only. */
  readonly firstArguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A file named `work.wake` that changes here means: there is work. */
  readonly dataDir: string;
  /** Told of every process group, so that none outlives this process. */
  readonly guardian: { add(pgid: number): void; remove(pgid: number): void };
  readonly clock: Clock;
  readonly logger: Logger;
}

const firstRetryMs = 500;
const longestRetryMs = 30_000;
const stopGraceMs = 10_000;

/**
 * Runs the ingestion worker only while there is work: it is started when the wake file changes, ends by itself when
 * the queue is empty, and is started again when it fails.
 */
export function superviseWorker(options: WorkerSupervisorOptions): AsyncDisposable & { wake(): void } {
  const { clock, logger } = options;
  let child: ChildProcess | null = null;
  let ended = Promise.resolve();
  let wokenMeanwhile = false;
  let firstDone = false;
  let stopping = false;
  let retryMs = firstRetryMs;
  let cancelRetry = (): void => {};

  const wake = (): void => {
    if (stopping) return;
    if (child) {
      wokenMeanwhile = true;
      return;
    }
    cancelRetry();
    start();
  };

  const onExit = (worker: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void => {
    if (worker.pid !== undefined) options.guardian.remove(worker.pid);
    child = null;
    if (stopping) return;
    if (code === 0) {
      firstDone = true;
      retryMs = firstRetryMs;
      if (wokenMeanwhile) start();
      return;
    }
    logger.error({ event: 'worker-failed', code, signal, retryInMs: retryMs });
    cancelRetry = clock.schedule(retryMs, start);
    retryMs = Math.min(longestRetryMs, retryMs * 2);
  };

  const start = (): void => {
    wokenMeanwhile = false;
    const [program, ...args] = options.command;
    const worker = spawn(program, firstDone ? args : [...args, ...options.firstArguments], {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    child = worker;
    if (worker.pid !== undefined) options.guardian.add(worker.pid);
    if (worker.stderr) createInterface({ input: worker.stderr }).on('line', (line) => writeLog(`${line}\n`));
    ended = new Promise((resolve) => {
      worker.once('error', (error) => {
        logger.error({ event: 'worker-not-started', error });
        onExit(worker, null, null);
        resolve();
      });
      worker.once('exit', (code, signal) => {
        onExit(worker, code, signal);
        resolve();
      });
    });
  };

  const watcher = watch(options.dataDir, { persistent: false }, (_kind, name) => {
    if (name === 'work.wake') wake();
  });

  return {
    wake,
    [Symbol.asyncDispose]: async () => {
      stopping = true;
      cancelRetry();
      watcher.close();
      const worker = child;
      if (!worker) return;
      worker.kill('SIGTERM');
      const cancelKill = clock.schedule(stopGraceMs, () => worker.kill('SIGKILL'));
      await ended;
      cancelKill();
    },
  };
}
