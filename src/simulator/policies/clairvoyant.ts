import type { Arrivals } from '../arrivals.ts';
import { meanOf } from '../distribution.ts';
import { createEventHeap } from '../event-heap.ts';
import type { Model } from '../model.ts';
import type { OutcomeCurves } from '../outcome.ts';
import { serviceTimes } from '../service-times.ts';
import { createStepCurve } from '../step-curve.ts';

/** What the whole trace, known in advance, says. */
export interface Clairvoyant {
  /** Most requests at once when none waits. */
  readonly peakConcurrency: number;
  /** Replicas that peak needs: the static peak. */
  readonly peakReplicas: number;
  /** No policy under which no request waits pays less replica time. */
  readonly replicaHours: number;
  readonly starts: number;
  /** Time that requests kept slots within the span. */
  readonly busyMs: number;
  /** Replicas that requests need, and the requests themselves. */
  readonly curves: OutcomeCurves;
}

const rounded = (value: number): number => Number(value.toFixed(3));

/**
 * The lower bound of replica time at which nobody waits, with full knowledge of the trace.
 *
 * When no request waits, c(t) requests are answered at time t, so at least n(t) = ceil(c(t) / slots) replicas are ready.
 * Cut the count of ready replicas r(t) >= n(t) into levels: level k is on while r(t) >= k. The levels' lengths add up to
 * the time replicas are ready, and every time a level goes on one start is paid. So the levels can be looked at one by
 * one: level k must be on whenever n(t) >= k, and a gap of length g between two such times costs least when it is
 * bridged for g < start time and ended and started again otherwise: min(g, start). Each level's first start costs a
 * start time too, unless it would lie before the trace begins. That is the sum below. It is a bound and not a plan: it
 * lets requests move between replicas without cost, starts as many at once as it likes and knows no maximum. Start
 * times are taken at their mean.
 *
 * A policy that makes requests wait can pay less.
 */
export function clairvoyant(arrivals: Arrivals, model: Model, buckets: number): Clairvoyant {
  const { timesMs } = arrivals;
  const spanMs = Math.max(1, arrivals.spanMs);
  const serviceMs = serviceTimes(arrivals, model);
  const startMs = meanOf(model.start);
  const ends = createEventHeap<null>();
  const needed = createStepCurve(spanMs, buckets);
  const load = createStepCurve(spanMs, buckets);
  const arrived = new Float64Array(buckets);
  /** When level k + 1 last went off; -Infinity while it never was on. */
  const offSinceMs: number[] = [];
  let concurrency = 0;
  let peak = 0;
  let level = 0;
  let overheadMs = 0;
  let starts = 0;

  const setLevel = (nowMs: number): void => {
    load.set(concurrency, nowMs);
    const next = Math.ceil(concurrency / model.slots);
    if (next === level) return;
    for (let on = level; on < next; on += 1) {
      const gapMs = nowMs - (offSinceMs[on] ?? -Infinity);
      if (gapMs >= startMs) starts += 1;
      // Before the trace begins nothing is counted, neither here nor for any policy.
      overheadMs += Math.min(gapMs, startMs, nowMs);
    }
    for (let off = next; off < level; off += 1) offSinceMs[off] = nowMs;
    level = next;
    needed.set(level, nowMs);
  };

  const endUntil = (untilMs: number): void => {
    while (ends.peekMs() <= untilMs) {
      const atMs = ends.peekMs();
      ends.pop();
      concurrency -= 1;
      // A request that takes the slot at the very same time needs no other.
      if (ends.peekMs() > atMs && atMs < untilMs) setLevel(atMs);
    }
  };

  for (let index = 0; index < timesMs.length; index += 1) {
    const atMs = timesMs[index] ?? 0;
    endUntil(atMs);
    concurrency += 1;
    peak = Math.max(peak, concurrency);
    ends.push(atMs + (serviceMs[index] ?? 0), null);
    const bucket = Math.min(buckets - 1, Math.floor((atMs / spanMs) * buckets));
    arrived[bucket] = (arrived[bucket] ?? 0) + 1;
    setLevel(atMs);
  }
  endUntil(spanMs);
  const totalMs = needed.integralInSpan() + overheadMs;
  return {
    peakConcurrency: peak,
    peakReplicas: Math.ceil(peak / model.slots),
    replicaHours: Number((totalMs / 3_600_000).toFixed(6)),
    starts,
    busyMs: load.integralInSpan(),
    curves: {
      stepMs: spanMs / buckets,
      replicas: needed.means().map(rounded),
      load: load.means().map(rounded),
      pending: Array.from({ length: buckets }, () => 0),
      arrivals: Array.from(arrived, (count) => rounded((count * 1000 * buckets) / spanMs)),
    },
  };
}
