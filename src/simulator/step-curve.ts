/** A number that changes in steps, summed up over a time span in equal buckets: what a plot needs, in bounded memory. */
export interface StepCurve {
  /** The number from now on. @param nowMs never earlier than before. */
  set(value: number, nowMs: number): void;
  /** Value × milliseconds from 0 to `nowMs`, the part after the span included. */
  integral(nowMs: number): number;
  /** Value × milliseconds within the span alone. */
  integralInSpan(): number;
  /** The largest value that held within the span, for however short a time. */
  readonly max: number;
  /** Mean of each bucket, in order. */
  means(): number[];
  /** Largest value of each bucket. */
  maxima(): number[];
}

/** @param spanMs > 0; later times change no bucket. */
export function createStepCurve(spanMs: number, buckets: number): StepCurve {
  const widthMs = spanMs / buckets;
  const sums = new Float64Array(buckets);
  const tops = new Float64Array(buckets);
  let current = 0;
  let sinceMs = 0;
  let total = 0;
  let inSpan = 0;
  let max = 0;

  const advance = (nowMs: number): void => {
    if (nowMs <= sinceMs) return;
    total += current * (nowMs - sinceMs);
    const endMs = Math.min(nowMs, spanMs);
    if (endMs > sinceMs) inSpan += current * (endMs - sinceMs);
    let fromMs = sinceMs;
    let bucket = Math.floor(fromMs / widthMs);
    while (fromMs < endMs && bucket < buckets) {
      const toMs = Math.min(endMs, (bucket + 1) * widthMs);
      if (toMs > fromMs) sums[bucket] = (sums[bucket] ?? 0) + current * (toMs - fromMs);
      if (current > (tops[bucket] ?? 0)) tops[bucket] = current;
      fromMs = toMs;
      bucket += 1;
    }
    sinceMs = nowMs;
  };

  return {
    get max() {
      return max;
    },
    set: (value, nowMs) => {
      advance(nowMs);
      current = value;
      if (nowMs > spanMs) return;
      if (value > max) max = value;
      const bucket = Math.min(buckets - 1, Math.floor(nowMs / widthMs));
      if (value > (tops[bucket] ?? 0)) tops[bucket] = value;
    },
    integral: (nowMs) => {
      advance(nowMs);
      return total;
    },
    integralInSpan: () => {
      advance(spanMs);
      return inSpan;
    },
    means: () => {
      advance(spanMs);
      return Array.from(sums, (sum) => sum / widthMs);
    },
    maxima: () => {
      advance(spanMs);
      return Array.from(tops);
    },
  };
}
