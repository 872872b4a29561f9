/** A committed offset that does not exist. */
export const noOffset = -1;

export interface PartitionLagRules {
  /** Where a consumer without a committed offset begins. */
  readonly offsetResetPolicy: 'latest' | 'earliest';
  readonly scaleToZeroOnInvalidOffset: boolean;
  readonly excludePersistentLag: boolean;
}

export interface PartitionOffsets {
  /** What the group has committed; `noOffset` for nothing. */
  readonly committed: number;
  /** End of the log; null when the broker does not tell of the partition. */
  readonly end: number | null;
  /** What was committed at the last check; null at the first. */
  readonly previous: number | null;
}

export interface PartitionLag {
  /** For scaling. */
  readonly lag: number;
  /** For activation: counts also what nobody has moved since the last check. */
  readonly lagWithPersistent: number;
}

/** @see https://keda.sh/docs/latest/scalers/apache-kafka/ */
export function partitionLag(
  { committed, end, previous }: PartitionOffsets,
  rules: PartitionLagRules,
): PartitionLag {
  const both = (lag: number): PartitionLag => ({ lag, lagWithPersistent: lag });
  if (committed === noOffset) {
    if (rules.scaleToZeroOnInvalidOffset) return both(0);
    // One, so that a consumer comes and commits.
    if (rules.offsetResetPolicy === 'latest') return both(1);
    return both(end ?? 0);
  }
  if (end === null) return both(0);
  const lag = end - committed;
  return rules.excludePersistentLag && previous === committed
    ? { lag: 0, lagWithPersistent: lag }
    : both(lag);
}
