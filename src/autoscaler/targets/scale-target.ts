import type { ReplicaEndpoint } from '../../contract/load.ts';

/** How a replica's process ended. */
export interface ReplicaExit {
  readonly atMs: number;
  /** Null when a signal ended it, or when it could not be started at all. */
  readonly code: number | null;
  readonly signal: string | null;
  /** A sentence: how it ended and what is done about it. */
  readonly message: string;
  /** The last lines it wrote to stderr, oldest first; at most 20. */
  readonly stderr: readonly string[];
}

/**
 * One replica, from the wish to have it until its process is gone.
 * `address` has port 0 (or an empty path) until the process exists; only a `ready` replica may be sent requests.
 */
export interface ReplicaStatus extends ReplicaEndpoint {
  readonly pid: number | null;
  /** When it was decided to have it. */
  readonly wantedAtMs: number;
  /** When its present process was started; null before. */
  readonly startedAtMs: number | null;
  /** When its present process became ready first; null before. */
  readonly readyAtMs: number | null;
  /** Times its process was started again. */
  readonly restarts: number;
  /** How its previous process ended by itself; null when none did. */
  readonly lastExit: ReplicaExit | null;
}

/**
 * Something that can run N replicas. `scaleTo` says how many; the target gets there by itself, and stays there:
 * a replica that exits although it is wanted is started again, ever more slowly while that keeps happening.
 *
 * Disposing stops all replicas in the ordinary way and resolves when the last one is gone.
 */
export interface ScaleTarget extends AsyncDisposable {
  readonly name: string;
  /** spec.replicas: what `scaleTo` was last asked for. */
  readonly desired: number;
  /** Every replica that is not gone, draining ones included, oldest first. A snapshot: does not change later. */
  replicas(): readonly ReplicaStatus[];
  /**
   * Starts or stops replicas until `replicas` of them are wanted. Returns at once; idempotent. Of the replicas to stop,
   * `victims` come first, in their order; then failed ones, starting ones and the youngest ready ones. A ready replica
   * drains before it stops; when more are wanted before it got the signal to stop, it is taken back.
   *
   * @throws AppError `invalid-argument` when `replicas` is not a whole number >= 0.
   */
  scaleTo(replicas: number, victims: readonly string[]): void;
  /** Calls `listener` after each change of `replicas()` or `desired`. @returns a function that stops it. */
  onChange(listener: () => void): () => void;
}
