/**
 * Ties a metric to the trigger name a formula uses for it.
 *
 * @param formula empty without `scalingModifiers`, when nothing is tied.
 * @returns metric name → trigger name with the new pair; null when there is a formula and the trigger has no name.
 */
export function pairTriggerAndMetric(
  pairs: Readonly<Record<string, string>>,
  formula: string,
  metricName: string,
  triggerName: string | null,
): Readonly<Record<string, string>> | null {
  if (formula === '') return {};
  if (triggerName === null || triggerName === '') return null;
  return { ...pairs, [metricName]: triggerName };
}
