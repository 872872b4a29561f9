import type { LoadReport } from '../../contract/load.ts';
import type { Logger } from '../../platform/logger.ts';
import type { MetricTarget } from '../decision/load-snapshot.ts';
import type { TriggerSpec } from '../manifests/scaled-object.ts';

/** A metric that a trigger offers, as KEDA would tell the HPA. */
export interface MetricSpec {
  /** `s<index>-<name>`. */
  readonly name: string;
  readonly target: MetricTarget;
  /** What a value must exceed for the trigger to be active; null where activity is no comparison. */
  readonly activationThreshold: number | null;
}

/** One value read. */
export interface MetricReading {
  readonly name: string;
  readonly value: number;
  /** The scaler's own boolean, most often value > activation threshold, strictly. */
  readonly active: boolean;
}

/** One series of an instant vector. */
export interface VectorSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What drivers may use. Nothing here does any work before it is asked. */
export interface TriggerDependencies {
  /** Position in the ScaledObject, from 0. */
  readonly index: number;
  /** The scale target's name. */
  readonly target: string;
  /** Resolved from `authenticationRef`; empty without one. */
  readonly authParams: Readonly<Record<string, string>>;
  readonly resolvedEnv: Readonly<Record<string, string>>;
  readonly load: () => LoadReport;
  /** The embedded metrics store: an instant query. @throws AppError when the result is no vector. */
  readonly query: (promql: string, atMs: number) => Promise<readonly VectorSample[]>;
  readonly fetch: typeof fetch;
  readonly logger: Logger;
}

/**
 * Code that reads the value of one trigger (KEDA calls it a scaler). Made once and kept; a driver that connects does so
 * in `read`, and connects again after an error.
 */
export interface Trigger extends AsyncDisposable {
  readonly type: string;
  /** At least one; the same list every time. */
  metrics(): readonly MetricSpec[];
  /**
   * Reads every metric, in the order of `metrics()`. Asks once; whoever calls decides about asking again.
   *
   * @throws AppError when the value cannot be read; `cancelled` when the signal aborts first.
   */
  read(nowMs: number, signal: AbortSignal): Promise<readonly MetricReading[]>;
}

/** @throws AppError `invalid-argument` with every problem of the parameters. */
export type CreateTrigger = (spec: TriggerSpec, dependencies: TriggerDependencies) => Trigger;
