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
  /** Longest time from a job's start to its end, all tries together. */
  readonly activeDeadlineMs: number | null;
  /** From SIGTERM to SIGKILL. @defaultValue 30 000 */
  readonly terminationGracePeriodMs: number;
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
  const { activeDeadlineSeconds, backoffLimit, completions, parallelism, template } = spec.jobTargetRef;
  for (const [name, count] of Object.entries({ completions, parallelism })) {
    if ((count ?? 1) === 1) continue;
    complain(
      ['spec', 'jobTargetRef', name],
      `expected 1, received ${count}: a job is one process on this machine`,
      'warning',
    );
  }
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    annotations: metadata.annotations ?? {},
    source,
    containers: toContainers(
      template.spec.containers,
      ['spec', 'jobTargetRef', 'template', 'spec', 'containers'],
      complain,
    ),
    backoffLimit: backoffLimit ?? null,
    activeDeadlineMs: activeDeadlineSeconds ? activeDeadlineSeconds * 1000 : null,
    terminationGracePeriodMs: (template.spec.terminationGracePeriodSeconds ?? 30) * 1000,
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
