/** What replaces a trigger's value after more than `failureThreshold` failures in a row. */
export interface FallbackPolicy {
  readonly failureThreshold: number;
  readonly replicas: number;
  /** @defaultValue 'static' in KEDA. */
  readonly behavior:
    | 'static'
    | 'currentReplicas'
    | 'currentReplicasIfHigher'
    | 'currentReplicasIfLower'
    | 'scalingModifiers';
}

/** `spec.advanced.scalingModifiers`: one composite metric computed from all triggers. */
export interface FormulaPolicy {
  readonly formula: string;
  /** As written, a float > 0. Kept as text because KEDA disables fallback when it is not a plain integer. */
  readonly target: string;
  /** The composite is active when its value is greater than this. */
  readonly activationTarget: number;
  readonly metricType: 'AverageValue' | 'Value';
}

/** What the annotations `autoscaling.keda.sh/…` ask for. `pauseAnnotations` reads them. */
export interface PausePolicy {
  readonly paused: boolean;
  /** Written once as the replica count; its presence pauses. */
  readonly pausedReplicas: number | null;
  readonly scaleInPaused: boolean;
  readonly scaleOutPaused: boolean;
  /** Active whatever the triggers say; also blocks scaling to zero. */
  readonly forceActivation: boolean;
}

export interface HpaScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

/** One direction of an HPA `behavior`. Null = not written, which is filled with the defaults of its direction. */
export interface HpaScalingRules {
  readonly stabilizationWindowSeconds: number | null;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled' | null;
  readonly policies: readonly HpaScalingPolicy[] | null;
  /** 0 to 1; replaces the global tolerance in this direction from Kubernetes 1.33 on. */
  readonly tolerance: number | null;
}

export interface HpaBehavior {
  readonly scaleUp: HpaScalingRules | null;
  readonly scaleDown: HpaScalingRules | null;
}

/** The HPA of the ScaledObject and the flags of the controller that runs it. */
export interface HpaPolicy {
  /** Null (not written) and empty are different algorithms: null is the legacy one. */
  readonly behavior: HpaBehavior | null;
  /** @defaultValue 15000; a gap between the end of one reconcile and the next. */
  readonly syncPeriodMs: number;
  /** @defaultValue 0.1 */
  readonly tolerance: number;
  /** @defaultValue 300000 */
  readonly downscaleStabilizationMs: number;
  /** @defaultValue 300000 */
  readonly cpuInitializationPeriodMs: number;
  /** @defaultValue 30000 */
  readonly initialReadinessDelayMs: number;
  /** Legacy algorithm: at most this multiple of the current count per sync. @defaultValue 2 */
  readonly scaleUpLimitFactor: number;
  /** Legacy algorithm: the limit above is never below this. @defaultValue 4 */
  readonly scaleUpLimitMinimum: number;
}

/** Releases of Kubernetes that can be imitated. */
export const kubernetesReleases = ['1.32', '1.33', '1.37'] as const;

/** Which release is imitated where releases differ. */
export interface CompatPolicy {
  /** Below 1.33 `behavior.*.tolerance` is unknown and ignored; the others decide alike. */
  readonly kubernetes: (typeof kubernetesReleases)[number];
  /** From 2.21 on the poll takes the values that the HPA fetched when only the HPA decides; see `pollsSources`. */
  readonly keda: '2.20' | '2.21';
  /** True: a trigger that cannot connect while being built freezes the whole object, as in KEDA. False: it is an ordinary error. */
  readonly freezeTrap: boolean;
}

/** What both policies share; numbers already defaulted and admitted. */
export interface PolicyBase {
  /** >= 0 */
  readonly minReplicas: number;
  /** >= 1 and >= minReplicas */
  readonly maxReplicas: number;
  /** `idleReplicaCount`: held instead of the minimum while nothing is active; below minReplicas. Null: unset. */
  readonly idleReplicas: number | null;
  /** From the last activity to zero (or idle). @defaultValue 300000 */
  readonly cooldownMs: number;
  /** The same for an object that has never been active, from its creation. @defaultValue 0 */
  readonly initialCooldownMs: number;
  /** @defaultValue 30000 */
  readonly pollingIntervalMs: number;
  readonly fallback: FallbackPolicy | null;
  readonly formula: FormulaPolicy | null;
  readonly pause: PausePolicy;
  readonly hpa: HpaPolicy;
  readonly compat: CompatPolicy;
}

/** As a cluster does: KEDA's poll and the HPA's sync, two clocks on one number. */
export interface KedaPolicy extends PolicyBase {
  readonly kind: 'keda';
}

/** Decided on each arrival and each end of a request, within the same bounds. */
export interface InstantPolicy extends PolicyBase {
  readonly kind: 'instant';
  /**
   * Replicas beyond the last one stop after this long without work, or after as long as their start took when that is
   * longer (but not longer than the cooldown). @defaultValue 5000, as in the configuration
   */
  readonly extraIdleMs: number;
  /** Replicas kept free beyond the need while there is any. @defaultValue 0 */
  readonly headroomReplicas: number;
  /** How many may be starting at once, >= 1; one per core. */
  readonly maxConcurrentStarts: number;
}

export type ScalePolicy = KedaPolicy | InstantPolicy;

/** Nothing paused. */
export const notPaused: PausePolicy = {
  paused: false,
  pausedReplicas: null,
  scaleInPaused: false,
  scaleOutPaused: false,
  forceActivation: false,
};

/** The controller manager's own defaults, without a `behavior`. */
export const defaultHpaPolicy: HpaPolicy = {
  behavior: null,
  syncPeriodMs: 15_000,
  tolerance: 0.1,
  downscaleStabilizationMs: 300_000,
  cpuInitializationPeriodMs: 300_000,
  initialReadinessDelayMs: 30_000,
  scaleUpLimitFactor: 2,
  scaleUpLimitMinimum: 4,
};

/** KEDA's defaults for everything a ScaledObject may leave out. */
export const defaultPolicyBase: PolicyBase = {
  minReplicas: 0,
  maxReplicas: 100,
  idleReplicas: null,
  cooldownMs: 300_000,
  initialCooldownMs: 0,
  pollingIntervalMs: 30_000,
  fallback: null,
  formula: null,
  pause: notPaused,
  hpa: defaultHpaPolicy,
  compat: { kubernetes: '1.37', keda: '2.20', freezeTrap: true },
};

/** The instant policy's own defaults; `maxConcurrentStarts` is the machine's core count where it is known. */
export const defaultInstantOptions: Pick<
  InstantPolicy,
  'extraIdleMs' | 'headroomReplicas' | 'maxConcurrentStarts'
> = { extraIdleMs: 5000, headroomReplicas: 0, maxConcurrentStarts: 2 };
