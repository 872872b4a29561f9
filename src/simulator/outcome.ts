/** Everything over time, in equal parts of the span. */
export interface OutcomeCurves {
  /** Length of one part. */
  readonly stepMs: number;
  /** Mean number of processes. */
  readonly replicas: readonly number[];
  /** Mean number of requests held or in flight. */
  readonly load: readonly number[];
  /** Most requests held. */
  readonly pending: readonly number[];
  /** Arrivals per second. */
  readonly arrivals: readonly number[];
}

/** What one policy did with one trace. Replica time counts within the span of the trace; requests are followed to their end. */
export interface Outcome {
  readonly policy: string;
  readonly requests: number;
  /** Each request is exactly one of completed, rejected, timed out and cut. */
  readonly completed: number;
  /** Refused at once: the waiting room was full. */
  readonly rejected: number;
  /** Held until the hold timeout. */
  readonly timedOut: number;
  /** Its replica was ended while it was answering. */
  readonly cut: number;
  /** Held while no replica was ready. */
  readonly cold: number;
  /** Held at all. */
  readonly held: number;
  /** From arrival to a slot, over all requests that were not refused at once; one that timed out waited the timeout. */
  readonly waitMs: {
    readonly mean: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
  readonly replicaHours: number;
  /** Most processes at once. */
  readonly mostReplicas: number;
  /** Processes started. */
  readonly starts: number;
  /** Changes of `spec.replicas` against the direction of the change before, within the flapping window. */
  readonly flaps: number;
  /** Changes of `spec.replicas`. */
  readonly changes: number;
  /** Busy slots / slots of the time paid for, 0 to 1. */
  readonly utilization: number;
  readonly curves: OutcomeCurves;
  readonly notes: readonly string[];
}
