import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { createDecisionState, type DecisionState } from './decision/decision-state.ts';

/** What was kept of a target. */
export interface KeptState {
  readonly state: DecisionState;
  /** The last count that was wanted; null when nothing was kept. */
  readonly replicas: number | null;
}

/** What survives a restart of the autoscaler; a cluster keeps it in the ScaledObject's status and in the Deployment. */
export interface StateFile extends AsyncDisposable {
  /** The kept state, or a new one. An unreadable file counts as none, with a warning. */
  load(): Promise<KeptState>;
  /** Keeps what matters of `state`, and the count that is wanted; written at most once a second, and at the end. */
  keep(state: DecisionState, replicas: number): void;
}

const keptSchema = z.object({
  version: z.literal(1),
  createdAtMs: z.number(),
  lastActiveMs: z.number().nullable(),
  originalReplicas: z.number().nullable(),
  // Files of before had none.
  replicas: z.number().int().min(0).nullable().default(null),
  // Failures counted towards fallback; nor these.
  health: z
    .record(z.string(), z.object({ numberOfFailures: z.number(), status: z.enum(['Happy', 'Failing']) }))
    .default({}),
});

const writeEveryMs = 1000;

/** @param folder null keeps nothing. */
export function createStateFile(
  folder: string | null,
  target: string,
  clock: Clock,
  logger: Logger,
): StateFile {
  const path = folder === null ? null : join(folder, `${target}.json`);
  let waiting: string | null = null;
  let written = '';
  let cancel: (() => void) | null = null;
  let writing: Promise<void> = Promise.resolve();

  const write = (): void => {
    cancel = null;
    const text = waiting;
    waiting = null;
    if (folder === null || path === null || text === null || text === written) return;
    written = text;
    // One write after the other; a reader sees the old file or the new one, never half of one.
    writing = writing.then(async () => {
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(`${path}.new`, text);
        await rename(`${path}.new`, path);
      } catch (error) {
        logger.warn({ event: 'scaling-state-not-written', target, path, error });
      }
    });
  };

  return {
    load: async () => {
      const fresh = createDecisionState(clock.now());
      const nothing: KeptState = { state: fresh, replicas: null };
      if (path === null) return nothing;
      try {
        const kept = keptSchema.parse(JSON.parse(await readFile(path, 'utf8')));
        const { createdAtMs, health, lastActiveMs, originalReplicas, replicas } = kept;
        // A clock that was set back must not hold replicas until it has caught up.
        const notLater = (ms: number): number => Math.min(ms, clock.now());
        const state: DecisionState = {
          ...fresh,
          createdAtMs: notLater(createdAtMs),
          lastActiveMs: lastActiveMs === null ? null : notLater(lastActiveMs),
          originalReplicas,
          health,
        };
        return { state, replicas };
      } catch (error) {
        const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
        if (!isAbsent) logger.warn({ event: 'scaling-state-unreadable', target, path, error });
        return nothing;
      }
    },
    keep: ({ createdAtMs, health, lastActiveMs, originalReplicas }, replicas) => {
      if (path === null) return;
      const kept = { version: 1, createdAtMs, lastActiveMs, originalReplicas, replicas, health };
      waiting = `${JSON.stringify(kept)}\n`;
      cancel ??= clock.schedule(writeEveryMs, write, { background: true });
    },
    [Symbol.asyncDispose]: async () => {
      cancel?.();
      write();
      await writing;
    },
  };
}
