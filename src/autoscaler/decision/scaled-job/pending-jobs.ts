/** A pod of a job as far as pending is concerned. */
export interface JobPod {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** Names of the conditions that are true. */
  readonly conditions: readonly string[];
}

/**
 * Counts unfinished jobs that have not really started: none of their pods is Running or Succeeded, or, with
 * `pendingPodConditions`, none meets all of those. Failed and Unknown pods count as pending.
 *
 * @param jobs the pods of each unfinished job.
 */
export function countPendingJobs(
  jobs: readonly (readonly JobPod[])[],
  pendingPodConditions: readonly string[] | null,
): number {
  const hasStarted = ({ phase, conditions }: JobPod): boolean =>
    pendingPodConditions === null || pendingPodConditions.length === 0
      ? phase === 'Running' || phase === 'Succeeded'
      : pendingPodConditions.every((condition) => conditions.includes(condition));
  return jobs.filter((pods) => !pods.some(hasStarted)).length;
}
