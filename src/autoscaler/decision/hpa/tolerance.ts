import type { HpaPolicy, CompatPolicy } from '../scale-policy.ts';

/** How far usage / target may be from 1 without a change, per direction. */
export interface Tolerances {
  readonly up: number;
  readonly down: number;
}

/** The tolerances in force: those of `behavior` where the release knows them, else the global one. */
export function tolerancesOf(hpa: HpaPolicy, compat: CompatPolicy): Tolerances {
  const { behavior, tolerance } = hpa;
  if (compat.kubernetes === '1.32') return { up: tolerance, down: tolerance };
  return {
    up: behavior?.scaleUp?.tolerance ?? tolerance,
    down: behavior?.scaleDown?.tolerance ?? tolerance,
  };
}

/** Both ends count as within: 0.9 and 1.1 at a tolerance of 0.1. NaN is not within. */
export function isWithinTolerance(ratio: number, tolerances: Tolerances): boolean {
  return 1 - tolerances.down <= ratio && ratio <= 1 + tolerances.up;
}
