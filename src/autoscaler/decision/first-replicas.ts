import type { ScalePolicy } from './scale-policy.ts';

/**
 * `spec.replicas` before anything has been decided. On a cluster a count outlives the operator, and a new Deployment
 * begins with what it says; so it is under policy `keda`, and while the object is paused, when nobody would else ever
 * start one. Policy `instant` begins with none: what is needed is known at the first arrival.
 *
 * @param written `spec.replicas` of the Deployment; a cluster takes 1 where it is left out, which here is kept for paused
 * objects: under policy `keda` the first poll would only stop it again.
 * @param kept the last count before a restart.
 */
export function firstReplicas(
  { kind, pause }: Pick<ScalePolicy, 'kind' | 'pause'>,
  written: number | null,
  kept: number | null,
): number {
  if (kind === 'instant' && !pause.paused) return 0;
  // The number of the annotation is written by the first decision.
  if (pause.pausedReplicas !== null) return 0;
  return kept ?? written ?? (pause.paused ? 1 : 0);
}
