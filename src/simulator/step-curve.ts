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
  // In an object and not in variables: numbers of a closure are made anew at each change, those of an object are not.
  const state = { value: 0, sinceMs: 0, total: 0, inSpan: 0, max: 0 };
  /** The bucket of `sinceMs`, and until when times surely lie in it (its end is not a number that divides exactly). */
  const here = { bucket: 0, untilMs: -1 };

  const enter = (nowMs: number): number => {
    if (nowMs < here.untilMs) return here.bucket;
    here.bucket = Math.min(buckets - 1, Math.floor(nowMs / widthMs));
    here.untilMs = Math.min(spanMs, (here.bucket + 1) * widthMs) - certainMs;
    return here.bucket;
  };

  const advance = (nowMs: number): void => {
    const { value, sinceMs } = state;
    if (nowMs <= sinceMs) return;
    state.sinceMs = nowMs;
    if (nowMs < here.untilMs) {
      // The usual step: short, and within one bucket. The long way below comes to the same numbers.
      const share = value * (nowMs - sinceMs);
      const { bucket } = here;
      state.total += share;
      state.inSpan += share;
      sums[bucket] = (sums[bucket] ?? 0) + share;
      if (value > (tops[bucket] ?? 0)) tops[bucket] = value;
      return;
    }
    state.total += value * (nowMs - sinceMs);
    const endMs = Math.min(nowMs, spanMs);
    if (endMs > sinceMs) state.inSpan += value * (endMs - sinceMs);
    let fromMs = sinceMs;
    let bucket = Math.floor(fromMs / widthMs);
    while (fromMs < endMs && bucket < buckets) {
      const toMs = Math.min(endMs, (bucket + 1) * widthMs);
      if (toMs > fromMs) sums[bucket] = (sums[bucket] ?? 0) + value * (toMs - fromMs);
      if (value > (tops[bucket] ?? 0)) tops[bucket] = value;
      fromMs = toMs;
      bucket += 1;
    }
  };

  return {
    get max() {
      return state.max;
    },
    set: (value, nowMs) => {
      advance(nowMs);
      state.value = value;
      if (nowMs > spanMs) return;
      if (value > state.max) state.max = value;
      const bucket = enter(nowMs);
      if (value > (tops[bucket] ?? 0)) tops[bucket] = value;
    },
    integral: (nowMs) => {
      advance(nowMs);
      return state.total;
    },
    integralInSpan: () => {
      advance(spanMs);
      return state.inSpan;
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
