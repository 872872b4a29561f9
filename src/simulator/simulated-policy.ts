import type { LoadSnapshot, TriggerReading } from '../autoscaler/decision/load-snapshot.ts';

/** What a policy sees and may do. Times are milliseconds since the start of the trace. */
export interface World {
  /** Wall time of 0, milliseconds since the epoch. */
  readonly startMs: number;
  readonly nowMs: number;
  /** `spec.replicas`. */
  readonly desired: number;
  readonly pending: number;
  readonly inFlight: number;
  /** A request found neither a slot nor a place to wait, and one that arrived now would not either. */
  readonly isRefusing: boolean;
  readonly arrivals: number;
  readonly readyReplicas: number;
  /** Requests held or in flight × milliseconds, from 0 to now. */
  loadIntegral(): number;
  /** Everything a decision of the autoscaler looks at. */
  snapshot(triggers: readonly TriggerReading[], triggersReadAtMs: number | null): LoadSnapshot;
  /** Sets `spec.replicas`. Replicas to stop: `victims` first, then as the process driver chooses. */
  scaleTo(replicas: number, victims: readonly string[]): void;
  /** Has this many replicas ready from the start, without a start time. Only in `begin`. */
  beginWith(replicas: number): void;
  /** Runs once at that time. One that returns a promise is waited for; nothing else happens meanwhile. */
  at(atMs: number, run: () => void | Promise<void>): void;
  /** The one alarm of this policy: replaces the one before; null takes it away. */
  setAlarm(atMs: number | null): void;
}

/** What happened to load or replicas. `idle`: an end that left a replica without work. */
export type WorldChange = 'arrival' | 'end' | 'idle' | 'replicas';

/** Something that decides how many replicas there are. Made anew for each run. */
export interface SimulatedPolicy {
  readonly name: string;
  /** Once, at time 0. */
  begin(world: World): void | Promise<void>;
  /** After the change. @defaultValue takes no notice */
  changed?(world: World, change: WorldChange): void;
  /** The alarm rang. */
  alarm?(world: World): void;
  /** What a reader of the result must know. */
  notes?(): readonly string[];
}
