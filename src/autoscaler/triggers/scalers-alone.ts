import { AppError } from '../../contract/app-error.ts';
import type { BeforeDeadline } from './before-deadline.ts';
import { errorStageOf } from './error-stage.ts';
import type { Scalers } from './scalers.ts';
import type { TriggerEntry } from './trigger-entries.ts';
import type { MetricReading } from './trigger.ts';

/** Each trigger for itself: one that fails connects again at its next reading, and the others never notice. */
export function createScalersAlone(
  entries: readonly TriggerEntry[],
  beforeDeadline: BeforeDeadline,
  closing: (closed: PromiseLike<void>) => void,
): Scalers {
  const once = ({ first }: TriggerEntry, signal: AbortSignal): Promise<readonly MetricReading[]> =>
    beforeDeadline(signal, (either, nowMs) => first.read(nowMs, either));
  return {
    build: () => Promise.resolve(null),
    read: async (entry, signal) => {
      try {
        return await once(entry, signal);
      } catch (error) {
        // Nobody is there: a second try at once would find the same.
        if (signal.aborted || errorStageOf(error) === 'build') throw error;
        try {
          return await once(entry, signal);
        } catch (again) {
          if (errorStageOf(again) === 'fetch') throw again;
          // It was connected, then asked in vain; that connecting fails as well is still an error of asking.
          throw AppError.from(error);
        }
      }
    },
    metrics: ({ first }) => first.metrics(),
    clear: () => {},
    [Symbol.asyncDispose]: () => {
      for (const { first } of entries) closing(first[Symbol.asyncDispose]());
      return Promise.resolve();
    },
  };
}
