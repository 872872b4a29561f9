/** A sum that keeps the digits lost in each addition (Kahan, in Neumaier's form): 1e100 + 1 - 1e100 is 1. */
export interface CompensatedSum {
  readonly sum: number;
  readonly lost: number;
}

export const zeroSum: CompensatedSum = { sum: 0, lost: 0 };

export function addCompensated({ sum, lost }: CompensatedSum, value: number): CompensatedSum {
  const total = sum + value;
  if (!Number.isFinite(total)) return { sum: total, lost: 0 };
  const error = Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
  return { sum: total, lost: lost + error };
}

export function sumOf(values: Iterable<number>): number {
  let total = zeroSum;
  for (const value of values) total = addCompensated(total, value);
  return total.sum + total.lost;
}

/** The mean; where the sum would overflow, the running mean, so that the mean of large numbers is not infinite. */
export function meanOf(values: readonly number[] | Float64Array): number {
  const direct = sumOf(values) / values.length;
  if (Number.isFinite(direct) || values.some((value) => !Number.isFinite(value))) return direct;
  let mean = 0;
  for (const [index, value] of values.entries()) mean += value / (index + 1) - mean / (index + 1);
  return mean;
}

/** The variance of a whole population, by Welford's running form. */
export function populationVariance(values: readonly number[] | Float64Array): number {
  let mean = 0;
  let squares = zeroSum;
  for (const [index, value] of values.entries()) {
    const distance = value - mean;
    mean += distance / (index + 1);
    squares = addCompensated(squares, distance * (value - mean));
  }
  return (squares.sum + squares.lost) / values.length;
}

/**
 * The φ-quantile of the values, between neighbours by proportion. NaN for no values or φ NaN, -Inf for φ < 0, +Inf for φ > 1.
 * NaN counts as the smallest value.
 */
export function quantileOf(phi: number, values: readonly number[] | Float64Array): number {
  if (values.length === 0 || Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return -Infinity;
  if (phi > 1) return Infinity;
  const sorted = [...values].sort(compareNanFirst);
  const rank = phi * (sorted.length - 1);
  const below = Math.max(0, Math.floor(rank));
  const above = Math.min(sorted.length - 1, below + 1);
  const weight = rank - Math.floor(rank);
  return (sorted[below] ?? 0) * (1 - weight) + (sorted[above] ?? 0) * weight;
}

export function compareNanFirst(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  if (Number.isNaN(b)) return 1;
  return a - b;
}
