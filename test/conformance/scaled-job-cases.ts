import { jobsToDelete } from '../../src/autoscaler/decision/scaled-job/job-cleanup.ts';
import type { MetricTarget } from '../../src/autoscaler/decision/load-snapshot.ts';
import type { FinishedJob } from '../../src/autoscaler/decision/scaled-job/job-cleanup.ts';
import { jobBounds, jobsToCreate } from '../../src/autoscaler/decision/scaled-job/job-decision.ts';
import type { JobTrigger } from '../../src/autoscaler/decision/scaled-job/job-queue-state.ts';
import { jobQueueState, meanTarget } from '../../src/autoscaler/decision/scaled-job/job-queue-state.ts';
import { effectiveMaxScale, jobStrategyName } from '../../src/autoscaler/decision/scaled-job/job-strategy.ts';
import type { JobPod } from '../../src/autoscaler/decision/scaled-job/pending-jobs.ts';
import { countPendingJobs } from '../../src/autoscaler/decision/scaled-job/pending-jobs.ts';
import type { Case, Fields } from './case.ts';

// Each function answers one case in the words of its file.

export function scaledJob(item: Case): unknown {
  const input = item.input ?? {};
  const strategy = {
    strategy: input['strategy'] ?? 'default',
    customScalingQueueLengthDeduction: input['customScalingQueueLengthDeduction'] ?? null,
    customScalingRunningJobPercentage: input['customScalingRunningJobPercentage'] ?? null,
  };
  switch (item.kind) {
    case 'strategy':
      return effectiveMaxScale(strategy, {
        maxScale: input['maxScale'],
        running: input['running'],
        pending: input['pending'],
        maxReplicas: input['maxReplicaCount'],
        scaleTo: input['scaleTo'],
      });
    case 'strategyName':
      return { strategy: jobStrategyName(strategy) };
    case 'decision': {
      const bounds = jobBounds(input['minReplicaCount'] ?? null, input['maxReplicaCount'] ?? null);
      return jobsToCreate({
        minReplicas: bounds.min,
        maxReplicas: bounds.max,
        running: input['running'],
        pending: input['pending'],
        maxScale: input['maxScale'],
        scaleTo: input['scaleTo'],
        isActive: true,
        strategy,
      });
    }
    case 'bounds':
      return jobBounds(input['minReplicaCount'], input['maxReplicaCount']);
    case 'state': {
      const bounds = jobBounds(input['minReplicaCount'] ?? null, input['maxReplicaCount'] ?? null);
      const scalers: readonly Fields[] = input['scalers'];
      const triggers = scalers.map((scaler): JobTrigger => ({
        queueLength: scaler['queueLength'] ?? 0,
        target: scaler['target'] ?? 0,
        active: scaler['active'] ?? false,
        error: scaler['error'] ? 'failed' : null,
      }));
      return jobQueueState(triggers, input['calculation'], bounds.min, bounds.max);
    }
    case 'targetAverage': {
      // Null: a target that is no average.
      const targets: readonly (number | null)[] = input['targets'];
      const read = (value: number | null): MetricTarget =>
        value === null ? { kind: 'Value', value: 1 } : { kind: 'AverageValue', value };
      return { average: meanTarget(targets.map(read)) };
    }
    case 'pending': {
      const list: readonly Fields[] = input['pods'];
      const pods = list.map((pod): JobPod => ({
        phase: pod['phase'] ?? 'Running',
        conditions: pod['conditions'] ?? [],
      }));
      return { pending: countPendingJobs([pods], input['pendingPodConditions']) };
    }
    case 'cleanup': {
      const jobs: readonly Fields[] = input['jobs'];
      const finished = jobs.map((job): FinishedJob => ({
        name: job['name'],
        outcome: job['state'],
        completedAtMs: Date.parse(job['completed']),
      }));
      const limits = {
        successful: input['successfulJobsHistoryLimit'] ?? 100,
        failed: input['failedJobsHistoryLimit'] ?? 100,
      };
      return { deleted: jobsToDelete(finished, limits) };
    }
    default:
      throw new Error(`unknown kind ${item.kind}`);
  }
}
