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

/** Well above the rounding of any time of a trace, well below any event's distance that matters. */
const certainMs = 0.001;

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
  /** The bucket of `sinceMs`, and until when times surely lie in it (its end is not a number that divides exactly). */
  let here = 0;
  let hereUntilMs = -1;

  const enter = (nowMs: number): number => {
    if (nowMs < hereUntilMs) return here;
    here = Math.min(buckets - 1, Math.floor(nowMs / widthMs));
    hereUntilMs = Math.min(spanMs, (here + 1) * widthMs) - certainMs;
    return here;
  };

  const advance = (nowMs: number): void => {
    if (nowMs <= sinceMs) return;
    if (nowMs < hereUntilMs) {
      // The usual step: short, and within one bucket. The long way below comes to the same numbers.
      const share = current * (nowMs - sinceMs);
      total += share;
      inSpan += share;
      sums[here] = (sums[here] ?? 0) + share;
      if (current > (tops[here] ?? 0)) tops[here] = current;
      sinceMs = nowMs;
      return;
    }
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
      const bucket = enter(nowMs);
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
