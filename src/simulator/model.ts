import type { HoldPolicy } from '../gateway/hold/hold-core.ts';
import type { Distribution } from './distribution.ts';

/** What is assumed about gateway and replicas; the same for every policy that is compared. */
export interface Model {
  /** Name of the scale target; the label `target` of its metrics. */
  readonly target: string;
  /** Requests a replica answers at once, >= 1. */
  readonly slots: number;
  /** Process start to ready. */
  readonly start: Distribution;
  /** How many replicas may be starting at once, >= 1; others wait for their turn. */
  readonly startCapacity: number;
  /** A ready replica is noticed at the next probe after its start; 0 notices at once. */
  readonly readinessPeriodMs: number;
  /** Service time of requests whose duration the trace does not know. */
  readonly service: Distribution;
  readonly hold: HoldPolicy;
  /** A draining replica is ended after this long, and its requests are cut. */
  readonly terminationGraceMs: number;
  /** Draws start and service times. */
  readonly seed: number;
}

/** The gateway's and Kubernetes' own defaults. */
export const defaultModel: Model = {
  target: 'replica',
  slots: 1,
  start: { kind: 'constant', ms: 1000 },
  startCapacity: 4,
  readinessPeriodMs: 0,
  service: { kind: 'lognormal', medianMs: 1000, sigma: 0.8 },
  hold: {
    perTarget: { maxPending: 1000, maxPendingBytes: 67_108_864 },
    total: { maxPending: 1000, maxPendingBytes: 67_108_864 },
    timeoutMs: 60_000,
  },
  terminationGraceMs: 30_000,
  seed: 1,
};
