import type { Recommendation } from '../decision-state.ts';

/** A count after stabilization, and the list with the new raw count remembered. */
export interface Stabilized {
  readonly replicas: number;
  readonly recommendations: readonly Recommendation[];
  /** When the recommendations that hold the count above (or below) the raw one are too old to; null when none does. */
  readonly heldUntilMs: number | null;
}

/**
 * Without a `behavior`: the highest recommendation of the window, in both directions, so a memory of a busy time can
 * raise the count above what is asked now. A recommendation exactly as old as the window still counts.
 */
export function stabilizeLegacy(
  recommendations: readonly Recommendation[],
  desired: number,
  windowMs: number,
  nowMs: number,
): Stabilized {
  const young = recommendations.filter(({ atMs }) => atMs >= nowMs - windowMs);
  const replicas = young.reduce((most, { replicas }) => Math.max(most, replicas), desired);
  const holding = young.filter((recommendation) => recommendation.replicas > desired);
  return {
    replicas,
    recommendations: remember(recommendations, desired, nowMs, ({ atMs }) => atMs < nowMs - windowMs),
    heldUntilMs: holding.length === 0 ? null : latest(holding) + windowMs + 1,
  };
}

/**
 * With a `behavior`: not above the lowest recommendation of the up window, not below the highest of the down window,
 * and unchanged in between. Here a recommendation as old as its window no longer counts.
 */
export function stabilizeWithBehavior(
  recommendations: readonly Recommendation[],
  current: number,
  desired: number,
  windows: { readonly upMs: number; readonly downMs: number },
  nowMs: number,
): Stabilized {
  const inUp = recommendations.filter(({ atMs }) => atMs > nowMs - windows.upMs);
  const inDown = recommendations.filter(({ atMs }) => atMs > nowMs - windows.downMs);
  const lowest = inUp.reduce((least, { replicas }) => Math.min(least, replicas), desired);
  const highest = inDown.reduce((most, { replicas }) => Math.max(most, replicas), desired);
  const replicas = Math.min(Math.max(current, lowest), highest);
  const holding =
    replicas < desired
      ? inUp.filter((recommendation) => recommendation.replicas < desired)
      : inDown.filter((recommendation) => recommendation.replicas > desired);
  const windowMs = replicas < desired ? windows.upMs : windows.downMs;
  return {
    replicas,
    recommendations: remember(
      recommendations,
      desired,
      nowMs,
      ({ atMs }) => atMs < nowMs - windows.upMs && atMs < nowMs - windows.downMs,
    ),
    heldUntilMs: replicas === desired || holding.length === 0 ? null : latest(holding) + windowMs,
  };
}

/** Reuses the last slot that is too old, else appends: the list stays as long as its window has syncs. */
function remember(
  recommendations: readonly Recommendation[],
  replicas: number,
  atMs: number,
  isOld: (recommendation: Recommendation) => boolean,
): readonly Recommendation[] {
  const slot = recommendations.findLastIndex(isOld);
  const added: Recommendation = { replicas, atMs };
  return slot === -1 ? [...recommendations, added] : recommendations.with(slot, added);
}

function latest(recommendations: readonly Recommendation[]): number {
  return recommendations.reduce((most, { atMs }) => Math.max(most, atMs), -Infinity);
}
