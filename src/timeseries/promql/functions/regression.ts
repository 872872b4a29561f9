import { evaluationError } from '../query-error.ts';
import { addCompensated, zeroSum } from '../statistics.ts';
import { first, firstMs, type RangeFunction, type RangeInput } from './range-function.ts';

/**
 * The least-squares line through the samples: slope per second, and value at `originMs`.
 *
 * @see https://en.wikipedia.org/wiki/Simple_linear_regression
 */
function line(input: RangeInput, originMs: number): { readonly slope: number; readonly intercept: number } {
  const { length, values, timesMs } = input;
  const initial = first(input);
  let [x, y, xy, xx] = [zeroSum, zeroSum, zeroSum, zeroSum];
  let constant = true;
  for (let index = 0; index < length; index += 1) {
    const value = values[index] ?? 0;
    const seconds = ((timesMs[index] ?? 0) - originMs) / 1000;
    if (value !== initial) constant = false;
    x = addCompensated(x, seconds);
    y = addCompensated(y, value);
    xy = addCompensated(xy, seconds * value);
    xx = addCompensated(xx, seconds * seconds);
  }
  if (constant) {
    return Number.isFinite(initial)
      ? { slope: 0, intercept: initial }
      : { slope: Number.NaN, intercept: Number.NaN };
  }
  const [sumX, sumY, sumXY, sumXX] = [x.sum + x.lost, y.sum + y.lost, xy.sum + xy.lost, xx.sum + xx.lost];
  const slope = (sumXY - (sumX * sumY) / length) / (sumXX - (sumX * sumX) / length);
  return { slope, intercept: sumY / length - (slope * sumX) / length };
}

const between = (name: string, value: number): number => {
  // As Prometheus writes it: NaN passes, and makes the answer NaN.
  if (!(value <= 0 || value >= 1)) return value;
  throw evaluationError(`invalid ${name} factor. Expected: 0 < factor < 1, got: ${value}`);
};

/**
 * Double exponential smoothing: a level that follows the samples and a trend that follows the level.
 *
 * @see https://en.wikipedia.org/wiki/Exponential_smoothing#Double_exponential_smoothing_(Holt_linear)
 */
function smooth(input: RangeInput): number | null {
  const levelFactor = between('smoothing', input.params[0] ?? 0);
  const trendFactor = between('trend', input.params[1] ?? 0);
  if (input.length < 2) return null;
  let level = first(input);
  let trend = (input.values[1] ?? 0) - level;
  for (let index = 1; index < input.length; index += 1) {
    const next = levelFactor * (input.values[index] ?? 0) + (1 - levelFactor) * (level + trend);
    trend = trendFactor * (next - level) + (1 - trendFactor) * trend;
    level = next;
  }
  return level;
}

/** Functions that fit the samples. */
export const regressionFunctions: Readonly<Record<string, RangeFunction>> = {
  deriv: {
    keepsName: false,
    apply: (input) => (input.length < 2 ? null : line(input, firstMs(input)).slope),
  },
  predict_linear: {
    keepsName: false,
    apply: (input) => {
      if (input.length < 2) return null;
      const { slope, intercept } = line(input, input.tMs);
      return slope * (input.params[0] ?? 0) + intercept;
    },
  },
  double_exponential_smoothing: { keepsName: false, apply: smooth },
  holt_winters: { keepsName: false, apply: smooth },
};
