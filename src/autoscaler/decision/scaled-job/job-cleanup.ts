/** A finished job. */
export interface FinishedJob {
  readonly name: string;
  readonly outcome: 'Complete' | 'Failed';
  readonly completedAtMs: number;
}

/** Names of the finished jobs to delete: per outcome the newest ones stay, up to the limit. */
export function jobsToDelete(
  jobs: readonly FinishedJob[],
  limits: { readonly successful: number; readonly failed: number },
): readonly string[] {
  const beyond = (outcome: FinishedJob['outcome'], limit: number): readonly string[] =>
    jobs
      .filter((job) => job.outcome === outcome)
      .toSorted((a, b) => b.completedAtMs - a.completedAtMs)
      .slice(Math.max(0, limit))
      .map(({ name }) => name);
  return [...beyond('Complete', limits.successful), ...beyond('Failed', limits.failed)];
}
