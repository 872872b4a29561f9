import { toInt32 } from './quantity.ts';
import type { PodGroups } from './group-pods.ts';
import type { Tolerances } from './tolerance.ts';
import { isWithinTolerance } from './tolerance.ts';

/** What differs between percent-of-request and plain values. */
export interface PerPodMeasure {
  /** Usage / target over the given samples; null when none of them counts. */
  readonly ratio: (samples: ReadonlyMap<string, number>) => number | null;
  /** What a pod without a sample is assumed to use when the rest would scale down. */
  readonly assumedWhenMissing: (podId: string) => number;
}

/** The count, and whether it is the current one because of the tolerance or because the direction would turn. */
export interface PerPodResult {
  readonly replicas: number;
  readonly withinTolerance: boolean;
}

/**
 * Replicas from per-pod samples. Pods that cannot be measured are filled in so that they damp the change: on the way
 * up they use nothing, on the way down they use their full target; a damped result never turns the direction round.
 *
 * @param samples of the ready pods only (`PodGroups.readyCount` of them and strangers).
 * @returns null when no sample belongs to a known pod.
 */
export function pessimisticReplicas(
  currentReplicas: number,
  samples: ReadonlyMap<string, number>,
  groups: PodGroups,
  measure: PerPodMeasure,
  tolerances: Tolerances,
): PerPodResult | null {
  const ratio = measure.ratio(samples);
  if (ratio === null) return null;
  const keep: PerPodResult = { replicas: currentReplicas, withinTolerance: true };
  const unreadyDamps = groups.unready.length > 0 && ratio > 1;
  if (!unreadyDamps && groups.missing.length === 0) {
    if (isWithinTolerance(ratio, tolerances)) return keep;
    return { replicas: toInt32(Math.ceil(ratio * groups.readyCount)), withinTolerance: false };
  }
  const filled = new Map(samples);
  if (ratio !== 1) {
    for (const id of groups.missing) filled.set(id, ratio < 1 ? measure.assumedWhenMissing(id) : 0);
  }
  if (unreadyDamps) for (const id of groups.unready) filled.set(id, 0);
  const damped = measure.ratio(filled);
  if (damped === null) return null;
  const crossed = (ratio < 1 && damped > 1) || (ratio > 1 && damped < 1);
  if (crossed || isWithinTolerance(damped, tolerances)) return keep;
  const replicas = toInt32(Math.ceil(damped * filled.size));
  const turned = (damped < 1 && replicas > currentReplicas) || (damped > 1 && replicas < currentReplicas);
  return turned ? keep : { replicas, withinTolerance: false };
}
