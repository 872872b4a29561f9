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

/** Mean of the AverageValue targets of a trigger; a `Value` target contributes nothing; 0 without any. */
export function meanTarget(targets: readonly MetricTarget[]): number {
  const counted = targets.filter(({ kind }) => kind === 'AverageValue').map(({ value }) => value);
  return counted.length === 0 ? 0 : sum(counted) / counted.length;
}

/**
 * Combines the active triggers only. A minimum above 0 keeps the object active with an empty queue.
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
  const active = triggers
    .filter((trigger) => trigger.active && trigger.error === null)
    .map(({ queueLength, target }) => ({
      queueLength,
      // A trigger without a target asks for as much as may be.
      maxValue:
        target > 0 ? Math.min(queueLength / target, effectiveMax) : queueLength > 0 ? effectiveMax : 0,
    }));
  const queueLength = combine(
    active.map((trigger) => trigger.queueLength),
    calculation,
  );
  const maxValue = combine(
    active.map((trigger) => trigger.maxValue),
    calculation,
  );
  return {
    isActive: active.length > 0 || minReplicas > 0,
    isError,
    queueLength: Math.ceil(queueLength),
    maxValue: Math.ceil(Math.min(maxValue, effectiveMax)),
  };
}

function combine(values: readonly number[], calculation: string): number {
  if (values.length === 0) return 0;
  switch (calculation) {
    case 'min':
      return Math.min(...values);
    case 'avg':
      return sum(values) / values.length;
    case 'sum':
      return sum(values);
    default:
      return Math.max(...values);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
