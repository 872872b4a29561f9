/** Waits in bounded memory: whole milliseconds up to 4 s are kept apart, longer ones to within 0.05 %. */
export interface WaitHistogram {
  readonly count: number;
  /** @param ms >= 0 */
  add(ms: number): void;
  /**
   * Nearest rank: the smallest wait that at least this share of all waits does not exceed; 0 without any.
   *
   * @param ratio 0 to 1
   */
  percentile(ratio: number): number;
  readonly maxMs: number;
  readonly meanMs: number;
}

const halfBits = 11;
const half = 1 << halfBits;

export function createWaitHistogram(): WaitHistogram {
  const counts: number[] = [];
  let count = 0;
  let maxMs = 0;
  let sumMs = 0;
  return {
    get count() {
      return count;
    },
    get maxMs() {
      return maxMs;
    },
    get meanMs() {
      return count === 0 ? 0 : sumMs / count;
    },
    add: (ms) => {
      count += 1;
      sumMs += ms;
      maxMs = Math.max(maxMs, ms);
      const index = indexOf(ms);
      while (counts.length <= index) counts.push(0);
      counts[index] = (counts[index] ?? 0) + 1;
    },
    percentile: (ratio) => {
      if (count === 0) return 0;
      const rank = Math.max(1, Math.ceil(ratio * count));
      if (rank === count) return maxMs;
      let seen = 0;
      for (const [index, here] of counts.entries()) {
        seen += here;
        if (seen >= rank) return Math.min(maxMs, valueOf(index));
      }
      return maxMs;
    },
  };
}

/** As HDR histograms do it: one row of buckets for each power of two, each row of the same relative width. */
function indexOf(ms: number): number {
  const whole = Math.round(ms);
  if (whole < half * 2) return whole;
  const shift = Math.floor(Math.log2(whole)) - halfBits;
  return half * (shift + 1) + (Math.floor(whole / 2 ** shift) - half);
}

/** The middle of a bucket. */
function valueOf(index: number): number {
  if (index < half * 2) return index;
  const shift = Math.floor(index / half) - 1;
  const width = 2 ** shift;
  return ((index % half) + half) * width + width / 2;
}
