import { describeReading, formatNumber, toSentence } from './explain.ts';
import type { TriggerReading } from './load-snapshot.ts';
import type { FinishedJob } from './scaled-job/job-cleanup.ts';
import { jobsToDelete } from './scaled-job/job-cleanup.ts';
import { jobBounds, jobsToCreate } from './scaled-job/job-decision.ts';
import type { JobQueueState, JobTrigger } from './scaled-job/job-queue-state.ts';
import { jobQueueState, meanTarget } from './scaled-job/job-queue-state.ts';
import { jobStrategyName, type JobStrategy } from './scaled-job/job-strategy.ts';
import type { JobPod } from './scaled-job/pending-jobs.ts';
import { countPendingJobs } from './scaled-job/pending-jobs.ts';

/** A ScaledJob as far as deciding goes; null where the manifest leaves a field out. */
export interface JobPolicy {
  readonly minReplicaCount: number | null;
  readonly maxReplicaCount: number | null;
  readonly strategy: JobStrategy;
  /** `multipleScalersCalculation`: max, min, avg or sum. @defaultValue 'max' */
  readonly calculation: string;
  readonly pendingPodConditions: readonly string[] | null;
  /** @defaultValue 100 */
  readonly successfulJobsHistoryLimit: number;
  /** @defaultValue 100 */
  readonly failedJobsHistoryLimit: number;
}

/** Its jobs and triggers at one moment. */
export interface JobSnapshot {
  /** Pods of each unfinished job. */
  readonly unfinished: readonly (readonly JobPod[])[];
  readonly finished: readonly FinishedJob[];
  readonly triggers: readonly TriggerReading[];
}

/** What one poll of a ScaledJob does. It needs no memory and no clock: jobs end by themselves. */
export interface JobDecision {
  readonly kind: 'hold' | 'create';
  readonly create: number;
  /** Names of finished jobs beyond the history limits. */
  readonly delete: readonly string[];
  readonly running: number;
  readonly pending: number;
  readonly reason: 'below-minimum' | 'load' | 'enough' | 'inactive' | 'trigger-error';
  readonly explanation: string;
  readonly inputs: { readonly snapshot: JobSnapshot; readonly policy: JobPolicy };
}

/** One poll of a ScaledJob: how many jobs to create, and which finished ones to forget. There is no HPA. */
export function scaledJobTick(snapshot: JobSnapshot, policy: JobPolicy): JobDecision {
  const bounds = jobBounds(policy.minReplicaCount, policy.maxReplicaCount);
  const running = snapshot.unfinished.length;
  const pending = countPendingJobs(snapshot.unfinished, policy.pendingPodConditions);
  const queue = jobQueueState(jobTriggers(snapshot.triggers), policy.calculation, bounds.min, bounds.max);
  const { create } = jobsToCreate({
    minReplicas: bounds.min,
    maxReplicas: bounds.max,
    running,
    pending,
    maxScale: queue.maxValue,
    // Never more jobs in one poll than there are messages, even with a target below 1.
    scaleTo: queue.queueLength,
    isActive: queue.isActive,
    strategy: policy.strategy,
  });
  const reason = reasonOf(create, running < bounds.min, queue);
  return {
    kind: create > 0 ? 'create' : 'hold',
    create,
    delete: jobsToDelete(snapshot.finished, {
      successful: policy.successfulJobsHistoryLimit,
      failed: policy.failedJobsHistoryLimit,
    }),
    running,
    pending,
    reason,
    explanation: explain(reason, create, running, pending, queue, snapshot, jobStrategyName(policy.strategy)),
    inputs: { snapshot, policy },
  };
}

/** One entry a trigger: the value and activity of its first metric, the mean of all its targets. */
function jobTriggers(readings: readonly TriggerReading[]): readonly JobTrigger[] {
  const external = readings.filter(({ isResource }) => !isResource);
  const indexes = [...new Set(external.map(({ index }) => index))];
  return indexes.flatMap((index): readonly JobTrigger[] => {
    const own = external.filter((reading) => reading.index === index);
    const [first] = own;
    if (first === undefined) return [];
    return [
      {
        queueLength: first.value ?? 0,
        target: meanTarget(own.map(({ target }) => target)),
        active: first.active,
        error: first.error,
      },
    ];
  });
}

function reasonOf(create: number, belowMinimum: boolean, queue: JobQueueState): JobDecision['reason'] {
  if (create > 0) return belowMinimum ? 'below-minimum' : 'load';
  if (queue.isActive) return 'enough';
  return queue.isError ? 'trigger-error' : 'inactive';
}

function explain(
  reason: JobDecision['reason'],
  create: number,
  running: number,
  pending: number,
  queue: JobQueueState,
  snapshot: JobSnapshot,
  strategy: ReturnType<typeof jobStrategyName>,
): string {
  // The others reckon otherwise than the numbers in the sentence do.
  const other = strategy === 'default' ? null : strategy;
  const now = `${running} running of which ${pending} not begun`;
  const asks = `the queues hold ${formatNumber(queue.queueLength)} and ask for ${queue.maxValue} jobs; ${now}`;
  switch (reason) {
    case 'below-minimum':
      return toSentence(`${now}, so ${create} more are created up to the minimum`);
    case 'load':
      return toSentence(`${asks}, so ${create} more are created${other ? ` by strategy ${other}` : ''}`);
    case 'enough':
      return toSentence(`${asks}, ${other ? `and strategy ${other} creates none` : 'which is enough'}`);
    case 'trigger-error': {
      const failed = snapshot.triggers.find(({ error }) => error !== null);
      return toSentence(failed === undefined ? 'a trigger failed' : describeReading(failed));
    }
    case 'inactive':
      return 'No trigger is active, so no job is created.';
    default:
      return reason satisfies never;
  }
}
