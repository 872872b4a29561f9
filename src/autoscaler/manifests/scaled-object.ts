import type { ManifestSource } from './metadata-schema.ts';
import type { HpaBehaviorManifest, ScaledObjectManifest } from './scaled-object-schema.ts';

export type MetricTargetType = 'AverageValue' | 'Value' | 'Utilization';

/** One entry of `spec.triggers`. */
export interface TriggerSpec {
  readonly type: string;
  /** Null when not given; needed only by formulas. */
  readonly name: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly authenticationRef: {
    readonly name: string;
    readonly kind: 'TriggerAuthentication' | 'ClusterTriggerAuthentication';
  } | null;
  /** Null when not given: then `AverageValue`, but cpu and memory demand it. */
  readonly metricType: MetricTargetType | null;
  readonly useCachedMetrics: boolean;
}

export interface FallbackSpec {
  readonly failureThreshold: number;
  readonly replicas: number;
  readonly behavior:
    | 'static'
    | 'currentReplicas'
    | 'currentReplicasIfHigher'
    | 'currentReplicasIfLower'
    | 'scalingModifiers';
}

export interface ScalingModifiersSpec {
  readonly formula: string | null;
  readonly target: string | null;
  readonly activationTarget: string | null;
  readonly metricType: MetricTargetType;
  /** Was metricType written? Then the section is in use even without a formula. */
  readonly metricTypeGiven?: boolean;
}

/** A ScaledObject with its defaults filled in. Where "unset" means something of its own, the value is null. */
export interface ScaledObjectSpec {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly source: ManifestSource;
  readonly scaleTargetRef: {
    readonly name: string;
    readonly apiVersion: string;
    readonly kind: string;
    readonly envSourceContainerName: string | null;
  };
  /** Fields of `spec` that were written, for rules about settings without effect. */
  readonly written?: ReadonlySet<string>;
  /** @defaultValue 30 000 */
  readonly pollingIntervalMs: number;
  /** @defaultValue 300 000 */
  readonly cooldownPeriodMs: number;
  /** Only while the object has never been active. @defaultValue 0 */
  readonly initialCooldownPeriodMs: number;
  readonly idleReplicaCount: number | null;
  /** Null counts as 0, but not in the rule about idleReplicaCount. */
  readonly minReplicaCount: number | null;
  /** @defaultValue 100 */
  readonly maxReplicaCount: number;
  readonly fallback: FallbackSpec | null;
  readonly restoreToOriginalReplicaCount: boolean;
  /** The name of the HPA a cluster would make. */
  readonly hpaName: string;
  /** The name that was written for it; null: the name above is generated. */
  readonly hpaNameGiven?: string | null;
  /** Null and an empty one are different algorithms. */
  readonly behavior: HpaBehaviorManifest | null;
  readonly scalingModifiers: ScalingModifiersSpec | null;
  readonly triggers: readonly TriggerSpec[];
}

/** Fills in KEDA's defaults. */
export function toScaledObject(manifest: ScaledObjectManifest, source: ManifestSource): ScaledObjectSpec {
  const { metadata, spec } = manifest;
  const target = spec.scaleTargetRef;
  const modifiers = spec.advanced?.scalingModifiers;
  const fallback = spec.fallback;
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    source,
    scaleTargetRef: {
      name: target.name,
      apiVersion: target.apiVersion ?? 'apps/v1',
      kind: target.kind ?? 'Deployment',
      envSourceContainerName: target.envSourceContainerName ?? null,
    },
    written: new Set(
      Object.entries(spec)
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([name]) => name),
    ),
    pollingIntervalMs: (spec.pollingInterval ?? 30) * 1000,
    cooldownPeriodMs: (spec.cooldownPeriod ?? 300) * 1000,
    initialCooldownPeriodMs: (spec.initialCooldownPeriod ?? 0) * 1000,
    idleReplicaCount: spec.idleReplicaCount ?? null,
    minReplicaCount: spec.minReplicaCount ?? null,
    maxReplicaCount: spec.maxReplicaCount ?? 100,
    fallback: fallback ? { ...fallback, behavior: fallback.behavior ?? 'static' } : null,
    restoreToOriginalReplicaCount: spec.advanced?.restoreToOriginalReplicaCount ?? false,
    hpaName: spec.advanced?.horizontalPodAutoscalerConfig?.name || `keda-hpa-${metadata.name}`,
    hpaNameGiven: spec.advanced?.horizontalPodAutoscalerConfig?.name || null,
    behavior: spec.advanced?.horizontalPodAutoscalerConfig?.behavior ?? null,
    scalingModifiers: modifiers
      ? {
          formula: modifiers.formula || null,
          target: modifiers.target || null,
          activationTarget: modifiers.activationTarget || null,
          metricType: modifiers.metricType ?? 'AverageValue',
          metricTypeGiven: modifiers.metricType !== null && modifiers.metricType !== undefined,
        }
      : null,
    triggers: spec.triggers.map(toTrigger),
  };
}

/** One entry of `spec.triggers`, of a ScaledObject or a ScaledJob. */
export function toTrigger(trigger: ScaledObjectManifest['spec']['triggers'][number]): TriggerSpec {
  return {
    type: trigger.type,
    name: trigger.name || null,
    metadata: trigger.metadata ?? {},
    authenticationRef: trigger.authenticationRef
      ? {
          name: trigger.authenticationRef.name,
          kind: trigger.authenticationRef.kind ?? 'TriggerAuthentication',
        }
      : null,
    metricType: trigger.metricType ?? null,
    useCachedMetrics: trigger.useCachedMetrics ?? false,
  };
}
