import type { MetricTarget } from '../load-snapshot.ts';

/** One trigger of a ScaledJob as it was read. */
export interface JobTrigger {
  /** Value of its first metric. */
  readonly queueLength: number;
  /** Mean of its AverageValue targets. */
  readonly target: number;
  readonly active: boolean;
  /** Null when it was read. */
  readonly error: string | null;
}

/** All triggers together. */
export interface JobQueueState {
  readonly isActive: boolean;
  readonly isError: boolean;
  readonly queueLength: number;
  /** Jobs asked for, at most the bound. */
  readonly maxValue: number;
}

/** Mean over all targets of a trigger; a `Value` target counts as 0 in it, as in KEDA; 0 without any. */
export function meanTarget(targets: readonly MetricTarget[]): number {
  const counted = targets.map(({ kind, value }) => (kind === 'AverageValue' ? value : 0));
  return counted.length === 0 ? 0 : sum(counted) / counted.length;
}

/**
 * Combines the active triggers only. `max` and `min` pick one trigger by the length of its queue and take what that one
 * asks for, even when another asks for more (or less). A minimum above 0 keeps the object active with an empty queue.
 *
 * @param calculation `multipleScalersCalculation`; anything unknown counts as `max`.
 * @param effectiveMax max − min.
 */
export function jobQueueState(
  triggers: readonly JobTrigger[],
  calculation: string,
  minReplicas: number,
  effectiveMax: number,
): JobQueueState {
  const isError = triggers.some(({ error }) => error !== null);
  const queues = triggers
    .filter(({ active, error }) => active && error === null)
    .map(({ queueLength, target }) => ({
      queueLength,
      // Without a target (only `Value` targets, or 0) a trigger asks for nothing.
      maxValue: target === 0 ? 0 : Math.min(queueLength / target, effectiveMax),
    }));
  const combined = combine(queues, calculation);
  return {
    isActive: combined !== null || minReplicas > 0,
    isError,
    queueLength: Math.ceil(combined?.queueLength ?? 0),
    maxValue: Math.ceil(Math.min(combined?.maxValue ?? 0, effectiveMax)),
  };
}

/** Queue length and jobs asked for, of one trigger or of all together. */
type Queue = Readonly<Pick<JobQueueState, 'queueLength' | 'maxValue'>>;

/** Null when nothing is active: no active trigger, or under `max` only ones with an empty queue. */
function combine(queues: readonly Queue[], calculation: string): Queue | null {
  if (queues.length === 0) return null;
  switch (calculation) {
    case 'min':
      // An empty queue counts as not chosen yet, so a later one takes its place.
      return queues.reduce((least, queue) =>
        least.queueLength === 0 || queue.queueLength < least.queueLength ? queue : least,
      );
    case 'avg':
    case 'sum': {
      const share = calculation === 'avg' ? queues.length : 1;
      return {
        queueLength: sum(queues.map(({ queueLength }) => queueLength)) / share,
        maxValue: sum(queues.map(({ maxValue }) => maxValue)) / share,
      };
    }
    default: {
      const longest = queues.reduce((most, queue) => (queue.queueLength > most.queueLength ? queue : most));
      return longest.queueLength > 0 ? longest : null;
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
