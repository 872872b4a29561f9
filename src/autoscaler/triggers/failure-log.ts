import type { Logger } from '../../platform/logger.ts';
import type { TriggerEntry } from './trigger-entries.ts';

/** Says of each trigger when it begins to fail, when its reason changes, and when it is back; not at every poll between. */
export interface FailureLog {
  readonly failed: (
    entry: TriggerEntry,
    event: 'trigger-failed' | 'triggers-not-built',
    error: unknown,
  ) => void;
  readonly answered: (entry: TriggerEntry) => void;
}

export function createFailureLog(logger: Logger, target: string): FailureLog {
  const known = new Map<TriggerEntry, string>();
  return {
    failed: (entry, event, error) => {
      const { index, spec } = entry;
      const reason = `${event}: ${error instanceof Error ? error.message : String(error)}`;
      const level = known.get(entry) === reason ? 'debug' : 'warn';
      known.set(entry, reason);
      logger[level]({ event, target, index, type: spec.type, error });
    },
    answered: (entry) => {
      const { index, spec } = entry;
      if (known.delete(entry))
        logger.info({ event: 'trigger-answers-again', target, index, type: spec.type });
    },
  };
}
