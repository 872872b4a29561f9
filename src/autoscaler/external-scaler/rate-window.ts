/** Requests in the recent past, in buckets: the request rate of KEDA's HTTP add-on. */
export interface RateWindow {
  /** Adds to the bucket of that moment; a moment older than the window is ignored. */
  record(atMs: number, count: number): void;
  /** Says that all that came up to this moment has been recorded: the time without any counts as well. */
  passedTo(atMs: number): void;
  /**
   * Mean over the buckets covered since the first record, at most the window, rounded to three decimals. A moment before
   * the newest record counts as that of the record; a pause as long as the window starts everything anew.
   */
  average(atMs: number): number;
}

/** @param windowMs rounded up to a whole number of `granularityMs`. */
export function createRateWindow(windowMs: number, granularityMs: number): RateWindow {
  const size = Math.max(1, Math.ceil(windowMs / granularityMs));
  const buckets = new Float64Array(size);
  let first = 0;
  let last = -Infinity;
  const bucketOf = (atMs: number): number => Math.floor(atMs / granularityMs);
  const slot = (bucket: number): number => ((bucket % size) + size) % size;

  const moveTo = (bucket: number): void => {
    if (bucket - last >= size) {
      buckets.fill(0);
      first = bucket;
    } else {
      for (let passed = last + 1; passed <= bucket; passed += 1) buckets[slot(passed)] = 0;
    }
    last = bucket;
  };

  return {
    record: (atMs, count) => {
      const bucket = bucketOf(atMs);
      if (bucket > last) moveTo(bucket);
      else if (bucket <= last - size) return;
      first = Math.min(first, bucket);
      buckets[slot(bucket)] = (buckets[slot(bucket)] ?? 0) + count;
    },
    passedTo: (atMs) => {
      const bucket = bucketOf(atMs);
      if (bucket <= last) return;
      const isNew = last === -Infinity;
      moveTo(bucket);
      // Nothing came, but somebody counted: the whole window is covered.
      if (!isNew && first === bucket) first = bucket - size + 1;
    },
    average: (atMs) => {
      const now = Math.max(bucketOf(atMs), last);
      if (now - last >= size) return 0;
      let total = 0;
      for (let bucket = now - size + 1; bucket <= last; bucket += 1) total += buckets[slot(bucket)] ?? 0;
      const covered = Math.min(size, now - first + 1);
      return Math.round((total / covered) * 1000) / 1000;
    },
  };
}
