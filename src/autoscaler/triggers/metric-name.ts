/**
 * The name under which KEDA offers a metric to the HPA: the trigger's index and a name without the characters that
 * Kubernetes refuses there.
 *
 * @example metricName(0, 'queue/jobs.new') // 's0-queue-jobs-new'
 */
export function metricName(index: number, name: string): string {
  return `s${index}-${name.replace(/[/.:%()]/g, '-')}`;
}
