/**
 * What a trigger enters into a formula with, under fallback behavior `scalingModifiers`: nil once its failures exceed
 * the threshold, else its value.
 */
export function triggerValue(
  value: number | null,
  numberOfFailures: number,
  failureThreshold: number,
): number | null {
  return numberOfFailures > failureThreshold ? null : value;
}
