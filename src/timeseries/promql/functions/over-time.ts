import { meanOf, populationVariance, quantileOf, sumOf } from '../statistics.ts';
import {
  first,
  firstMs,
  last,
  lastMs,
  type RangeFunction,
  type RangeInput,
  valuesOf,
} from './range-function.ts';

const reduce = (apply: (input: RangeInput) => number, keepsName = false): RangeFunction => ({
  keepsName,
  apply,
});

/** Index of the first (or last, with `orEqual`) sample that `beats` every other one; NaN loses against any number. */
function extreme(input: RangeInput, beats: (a: number, b: number) => boolean, orEqual = false): number {
  let best = 0;
  for (let index = 1; index < input.length; index += 1) {
    const value = input.values[index] ?? 0;
    const held = input.values[best] ?? 0;
    if (beats(value, held) || Number.isNaN(held) || (orEqual && value === held)) best = index;
  }
  return best;
}

function countSteps(input: RangeInput, counts: (before: number, now: number) => boolean): number {
  let count = 0;
  for (let index = 1; index < input.length; index += 1) {
    if (counts(input.values[index - 1] ?? 0, input.values[index] ?? 0)) count += 1;
  }
  return count;
}

/** Median of the distances from the median. */
function medianAbsoluteDeviation(input: RangeInput): number {
  const median = quantileOf(0.5, valuesOf(input));
  return quantileOf(
    0.5,
    valuesOf(input).map((value) => Math.abs(value - median)),
  );
}

const larger = (a: number, b: number): boolean => a > b;
const smaller = (a: number, b: number): boolean => a < b;

/** Functions that reduce the samples of a range to one number. */
export const overTimeFunctions: Readonly<Record<string, RangeFunction>> = {
  avg_over_time: reduce((input) => meanOf(valuesOf(input))),
  sum_over_time: reduce((input) => sumOf(valuesOf(input))),
  count_over_time: reduce((input) => input.length),
  min_over_time: reduce((input) => input.values[extreme(input, smaller)] ?? 0),
  max_over_time: reduce((input) => input.values[extreme(input, larger)] ?? 0),
  stddev_over_time: reduce((input) => Math.sqrt(populationVariance(valuesOf(input)))),
  stdvar_over_time: reduce((input) => populationVariance(valuesOf(input))),
  quantile_over_time: reduce((input) => quantileOf(input.params[0] ?? Number.NaN, valuesOf(input))),
  mad_over_time: reduce(medianAbsoluteDeviation),
  last_over_time: reduce(last, true),
  first_over_time: reduce(first, true),
  present_over_time: reduce(() => 1),
  ts_of_first_over_time: reduce((input) => firstMs(input) / 1000),
  ts_of_last_over_time: reduce((input) => lastMs(input) / 1000),
  ts_of_min_over_time: reduce((input) => (input.timesMs[extreme(input, smaller, true)] ?? 0) / 1000),
  ts_of_max_over_time: reduce((input) => (input.timesMs[extreme(input, larger, true)] ?? 0) / 1000),
  resets: reduce((input) => countSteps(input, smallerAfter)),
  changes: reduce((input) =>
    countSteps(input, (before, now) => now !== before && !(Number.isNaN(before) && Number.isNaN(now))),
  ),
};

function smallerAfter(before: number, now: number): boolean {
  return now < before;
}
