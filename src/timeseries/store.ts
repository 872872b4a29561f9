import { AppError } from '../contract/app-error.ts';
import { type LabelSet, labelEntries, labelsKey, labelValue, metricNameLabel } from './labels.ts';
import type { Matcher } from './matcher.ts';
import { SampleRing } from './sample-ring.ts';

export interface StoreOptions {
  /** How long samples are kept after the newest sample of the store, in milliseconds. @defaultValue 1 h */
  readonly retentionMs?: number;
  /** @defaultValue 10,000 */
  readonly maxSeries?: number;
  /** Of all series together; 16 bytes each. @defaultValue 2,000,000 */
  readonly maxSamples?: number;
}

export interface StoredSeries {
  readonly labels: LabelSet;
  readonly samples: SampleRing;
}

export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export interface StoreStats {
  readonly series: number;
  readonly samples: number;
  /** Bytes of sample buffers; labels and index come on top (about 1 kB a series). */
  readonly sampleBytes: number;
  /** Series dropped because of `maxSeries`, and samples dropped because of `maxSamples`, since the start. */
  readonly evictedSeries: number;
  readonly evictedSamples: number;
}

/** A bounded store of samples in memory. At a bound the oldest go first; nothing is ever refused because it is full. */
export interface MetricsStore {
  /**
   * Adds a sample at the end of its series. @param tMs milliseconds since the epoch.
   * @returns false when the series already has a sample at or after `tMs`, or `tMs` is beyond the retention: not stored.
   */
  append(labels: LabelSet, tMs: number, value: number): boolean;
  /** Says that the series ended at `tMs`; a no-op for a series that is unknown or already ended. */
  appendStale(labels: LabelSet, tMs: number): boolean;
  /** Series on which every matcher holds, in the order they were first seen. */
  select(matchers: readonly Matcher[]): readonly StoredSeries[];
  /** Drops what is older than the retention at `nowMs`, and series left empty. */
  prune(nowMs: number): void;
  setMetadata(metric: string, metadata: MetricMetadata): void;
  metadata(): ReadonlyMap<string, MetricMetadata>;
  stats(): StoreStats;
}

const evictedShare = 16;

/** @throws AppError `invalid-argument` when a bound is not above 0. */
export function createMetricsStore(options: StoreOptions = {}): MetricsStore {
  const { retentionMs = 3_600_000, maxSeries = 10_000, maxSamples = 2_000_000 } = options;
  for (const [name, bound] of Object.entries({ retentionMs, maxSeries, maxSamples })) {
    if (!(bound > 0))
      throw new AppError('invalid-argument', `${name} must be above 0, received ${bound}.`, { param: name });
  }
  const series = new Map<string, StoredSeries>();
  const postings = new Map<string, Map<string, Set<StoredSeries>>>();
  const metadata = new Map<string, MetricMetadata>();
  let newestMs = -Infinity;
  let samples = 0;
  let evictedSeries = 0;
  let evictedSamples = 0;

  const index = (added: StoredSeries): void => {
    for (const [name, value] of labelEntries(added.labels)) {
      const values = postings.get(name) ?? new Map<string, Set<StoredSeries>>();
      postings.set(name, values);
      const members = values.get(value) ?? new Set<StoredSeries>();
      values.set(value, members.add(added));
    }
  };

  const remove = (key: string, gone: StoredSeries): void => {
    series.delete(key);
    samples -= gone.samples.size;
    for (const [name, value] of labelEntries(gone.labels)) {
      const values = postings.get(name);
      const members = values?.get(value);
      members?.delete(gone);
      if (members?.size === 0) values?.delete(value);
      if (values?.size === 0) postings.delete(name);
    }
    const metric = labelValue(gone.labels, metricNameLabel);
    if (!postings.get(metricNameLabel)?.has(metric)) metadata.delete(metric);
  };

  /** A share at a time, so that a scrape far above the bound does not sort all series for each of its samples. */
  const evictSeries = (): void => {
    const oldest = [...series].sort(([, a], [, b]) => a.samples.lastMs - b.samples.lastMs);
    const count = Math.max(1, Math.floor(maxSeries / evictedShare));
    for (const [key, gone] of oldest.slice(0, count)) remove(key, gone);
    evictedSeries += Math.min(count, oldest.length);
  };

  const dropBefore = (tMs: number): number => {
    let dropped = 0;
    for (const [key, one] of series) {
      const count = one.samples.dropBefore(tMs);
      samples -= count;
      dropped += count;
      if (one.samples.size === 0) remove(key, one);
    }
    return dropped;
  };

  const evictSamples = (): void => {
    let oldestMs = Infinity;
    for (const one of series.values()) oldestMs = Math.min(oldestMs, one.samples.firstMs);
    if (oldestMs >= newestMs) return evictSeries();
    evictedSamples += dropBefore(oldestMs + Math.max(1, (newestMs - oldestMs) / evictedShare));
    if (samples > maxSamples) evictSamples();
  };

  const seriesOf = (labels: LabelSet): StoredSeries => {
    const key = labelsKey(labels);
    const known = series.get(key);
    if (known) return known;
    if (series.size >= maxSeries) evictSeries();
    const added: StoredSeries = { labels, samples: new SampleRing() };
    series.set(key, added);
    index(added);
    return added;
  };

  return {
    append: (labels, tMs, value) => {
      if (tMs < newestMs - retentionMs) return false;
      const one = seriesOf(labels);
      if (!(tMs > one.samples.lastMs)) return false;
      samples -= one.samples.dropBefore(Math.max(tMs, newestMs) - retentionMs);
      one.samples.push(tMs, value);
      samples += 1;
      newestMs = Math.max(newestMs, tMs);
      if (samples > maxSamples) evictSamples();
      return true;
    },
    appendStale: (labels, tMs) => {
      const one = series.get(labelsKey(labels));
      if (!one || one.samples.size === 0) return false;
      if (!(tMs > one.samples.lastMs) || one.samples.isStaleAt(one.samples.size - 1)) return false;
      one.samples.pushStale(tMs);
      samples += 1;
      newestMs = Math.max(newestMs, tMs);
      if (samples > maxSamples) evictSamples();
      return true;
    },
    select: (matchers) => {
      let candidates: Iterable<StoredSeries> = series.values();
      let fewest = Infinity;
      for (const matcher of matchers) {
        if (matcher.operator !== '=' || matcher.value === '') continue;
        const members = postings.get(matcher.name)?.get(matcher.value);
        if (!members) return [];
        if (members.size < fewest) {
          fewest = members.size;
          candidates = members;
        }
      }
      const found: StoredSeries[] = [];
      for (const one of candidates) {
        if (matchers.every((matcher) => matcher.matches(labelValue(one.labels, matcher.name))))
          found.push(one);
      }
      return found;
    },
    prune: (nowMs) => void dropBefore(nowMs - retentionMs),
    setMetadata: (metric, known) => {
      if (metadata.has(metric) || metadata.size < maxSeries) metadata.set(metric, known);
    },
    metadata: () => metadata,
    stats: () => {
      let sampleBytes = 0;
      for (const one of series.values()) sampleBytes += one.samples.bytes;
      return { series: series.size, samples, sampleBytes, evictedSeries, evictedSamples };
    },
  };
}
