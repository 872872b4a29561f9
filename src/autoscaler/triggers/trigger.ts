import type { LoadReport } from '../../contract/load.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { MetricTarget } from '../decision/load-snapshot.ts';
import type { ExternalScalerService } from '../external-scaler/external-scaler-service.ts';
import type { TriggerSpec } from '../manifests/scaled-object.ts';

/** A metric that a trigger offers, as KEDA would tell the HPA. */
export interface MetricSpec {
  /** `s<index>-<name>`. */
  readonly name: string;
  readonly target: MetricTarget;
  /** What a value must exceed for the trigger to be active; null where activity is no comparison. */
  readonly activationThreshold: number | null;
  /** Set for cpu and memory: the HPA takes their values from the replicas, `read` gives none. Null: the whole replica. */
  readonly resource?: { readonly containerName: string | null };
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

/** One replica as `kubernetes-workload` sees a pod. */
export interface PodView {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** This gateway as an external scaler, for triggers of the HTTP add-on whose address leads nowhere. */
export interface GatewayScalerAccess {
  /** The same one each time. */
  open(): Promise<ExternalScalerService>;
  /** Asked whatever the address says: there is nobody else, as in a simulation. @defaultValue false */
  readonly isOnly?: boolean;
  /** Pushes nothing: whoever asks decides on every arrival anyway. @defaultValue false */
  readonly isSilent?: boolean;
}

/** What drivers may use. Nothing here does any work before it is asked. */
export interface TriggerDependencies {
  /** Position in the ScaledObject, from 0. */
  readonly index: number;
  /** The scale target's name. */
  readonly target: string;
  /** Of the ScaledObject. */
  readonly namespace: string;
  readonly objectName: string;
  /** Resolved from `authenticationRef`; empty without one. */
  readonly authParams: Readonly<Record<string, string>>;
  readonly resolvedEnv: Readonly<Record<string, string>>;
  /** `podIdentity.provider` of the authentication. */
  readonly podIdentity: string;
  /** Does only a formula use the value? Then a target of 0 is fine. */
  readonly formulaInput: boolean;
  /** Data of a ConfigMap or Secret among the manifests; null when there is none. */
  readonly configMap: (kind: 'ConfigMap' | 'Secret', name: string) => Readonly<Record<string, string>> | null;
  /** Every replica that runs here, with the labels of its pod template; what a cluster's pods are. */
  readonly pods: () => readonly PodView[];
  readonly load: () => LoadReport;
  /** Left out where there is no gateway. */
  readonly gatewayScaler?: GatewayScalerAccess;
  /** The embedded metrics store: an instant query. @throws AppError when the result is no vector. */
  readonly query: (promql: string, atMs: number) => Promise<readonly VectorSample[]>;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Code that reads the value of one trigger (KEDA calls it a scaler). Making one does no work, so it can be thrown away
 * and made again at any time, with secrets read anew; what it knew is lost then. Disposing of it more than once is fine.
 * A driver that connects does so in `connect` or the first `read`, and connects again after an error.
 */
export interface Trigger extends AsyncDisposable {
  readonly type: string;
  /**
   * Only triggers whose scaler KEDA connects while it builds it: opens the connection that `read` would open, and does
   * nothing while there is one.
   *
   * @throws AppError of stage `build` when nobody is there; `cancelled` when the signal aborts first.
   */
  connect?(signal: AbortSignal): Promise<void>;
  /**
   * At least one; the same list every time. External scalers say themselves what they offer: their list is empty before
   * the first successful `read`, and may change with a later one.
   */
  metrics(): readonly MetricSpec[];
  /**
   * Reads every metric, in the order of `metrics()`. Asks once; whoever calls decides about asking again.
   *
   * @throws AppError when the value cannot be read; `cancelled` when the signal aborts first.
   */
  read(nowMs: number, signal: AbortSignal): Promise<readonly MetricReading[]>;
  /**
   * Only triggers that push: calls `onActive` whenever the source says by itself that there is work, `onChange` when what
   * it offers has changed, until the signal aborts. Connects again after every failure; never rejects.
   */
  watch?(events: TriggerEvents, signal: AbortSignal): Promise<void>;
}

export interface TriggerEvents {
  readonly onActive: () => void;
  readonly onChange: () => void;
}

/** @throws AppError `invalid-argument` with every problem of the parameters. */
export type CreateTrigger = (spec: TriggerSpec, dependencies: TriggerDependencies) => Trigger;
