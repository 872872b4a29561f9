import type { ContainerSpec } from './deployment.ts';
import type { ManifestSource } from './metadata-schema.ts';
import type { ScaledJobManifest } from './scaled-job-schema.ts';
import { toTrigger, type TriggerSpec } from './scaled-object.ts';
import { toContainers, type Complain } from './to-deployment.ts';

/** A ScaledJob with KEDA's defaults filled in: each piece of work becomes a Job of its own, and no HPA exists. */
export interface ScaledJobSpec {
  readonly name: string;
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly source: ManifestSource;
  /** Never empty; the first is what is run. */
  readonly containers: readonly ContainerSpec[];
  readonly backoffLimit: number | null;
  readonly envSourceContainerName: string | null;
  /** @defaultValue 30 000 */
  readonly pollingIntervalMs: number;
  /** Finished jobs kept. @defaultValue 100 */
  readonly successfulJobsHistoryLimit: number;
  /** @defaultValue 100 */
  readonly failedJobsHistoryLimit: number;
  /** `gradual` leaves the jobs of an older generation alone; any other text deletes unfinished ones. */
  readonly rolloutStrategy: string;
  readonly propagationPolicy: 'background' | 'foreground';
  readonly minReplicaCount: number | null;
  /** @defaultValue 100 */
  readonly maxReplicaCount: number;
  readonly scalingStrategy: {
    /** `default`, `custom`, `accurate` or `eager`; any other text counts as `default`. */
    readonly strategy: string;
    readonly customScalingQueueLengthDeduction: number | null;
    readonly customScalingRunningJobPercentage: string | null;
    readonly pendingPodConditions: readonly string[];
    /** @defaultValue 'max' */
    readonly multipleScalersCalculation: 'max' | 'min' | 'avg' | 'sum';
  };
  readonly triggers: readonly TriggerSpec[];
}

/** Fills in KEDA's defaults. */
export function toScaledJob(
  { metadata, spec }: ScaledJobManifest,
  source: ManifestSource,
  complain: Complain,
): ScaledJobSpec {
  const strategy = spec.scalingStrategy;
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    annotations: metadata.annotations ?? {},
    source,
    containers: toContainers(
      spec.jobTargetRef.template.spec.containers,
      ['spec', 'jobTargetRef', 'template', 'spec', 'containers'],
      complain,
    ),
    backoffLimit: spec.jobTargetRef.backoffLimit ?? null,
    envSourceContainerName: spec.envSourceContainerName || null,
    pollingIntervalMs: (spec.pollingInterval ?? 30) * 1000,
    successfulJobsHistoryLimit: spec.successfulJobsHistoryLimit ?? 100,
    failedJobsHistoryLimit: spec.failedJobsHistoryLimit ?? 100,
    rolloutStrategy: spec.rollout?.strategy || spec.rolloutStrategy || 'default',
    propagationPolicy: spec.rollout?.propagationPolicy ?? 'background',
    minReplicaCount: spec.minReplicaCount ?? null,
    maxReplicaCount: spec.maxReplicaCount ?? 100,
    scalingStrategy: {
      strategy: strategy?.strategy || 'default',
      customScalingQueueLengthDeduction: strategy?.customScalingQueueLengthDeduction ?? null,
      customScalingRunningJobPercentage: strategy?.customScalingRunningJobPercentage || null,
      pendingPodConditions: strategy?.pendingPodConditions ?? [],
      multipleScalersCalculation: strategy?.multipleScalersCalculation ?? 'max',
    },
    triggers: spec.triggers.map(toTrigger),
  };
}
