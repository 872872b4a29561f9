import { AppError } from '../contract/app-error.ts';
import type { Outcome } from './outcome.ts';
import { parseDuration } from './parse-duration.ts';
import { formatCount } from './report/format-figure.ts';
import type { SweepPoint } from './sweep.ts';

/** A bound on waiting, as `p95=2s`. */
export interface WaitTarget {
  readonly measure: keyof Outcome['waitMs'];
  readonly ms: number;
}

/** Which points are worth having, and which one to take. */
export interface Recommendation {
  /** Indexes of points that no other point beats in both cost and wait, cheapest first. */
  readonly frontier: readonly number[];
  /** Index of the point to take; null without a target or without points. */
  readonly recommended: number | null;
  /** Whether it meets the target. */
  readonly meetsTarget: boolean;
  /** Why, in a sentence. */
  readonly sentence: string;
}

/** More failed requests than this, and a short wait of the others is no success. */
const toleratedFailures = 0.001;

/** @throws AppError `invalid-argument`. */
export function parseWaitTarget(text: string): WaitTarget {
  const [, measure = '', time = ''] = /^(mean|p50|p95|p99|max)=(.+)$/.exec(text.trim()) ?? [];
  const ms = parseDuration(time);
  if (isMeasure(measure) && ms !== null) return { measure, ms };
  throw new AppError(
    'invalid-argument',
    `--wait-target: expected mean, p50, p95, p99 or max and a duration, such as p95=2s, received "${text}".`,
    { param: 'wait-target' },
  );
}

const isMeasure = (text: string): text is keyof Outcome['waitMs'] =>
  ['mean', 'p50', 'p95', 'p99', 'max'].includes(text);

const failures = ({ cut, rejected, timedOut }: Outcome): number => cut + rejected + timedOut;

/** The cheapest point within the target; where none is, the one with the shortest wait, and it says so. */
export function recommend(points: readonly SweepPoint[], target: WaitTarget | null): Recommendation {
  const measure = target?.measure ?? 'p95';
  const waitOf = ({ outcome }: SweepPoint): number => outcome.waitMs[measure];
  const order = points
    .map((point, index) => ({ point, index }))
    .sort(
      (a, b) =>
        a.point.outcome.replicaHours - b.point.outcome.replicaHours ||
        waitOf(a.point) - waitOf(b.point) ||
        a.index - b.index,
    );
  const frontier: number[] = [];
  let shortest = Infinity;
  for (const { index, point } of order) {
    if (waitOf(point) >= shortest) continue;
    shortest = waitOf(point);
    frontier.push(index);
  }
  if (target === null || points.length === 0) {
    return { frontier, recommended: null, meetsTarget: false, sentence: '' };
  }
  const isGood = ({ outcome }: SweepPoint): boolean =>
    outcome.waitMs[measure] <= target.ms && failures(outcome) <= outcome.requests * toleratedFailures;
  const cheapest = order.find(({ point }) => isGood(point));
  if (cheapest !== undefined) {
    return {
      frontier,
      recommended: cheapest.index,
      meetsTarget: true,
      sentence: `the cheapest with ${measure} <= ${target.ms / 1000} s${failing(cheapest.point)}`,
    };
  }
  const nearest = order.reduce((best, other) => (isNearer(other.point, best.point, waitOf) ? other : best));
  return {
    frontier,
    recommended: nearest.index,
    meetsTarget: false,
    sentence: `no point has ${measure} <= ${target.ms / 1000} s with at most 0.1 % of the requests failed; this one comes nearest`,
  };
}

/** What a bound on a wait that most requests keep does not show. */
function failing({ outcome }: SweepPoint): string {
  const failed = failures(outcome);
  if (failed === 0) return '';
  return `, though ${formatCount(failed)} of ${formatCount(outcome.requests)} requests ${failed === 1 ? 'fails' : 'fail'}`;
}

/** Fewer failed requests first, then the shorter wait. */
function isNearer(a: SweepPoint, b: SweepPoint, waitOf: (point: SweepPoint) => number): boolean {
  const difference = failures(a.outcome) - failures(b.outcome);
  return difference < 0 || (difference === 0 && waitOf(a) < waitOf(b));
}
