/** What the gateway tells the autoscaler, and the autoscaler the gateway. Plain data, no zod: it never leaves the process. */

/** Demand on one scale target at one moment. */
export interface LoadReport {
  readonly target: string;
  readonly atMs: number;
  /** Requests held because no replica has a free slot. */
  readonly pending: number;
  /** Requests being answered by a replica. */
  readonly inFlight: number;
  /** Requests that have arrived since the gateway started; only rises. */
  readonly arrivals: number;
  /** When the last request arrived or ended, whichever is later; null before the first. */
  readonly lastActivityMs: number | null;
  /**
   * When a request was last refused for want of a slot and of a place to wait. Absent when none was, when somebody who
   * asks now would get a slot, and when a held request would have timed out since. Demand, though nobody waits: a
   * waiting room without places would else never wake a replica.
   */
  readonly refusedAtMs?: number;
  /** In-flight requests per replica id; replicas without any are left out. */
  readonly inFlightByReplica: ReadonlyMap<string, number>;
}

/** Where a replica listens. */
export type ReplicaAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** `starting`: not ready yet. `ready`: takes requests. `draining`: finishes its own, takes no new. `failed`: exited by itself. */
export type ReplicaState = 'starting' | 'ready' | 'draining' | 'failed';

export interface ReplicaEndpoint {
  readonly id: string;
  readonly target: string;
  readonly address: ReplicaAddress;
  readonly state: ReplicaState;
  /** How many requests it may answer at once, >= 1. */
  readonly slots: number;
}
