import type { JobStrategy } from './job-strategy.ts';
import { effectiveMaxScale } from './job-strategy.ts';

/** One poll of a ScaledJob. */
export interface JobInput {
  /** `min` and `max` of `jobBounds`. */
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Unfinished jobs. */
  readonly running: number;
  /** Unfinished jobs that have not really started; see `countPendingJobs`. */
  readonly pending: number;
  /** What the queues ask for, at most `max`; see `jobQueueState`. */
  readonly maxScale: number;
  /** Most to create in one poll, before `eager` raises it. */
  readonly scaleTo: number;
  readonly isActive: boolean;
  readonly strategy: JobStrategy;
}

/**
 * Bounds as KEDA uses them. The maximum is what may run beyond the minimum; a minimum above the maximum is lowered to
 * it and then takes nothing away, and an unset maximum is 100 beyond the minimum.
 */
export function jobBounds(
  minReplicaCount: number | null,
  maxReplicaCount: number | null,
): { readonly min: number; readonly max: number } {
  const min = minReplicaCount ?? 0;
  if (maxReplicaCount === null) return { min, max: 100 };
  if (min > maxReplicaCount) return { min: maxReplicaCount, max: maxReplicaCount };
  return { min, max: maxReplicaCount - min };
}

/**
 * How many jobs this poll creates. Below the minimum it fills up to it and looks at nothing else; then the strategy
 * decides about the rest, with the minimum taken out of what runs.
 */
export function jobsToCreate(input: JobInput): {
  readonly effectiveMaxScale: number;
  readonly scaleTo: number;
  readonly create: number;
} {
  const { minReplicas, maxReplicas, running } = input;
  if (running < minReplicas) {
    const missing = minReplicas - running;
    return { effectiveMaxScale: missing, scaleTo: missing, create: missing };
  }
  const scale = effectiveMaxScale(input.strategy, {
    maxScale: input.maxScale,
    running: running - minReplicas,
    pending: input.pending,
    maxReplicas,
    scaleTo: input.scaleTo,
  });
  const positive = Math.max(0, scale.effectiveMaxScale);
  return {
    effectiveMaxScale: positive,
    scaleTo: scale.scaleTo,
    create: input.isActive ? Math.min(positive, scale.scaleTo) : 0,
  };
}
