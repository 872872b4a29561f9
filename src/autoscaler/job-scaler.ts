import { AppError } from '../contract/app-error.ts';
import type { LoadReport } from '../contract/load.ts';
import type { ScaledJobStatus } from '../contract/scaling.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { pauseAnnotations } from './decision/keda/pause-annotations.ts';
import {
  scaledJobTick,
  type JobDecision,
  type JobPolicy,
  type JobSnapshot,
} from './decision/scaled-job-tick.ts';
import type { JobPod } from './decision/scaled-job/pending-jobs.ts';
import type { JobSpec } from './manifests/job-spec.ts';
import type { ManifestSet } from './manifests/manifest-set.ts';
import type { JobStatus, JobTarget } from './targets/job-target.ts';
import { createTriggerSet } from './triggers/trigger-set.ts';
import type { PodView, TriggerDependencies } from './triggers/trigger.ts';

export interface JobScalerOptions {
  readonly spec: JobSpec;
  /** What runs the jobs. The scaler does not dispose it. */
  readonly target: JobTarget;
  /** Of this ScaledJob's manifest: rises with each change of it. @defaultValue 1 */
  readonly generation?: number;
  readonly manifests: Pick<ManifestSet, 'configMaps' | 'triggerAuthentications'>;
  /** For `sluice-pending`, which asks for the target of the ScaledJob's name. */
  readonly load: () => LoadReport;
  readonly query: TriggerDependencies['query'];
  readonly pods?: () => readonly PodView[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** @defaultValue the global one */
  readonly fetch?: typeof fetch;
}

/** Turns the triggers of one ScaledJob into jobs. */
export interface JobScaler extends AsyncDisposable {
  readonly name: string;
  jobs(): readonly JobStatus[];
  status(): ScaledJobStatus;
  /** The last decisions that created or deleted something, or said something new, with all inputs; oldest first, at most 200. */
  history(): readonly { readonly atMs: number; readonly decision: JobDecision }[];
}

const maxHistory = 200;

/**
 * KEDA's loop for a ScaledJob: at once and then every polling interval, period not gap. There is no HPA.
 *
 * @throws AppError `invalid-argument` or `unsupported` naming the triggers that cannot be read.
 */
export async function createJobScaler(options: JobScalerOptions): Promise<JobScaler> {
  const { clock, generation = 1, spec, target } = options;
  const { scaledJob } = spec;
  const logger = options.logger.child({ scaledJob: spec.name });
  const { error, pause } = pauseAnnotations(scaledJob.annotations);
  if (error !== null) throw new AppError('invalid-argument', `ScaledJob ${spec.name}: ${error}`);
  const policy = policyOf(spec);
  const triggers = await createTriggerSet({
    spec: {
      name: spec.name,
      triggerEnvironment: spec.triggerEnvironment,
      scaledObject: { ...scaledJob, scalingModifiers: null },
    },
    manifests: options.manifests,
    clock,
    logger,
    load: options.load,
    query: options.query,
    unsupported: 'refuse',
    rebuild: 'scaled-job',
    ...(options.pods ? { pods: options.pods } : {}),
    ...(options.fetch ? { fetch: options.fetch } : {}),
  });
  const history: { atMs: number; decision: JobDecision }[] = [];
  const stopped = new AbortController();
  const { signal } = stopped;

  const rollOut = (): void => {
    if (scaledJob.rolloutStrategy === 'gradual') return;
    const old = target.jobs().filter((job) => job.generation !== generation && isUnfinished(job));
    if (old.length > 0) logger.info({ event: 'jobs-rolled-out', names: old.map(({ name }) => name) });
    target.remove(old.map(({ name }) => name));
  };

  const record = (decision: JobDecision): void => {
    const { create, delete: deleted, explanation, pending, reason, running } = decision;
    const isNews = create > 0 || deleted.length > 0 || reason !== history.at(-1)?.decision.reason;
    if (!isNews) return;
    history.push({ atMs: clock.now(), decision });
    if (history.length > maxHistory) history.shift();
    logger[create > 0 ? 'info' : 'debug']({
      event: 'jobs-decided',
      create,
      deleted: deleted.length,
      running,
      pending,
      reason,
      explanation,
    });
  };

  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      const next = clock.sleep(scaledJob.pollingIntervalMs, signal);
      // Ends with an abort while the check below is still running: nobody listens to it then.
      next.catch(() => {});
      try {
        const readings = await triggers.read(signal);
        const decision = scaledJobTick(snapshotOf(target.jobs(), readings), policy);
        target.remove(decision.delete);
        target.create(decision.create, generation);
        record(decision);
      } catch (error) {
        // Whatever goes wrong in one check, there is a next one.
        if (!signal.aborted) logger.error({ event: 'scaling-check-failed', target: spec.name, error });
      }
      await next;
    }
  };

  rollOut();
  const polling = pause.paused ? null : poll();
  // Only the signal ends it.
  polling?.catch(() => {});
  if (polling === null) logger.info({ event: 'jobs-paused' });
  return {
    name: spec.name,
    jobs: () => target.jobs(),
    status: () => statusOf(spec, target.jobs(), history.at(-1)),
    history: () => [...history],
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await polling?.catch(() => {});
      await triggers[Symbol.asyncDispose]();
    },
  };
}

/** A status is for reading: KEDA keeps up to a hundred finished jobs of each outcome. */
const maxShown = 100;

const statusOf = (
  { name, scaledJob }: JobSpec,
  jobs: readonly JobStatus[],
  last: ReturnType<JobScaler['history']>[number] | undefined,
): ScaledJobStatus => ({
  scaledJob: name,
  maxReplicas: scaledJob.maxReplicaCount,
  jobs: jobs
    .toReversed()
    .slice(0, maxShown)
    .map(({ finishedAtMs, message, name: job, pid, startedAtMs, state, tries }) => ({
      name: job,
      state,
      pid,
      tries,
      startedAtMs,
      finishedAtMs,
      message,
    })),
  lastDecision: last
    ? {
        atMs: last.atMs,
        create: last.decision.create,
        reason: last.decision.reason,
        explanation: last.decision.explanation,
      }
    : null,
});

const isUnfinished = ({ state }: JobStatus): boolean => state === 'pending' || state === 'running';

/** Jobs as a cluster shows them: each has one pod once there is room for it. */
function snapshotOf(jobs: readonly JobStatus[], triggers: JobSnapshot['triggers']): JobSnapshot {
  return {
    unfinished: jobs.filter(isUnfinished).map(podsOf),
    finished: jobs.flatMap(({ finishedAtMs, name, state }) =>
      finishedAtMs === null
        ? []
        : [{ name, outcome: state === 'succeeded' ? 'Complete' : 'Failed', completedAtMs: finishedAtMs }],
    ),
    triggers,
  };
}

function podsOf({ pid, state }: JobStatus): readonly JobPod[] {
  if (state === 'pending') return [{ phase: 'Pending', conditions: [] }];
  const scheduled = ['PodScheduled', 'Initialized'];
  // Between two tries the pod is there and runs no container.
  return [
    { phase: 'Running', conditions: pid === null ? scheduled : [...scheduled, 'ContainersReady', 'Ready'] },
  ];
}

function policyOf({ scaledJob }: JobSpec): JobPolicy {
  const { scalingStrategy: strategy } = scaledJob;
  return {
    minReplicaCount: scaledJob.minReplicaCount,
    maxReplicaCount: scaledJob.maxReplicaCount,
    strategy: {
      strategy: strategy.strategy,
      customScalingQueueLengthDeduction: strategy.customScalingQueueLengthDeduction,
      customScalingRunningJobPercentage: strategy.customScalingRunningJobPercentage,
    },
    calculation: strategy.multipleScalersCalculation,
    pendingPodConditions: strategy.pendingPodConditions,
    successfulJobsHistoryLimit: scaledJob.successfulJobsHistoryLimit,
    failedJobsHistoryLimit: scaledJob.failedJobsHistoryLimit,
  };
}
