import type { TriggerEntry } from './trigger-entries.ts';
import type { MetricReading, MetricSpec } from './trigger.ts';

/** The trigger that kept all triggers of its object from being built. */
export interface BuildFailure {
  readonly entry: TriggerEntry;
  readonly error: unknown;
}

/** The triggers of one object while it runs: when they are made, connected, asked again and thrown away. */
export interface Scalers extends AsyncDisposable {
  /** Before anybody is asked. Null: go on. @throws only when the signal aborts. */
  build(signal: AbortSignal): Promise<BuildFailure | null>;
  /** With one silent retry. @throws AppError when both fail. */
  read(entry: TriggerEntry, signal: AbortSignal): Promise<readonly MetricReading[]>;
  /** What it offers, as last heard; empty while an external scaler has never said it. */
  metrics(entry: TriggerEntry): readonly MetricSpec[];
  /** An error that fallback does not answer: KEDA throws all scalers of the object away. */
  clear(): void;
}
