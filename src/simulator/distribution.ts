import { AppError } from '../contract/app-error.ts';
import { parseDuration } from './parse-duration.ts';

/**
 * How long something takes. `exponential`: by its mean. `lognormal`: by its median and the standard deviation of its
 * logarithm (0.5 is narrow, 1 is a long tail).
 */
export type Distribution =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number };

/** The value at `u`, which is uniform from 0 to 1; milliseconds >= 0. */
export function sample(distribution: Distribution, u: number): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'exponential':
      return -distribution.meanMs * Math.log1p(-u);
    case 'lognormal':
      return distribution.medianMs * Math.exp(distribution.sigma * normalQuantile(u));
  }
}

export function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'exponential':
      return distribution.meanMs;
    case 'lognormal':
      return distribution.medianMs * Math.exp(distribution.sigma ** 2 / 2);
  }
}

/** `2s`, `constant:2s`, `exponential:500ms`, `lognormal:2s,0.8`. @throws AppError `invalid-argument` naming `flag`. */
export function parseDistribution(text: string, flag: string): Distribution {
  const [, kind = 'constant', rest = ''] = /^(?:([a-z]+):)?(.*)$/.exec(text.trim()) ?? [];
  const [time = '', sigmaText, ...others] = rest.split(',');
  const ms = parseDuration(time);
  if (ms !== null && others.length === 0) {
    if (kind === 'constant' && sigmaText === undefined) return { kind, ms };
    if (kind === 'exponential' && sigmaText === undefined && ms > 0) return { kind, meanMs: ms };
    const sigma = Number(sigmaText ?? Number.NaN);
    if (kind === 'lognormal' && ms > 0 && sigma >= 0 && sigma <= 5) return { kind, medianMs: ms, sigma };
  }
  throw new AppError(
    'invalid-argument',
    `${flag}: expected a duration (2s), constant:2s, exponential:2s (mean) or lognormal:2s,0.8 (median, sigma 0 to 5), received "${text}".`,
    { param: flag },
  );
}

/** In words, for reports. */
export function describeDistribution(distribution: Distribution): string {
  switch (distribution.kind) {
    case 'constant':
      return `${distribution.ms / 1000} s`;
    case 'exponential':
      return `exponential, mean ${distribution.meanMs / 1000} s`;
    case 'lognormal':
      return `lognormal, median ${distribution.medianMs / 1000} s, sigma ${distribution.sigma}`;
  }
}

// Acklam's rational approximation of the normal quantile, relative error below 1.2e-9. Written out: an array of
// coefficients and a loop over it take five times as long, and every request draws once.

const middleAbove = (r: number): number =>
  ((((-39.69683028665376 * r + 220.9460984245205) * r + -275.9285104469687) * r + 138.357751867269) * r +
    -30.66479806614716) *
    r +
  2.506628277459239;
const middleBelow = (r: number): number =>
  (((-54.47609879822406 * r + 161.5858368580409) * r + -155.6989798598866) * r + 66.80131188771972) * r +
  -13.28068155288572;
const tailAbove = (q: number): number =>
  ((((-0.007784894002430293 * q + -0.3223964580411365) * q + -2.400758277161838) * q + -2.549732539343734) *
    q +
    4.374664141464968) *
    q +
  2.938163982698783;
const tailBelow = (q: number): number =>
  ((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416;

/** The normal distribution's value at probability `u`. */
function normalQuantile(u: number): number {
  const p = Math.min(1 - 1e-12, Math.max(1e-12, u));
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return tailAbove(q) / (tailBelow(q) * q + 1);
  }
  if (p > 1 - 0.02425) {
    const q = Math.sqrt(-2 * Math.log(1 - p));
    return -tailAbove(q) / (tailBelow(q) * q + 1);
  }
  const q = p - 0.5;
  const r = q * q;
  return (middleAbove(r) * q) / (middleBelow(r) * r + 1);
}
