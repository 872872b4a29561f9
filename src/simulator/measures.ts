import type { Outcome } from './outcome.ts';
import { createStepCurve, type StepCurve } from './step-curve.ts';
import { createWaitHistogram } from './wait-histogram.ts';

/** Facts about a run that others counted. */
export interface RunFacts {
  readonly policy: string;
  readonly slots: number;
  readonly running: StepCurve;
  readonly starts: number;
  readonly flaps: number;
  readonly changes: number;
  /** Requests that were still held or in flight when nothing more could happen. */
  readonly unfinished: number;
  readonly notes: readonly string[];
}

/** Counts what happens to requests. */
export interface Measures {
  arrived(nowMs: number): void;
  began(waitedMs: number, wasCold: boolean): void;
  completed(): void;
  rejected(): void;
  timedOut(waitedMs: number, wasCold: boolean): void;
  cut(requests: number): void;
  load(pending: number, inFlight: number, nowMs: number): void;
  /** Requests held or in flight × milliseconds. */
  loadIntegral(nowMs: number): number;
  outcome(facts: RunFacts): Outcome;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

export function createMeasures(spanMs: number, buckets: number): Measures {
  const waits = createWaitHistogram();
  const load = createStepCurve(spanMs, buckets);
  const busy = createStepCurve(spanMs, buckets);
  const held = createStepCurve(spanMs, buckets);
  const arrivals = new Float64Array(buckets);
  const counts = { requests: 0, completed: 0, rejected: 0, timedOut: 0, cut: 0, cold: 0, held: 0 };

  return {
    arrived: (nowMs) => {
      counts.requests += 1;
      const bucket = Math.min(buckets - 1, Math.floor((nowMs / spanMs) * buckets));
      arrivals[bucket] = (arrivals[bucket] ?? 0) + 1;
    },
    began: (waitedMs, wasCold) => {
      waits.add(waitedMs);
      if (waitedMs > 0) counts.held += 1;
      if (wasCold) counts.cold += 1;
    },
    completed: () => {
      counts.completed += 1;
    },
    rejected: () => {
      counts.rejected += 1;
    },
    timedOut: (waitedMs, wasCold) => {
      waits.add(waitedMs);
      counts.timedOut += 1;
      counts.held += 1;
      if (wasCold) counts.cold += 1;
    },
    cut: (requests) => {
      counts.cut += requests;
    },
    load: (pending, inFlight, nowMs) => {
      load.set(pending + inFlight, nowMs);
      busy.set(inFlight, nowMs);
      held.set(pending, nowMs);
    },
    loadIntegral: (nowMs) => load.integral(nowMs),
    outcome: (facts) => {
      const stepMs = spanMs / buckets;
      const replicaMs = facts.running.integralInSpan();
      const busyMs = busy.integralInSpan();
      return {
        policy: facts.policy,
        ...counts,
        waitMs: {
          mean: round(waits.meanMs, 3),
          p50: round(waits.percentile(0.5), 3),
          p95: round(waits.percentile(0.95), 3),
          p99: round(waits.percentile(0.99), 3),
          max: round(waits.maxMs, 3),
        },
        replicaHours: round(replicaMs / 3_600_000, 6),
        mostReplicas: facts.running.max,
        starts: facts.starts,
        flaps: facts.flaps,
        changes: facts.changes,
        utilization: replicaMs === 0 ? 0 : round(busyMs / (replicaMs * facts.slots), 4),
        curves: {
          stepMs,
          replicas: facts.running.means().map((value) => round(value, 3)),
          load: load.means().map((value) => round(value, 3)),
          pending: held.maxima(),
          arrivals: Array.from(arrivals, (count) => round((count * 1000) / stepMs, 4)),
        },
        notes:
          facts.unfinished === 0
            ? facts.notes
            : [...facts.notes, `${facts.unfinished} requests had not ended when nothing more could happen.`],
      };
    },
  };
}
