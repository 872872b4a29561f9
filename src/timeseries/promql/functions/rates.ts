import { first, firstMs, last, lastMs, type RangeFunction, type RangeInput } from './range-function.ts';

/**
 * How much a series grew within the range, extrapolated to the whole range.
 *
 * The samples cover only a part of the range: the growth between first and last sample is stretched to the range's
 * ends where the nearest sample is less than 1.1 average gaps away, else by half an average gap. A counter is not
 * stretched further back than to where it would have been zero, and a fall counts as a restart from zero.
 *
 * Example: samples 10, 20, 30 at 15, 30, 45 s in the range 0 to 60 s grow 20 in 30 s. Both ends are 15 s away, less than
 * 1.1 x 15 s: increase = 20 x 60 / 30 = 40. Zero would have been at 0 s, so nothing is cut.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
function extrapolated(input: RangeInput, isCounter: boolean, perSecond: boolean): number | null {
  const { length, values, startMs, endMs, semantics } = input;
  if (length < 2) return null;
  let growth = last(input) - first(input);
  if (isCounter) {
    for (let index = 1; index < length; index += 1) {
      const before = values[index - 1] ?? 0;
      if ((values[index] ?? 0) < before) growth += before;
    }
  }
  const sampledSeconds = (lastMs(input) - firstMs(input)) / 1000;
  const gap = sampledSeconds / (length - 1);
  const near = gap * 1.1;
  let before = (firstMs(input) - startMs) / 1000;
  let after = (endMs - lastMs(input)) / 1000;
  const toZero =
    isCounter && growth > 0 && first(input) >= 0 ? sampledSeconds * (first(input) / growth) : Infinity;
  if (semantics === 'prometheus-2') {
    before = Math.min(before, toZero);
    if (before >= near) before = gap / 2;
  } else {
    if (before >= near) before = gap / 2;
    before = Math.min(before, toZero);
  }
  if (after >= near) after = gap / 2;
  const total = growth * ((sampledSeconds + before + after) / sampledSeconds);
  return perSecond ? total / ((endMs - startMs) / 1000) : total;
}

/** The change between the last two samples. */
function instant(input: RangeInput, isRate: boolean): number | null {
  const { length, values, timesMs } = input;
  if (length < 2) return null;
  const before = values[length - 2] ?? 0;
  const now = last(input);
  const seconds = (lastMs(input) - (timesMs[length - 2] ?? 0)) / 1000;
  if (seconds === 0) return null;
  if (!isRate) return now - before;
  return (now < before ? now : now - before) / seconds;
}

/** Functions that turn a counter or gauge into its growth. */
export const rateFunctions: Readonly<Record<string, RangeFunction>> = {
  rate: { keepsName: false, apply: (input) => extrapolated(input, true, true) },
  increase: { keepsName: false, apply: (input) => extrapolated(input, true, false) },
  delta: { keepsName: false, apply: (input) => extrapolated(input, false, false) },
  irate: { keepsName: false, apply: (input) => instant(input, true) },
  idelta: { keepsName: false, apply: (input) => instant(input, false) },
};
