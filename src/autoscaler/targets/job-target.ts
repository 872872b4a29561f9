/**
 * One job, from its creation until it is forgotten. `pending`: waits for room. `running`: its process runs, or waits to
 * be tried again. `succeeded` and `failed`: over, kept for the history.
 */
export interface JobStatus {
  readonly name: string;
  /** Of the ScaledJob that created it. */
  readonly generation: number;
  readonly state: 'pending' | 'running' | 'succeeded' | 'failed';
  /** Of its present process; null between two tries as well. */
  readonly pid: number | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  /** Processes started for it. */
  readonly tries: number;
  /** How its last try ended; null before. */
  readonly message: string | null;
}

/** Runs jobs to their end. Disposing stops what runs and resolves when nothing is left. */
export interface JobTarget extends AsyncDisposable {
  readonly name: string;
  /** All that are not forgotten, oldest first. A snapshot. */
  jobs(): readonly JobStatus[];
  /** Creates `count` jobs; returns at once. */
  create(count: number, generation: number): void;
  /** Forgets finished jobs, and stops unfinished ones first. Unknown names are ignored. */
  remove(names: readonly string[]): void;
  /** Calls `listener` after each change. @returns a function that stops it. */
  onChange(listener: () => void): () => void;
}
