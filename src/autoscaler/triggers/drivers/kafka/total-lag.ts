export interface TotalLagRules {
  readonly lagThreshold: number;
  readonly allowIdleConsumers: boolean;
  readonly limitToPartitionsWithLag: boolean;
  readonly ensureEvenDistributionOfPartitions: boolean;
}

/** The divisors of a number, ascending. */
export function factorsOf(number: number): readonly number[] {
  const factors: number[] = [];
  for (let factor = 1; factor <= number; factor += 1) if (number % factor === 0) factors.push(factor);
  return factors;
}

/** How many consumers share the partitions evenly and are enough for the lag; all partitions when none is enough. */
export function evenConsumers(totalLag: number, partitions: number, lagThreshold: number): number {
  return factorsOf(partitions).find((factor) => factor * lagThreshold >= totalLag) ?? partitions;
}

/**
 * The lag of a group as the HPA sees it. More consumers than partitions would stand idle: the total is cut to as many.
 *
 * The division is a whole one: 109 with a threshold of 10 and 10 partitions stays 109, and asks for 11 consumers.
 *
 * @param lags one per partition
 */
export function totalLag(lags: readonly number[], rules: TotalLagRules): number {
  const partitions = lags.length;
  let total = lags.reduce((sum, lag) => sum + lag, 0);
  if (rules.ensureEvenDistributionOfPartitions && partitions > 0) {
    total = evenConsumers(total, partitions, rules.lagThreshold) * rules.lagThreshold;
  }
  if (rules.allowIdleConsumers) return total;
  const bound = rules.limitToPartitionsWithLag ? lags.filter((lag) => lag > 0).length : partitions;
  return Math.trunc(total / rules.lagThreshold) > bound ? bound * rules.lagThreshold : total;
}
