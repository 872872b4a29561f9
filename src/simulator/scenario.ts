import type { CompatPolicy } from '../autoscaler/decision/scale-policy.ts';
import type { RouteSpec } from '../autoscaler/manifests/interceptor-route-specs.ts';
import type { ManifestSet } from '../autoscaler/manifests/manifest-set.ts';
import type { TargetSpec } from '../autoscaler/manifests/target-spec.ts';
import type { Arrivals } from './arrivals.ts';
import type { Model } from './model.ts';
import type { MetricNames } from './simulated-metrics.ts';

/** Everything a comparison of policies is about: one target, one trace, one set of assumptions. */
export interface Scenario {
  readonly arrivals: Arrivals;
  readonly model: Model;
  readonly spec: TargetSpec;
  readonly manifests: Pick<ManifestSet, 'configMaps' | 'triggerAuthentications'>;
  /** Routes of the HTTP add-on. @defaultValue none */
  readonly routes?: readonly RouteSpec[];
  /** What the gateway's request counter is called in the queries. */
  readonly metrics: MetricNames;
  readonly scrapeIntervalMs: number;
  readonly pollPhaseMs: number;
  /** Null: one sync period after the start. */
  readonly hpaPhaseMs: number | null;
  /** Whose HPA policy `keda` imitates. @defaultValue the newest */
  readonly kubernetes?: CompatPolicy['kubernetes'];
  readonly instant: { readonly headroomReplicas: number; readonly extraIdleMs: number };
  readonly flapWindowMs: number;
  /** Of one replica for an hour; null leaves costs out. */
  readonly pricePerHour: number | null;
}

export const policyNames = ['keda', 'instant', 'knative', 'static', 'clairvoyant'] as const;
export type PolicyName = (typeof policyNames)[number];
