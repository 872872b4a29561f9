import { type LabelSet, labelValue, metricNameLabel, withoutLabels } from '../../labels.ts';
import { parseSampleNumber } from '../../parse-sample-number.ts';
import type { QueryMemo } from '../context.ts';
import type { VectorSample } from '../value.ts';

interface Bucket {
  readonly upper: number;
  readonly count: number;
}

/** Collects the buckets of each histogram (all labels but `le` and the name alike) and reduces them to one sample. */
export function reduceHistograms(
  samples: readonly VectorSample[],
  owner: object,
  memo: QueryMemo,
  reduce: (buckets: readonly Bucket[]) => number,
): VectorSample[] {
  const histograms = new Map<string, { readonly labels: LabelSet; readonly buckets: Bucket[] }>();
  for (const { labels, value } of samples) {
    const { upper, rest } = memo.derive(owner, labels, () => ({
      upper: parseSampleNumber(labelValue(labels, 'le')),
      rest: withoutLabels(labels, ['le', metricNameLabel]),
    }));
    // A bound that is NaN has no place in the order.
    if (upper === null || Number.isNaN(upper)) continue;
    const key = memo.key(rest);
    const histogram = histograms.get(key) ?? { labels: rest, buckets: [] };
    histograms.set(key, histogram);
    histogram.buckets.push({ upper, count: value });
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({ labels, value: reduce(buckets) }));
}

/** By rising bound, equal bounds added up, counts never falling: a scrape in mid-update may show a dent. */
function tidy(buckets: readonly Bucket[]): Bucket[] {
  const tidied: Bucket[] = [];
  for (const bucket of [...buckets].sort((a, b) => a.upper - b.upper)) {
    const before = tidied.at(-1);
    if (before?.upper === bucket.upper)
      tidied.splice(-1, 1, { upper: before.upper, count: before.count + bucket.count });
    else tidied.push(bucket);
  }
  let most = -Infinity;
  return tidied.map(({ upper, count }) => {
    most = count > most || most === -Infinity ? count : most;
    return { upper, count: most };
  });
}

/**
 * The φ-quantile of a classic histogram: inside the bucket that holds it, observations count as evenly spread.
 * NaN without a `+Inf` bucket, with one bucket only, or without observations.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function histogramQuantile(phi: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return -Infinity;
  if (phi > 1) return Infinity;
  const buckets = tidy(unsorted);
  const top = buckets.at(-1);
  if (!top || top.upper !== Infinity || buckets.length < 2 || !(top.count !== 0)) return Number.NaN;
  const rank = phi * top.count;
  const finite = buckets.slice(0, -1);
  const index = finite.findIndex(({ count }) => count >= rank);
  const found = finite[index];
  if (!found) return finite.at(-1)?.upper ?? Number.NaN;
  if (index === 0 && found.upper <= 0) return found.upper;
  const below = finite[index - 1];
  const lower = below?.upper ?? 0;
  const before = below?.count ?? 0;
  return lower + (found.upper - lower) * ((rank - before) / (found.count - before));
}

/** The share of observations between two bounds, by the same even spread. NaN where the quantile is. */
export function histogramFraction(lower: number, upper: number, unsorted: readonly Bucket[]): number {
  const buckets = tidy(unsorted);
  const top = buckets.at(-1);
  if (!top || top.upper !== Infinity || top.count === 0 || Number.isNaN(lower) || Number.isNaN(upper))
    return Number.NaN;
  if (lower >= upper) return 0;
  const upTo = (bound: number): number => {
    if (bound === -Infinity) return 0;
    const index = buckets.findIndex((bucket) => bucket.upper >= bound);
    const found = buckets[index];
    const below = buckets[index - 1];
    if (!found) return top.count;
    if (found.upper === bound) return found.count;
    const from = below?.upper ?? Math.min(0, found.upper);
    const before = below?.count ?? 0;
    // In the last bucket nothing is known of the spread: all of it is taken to lie above.
    if (found.upper === Infinity || bound <= from) return before;
    return before + (found.count - before) * ((bound - from) / (found.upper - from));
  };
  return (upTo(upper) - upTo(lower)) / top.count;
}
