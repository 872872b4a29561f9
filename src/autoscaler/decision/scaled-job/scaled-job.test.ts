import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobsToDelete } from './job-cleanup.ts';
import { jobBounds, jobsToCreate } from './job-decision.ts';
import type { JobTrigger } from './job-queue-state.ts';
import { jobQueueState, meanTarget } from './job-queue-state.ts';
import type { JobStrategy } from './job-strategy.ts';
import { effectiveMaxScale, jobStrategyName } from './job-strategy.ts';
import { countPendingJobs } from './pending-jobs.ts';

const strategyOf = (strategy: string, rest: Partial<JobStrategy> = {}): JobStrategy => ({
  strategy,
  customScalingQueueLengthDeduction: null,
  customScalingRunningJobPercentage: null,
  ...rest,
});
const custom = strategyOf('custom', {
  customScalingQueueLengthDeduction: 2,
  customScalingRunningJobPercentage: '0.5',
});

const strategies: readonly {
  readonly strategy: JobStrategy;
  readonly counts: readonly [maxScale: number, running: number, pending: number, max: number];
  readonly want: readonly [effective: number, scaleTo: number];
}[] = [
  { strategy: strategyOf('default'), counts: [10, 4, 1, 20], want: [6, 10] },
  { strategy: strategyOf('anything'), counts: [10, 4, 1, 20], want: [6, 10] },
  { strategy: custom, counts: [10, 5, 0, 20], want: [6, 10] },
  { strategy: custom, counts: [100, 0, 0, 20], want: [20, 100] },
  { strategy: strategyOf('accurate'), counts: [10, 4, 1, 20], want: [9, 10] },
  { strategy: strategyOf('accurate'), counts: [10, 15, 2, 20], want: [5, 10] },
  { strategy: strategyOf('eager'), counts: [10, 4, 1, 20], want: [10, 20] },
  { strategy: strategyOf('eager'), counts: [10, 15, 2, 20], want: [3, 20] },
];
for (const { strategy, counts, want } of strategies) {
  test(`scaled job: ${strategy.strategy} of ${counts.join('/')} gives ${want.join('/')}`, () => {
    const [maxScale, running, pending, maxReplicas] = counts;
    const got = effectiveMaxScale(strategy, { maxScale, running, pending, maxReplicas, scaleTo: maxScale });
    assert.deepEqual([got.effectiveMaxScale, got.scaleTo], want);
  });
}

test('scaled job: custom without a readable percentage is silently default', () => {
  const percentages = ['0.5', '1', '', 'half', null];
  assert.deepEqual(
    percentages.map((text) =>
      jobStrategyName(strategyOf('custom', { customScalingRunningJobPercentage: text })),
    ),
    ['custom', 'custom', 'default', 'default', 'default'],
  );
});

test('scaled job: the maximum counts beyond the minimum', () => {
  assert.deepEqual(jobBounds(2, 10), { min: 2, max: 8 });
  assert.deepEqual(jobBounds(12, 10), { min: 10, max: 10 });
  assert.deepEqual(jobBounds(2, null), { min: 2, max: 100 });
});

test('scaled job: fills up to the minimum first, then asks the strategy without it', () => {
  const base = {
    minReplicas: 3,
    maxReplicas: 10,
    pending: 0,
    maxScale: 4,
    scaleTo: 4,
    strategy: strategyOf('default'),
  };
  assert.equal(jobsToCreate({ ...base, running: 1, isActive: false }).create, 2);
  assert.equal(jobsToCreate({ ...base, running: 3, isActive: true }).create, 4);
  assert.equal(jobsToCreate({ ...base, running: 5, isActive: true }).create, 2);
  assert.equal(jobsToCreate({ ...base, running: 9, isActive: true }).create, 0);
  assert.equal(jobsToCreate({ ...base, running: 3, isActive: false }).create, 0);
});

const trigger = (queueLength: number, target: number, rest: Partial<JobTrigger> = {}): JobTrigger => ({
  queueLength,
  target,
  active: true,
  error: null,
  ...rest,
});

test('scaled job: only active triggers are combined', () => {
  const triggers = [trigger(10, 3), trigger(4, 2), trigger(90, 1, { active: false })];
  const combine = (calculation: string): number => jobQueueState(triggers, calculation, 0, 50).maxValue;
  assert.deepEqual(['max', 'min', 'avg', 'sum', ''].map(combine), [4, 2, 3, 6, 4]);
  assert.equal(jobQueueState([trigger(90, 1)], 'max', 0, 50).maxValue, 50);
});

test('scaled job: min and max follow one trigger, not the extremes of both numbers', () => {
  // A long queue of cheap messages beside a short one of dear ones.
  const triggers = [trigger(20, 10), trigger(10, 1)];
  const state = (calculation: string) => jobQueueState(triggers, calculation, 0, 50);
  assert.deepEqual([state('max').queueLength, state('max').maxValue], [20, 2]);
  assert.deepEqual([state('min').queueLength, state('min').maxValue], [10, 10]);
});

test('scaled job: an active trigger with an empty queue counts for every calculation but max', () => {
  const isActive = (calculation: string) => jobQueueState([trigger(0, 1)], calculation, 0, 50).isActive;
  assert.deepEqual(['max', 'min', 'avg', 'sum'].map(isActive), [false, true, true, true]);
  // For min an empty queue does not stand against one that holds something.
  assert.equal(jobQueueState([trigger(0, 1), trigger(7, 1)], 'min', 0, 50).maxValue, 7);
});

test('scaled job: without a target nothing is asked for', () => {
  assert.equal(jobQueueState([trigger(9, 0)], 'max', 0, 50).maxValue, 0);
});

test('scaled job: a minimum keeps it active, an error is told', () => {
  assert.deepEqual(jobQueueState([], 'max', 1, 50), {
    isActive: true,
    isError: false,
    queueLength: 0,
    maxValue: 0,
  });
  const failed = jobQueueState([trigger(9, 1, { error: 'down' })], 'max', 0, 50);
  assert.deepEqual([failed.isActive, failed.isError], [false, true]);
});

test('scaled job: a Value target counts as 0 in the mean', () => {
  assert.equal(
    meanTarget([
      { kind: 'AverageValue', value: 4 },
      { kind: 'Value', value: 90 },
    ]),
    2,
  );
  assert.equal(meanTarget([]), 0);
});

test('scaled job: pending until a pod runs, or meets every condition asked for', () => {
  const running = { phase: 'Running', conditions: ['Ready'] } as const;
  const failed = { phase: 'Failed', conditions: [] } as const;
  assert.equal(countPendingJobs([[running], [failed], []], null), 2);
  assert.equal(countPendingJobs([[failed, running]], null), 0);
  assert.equal(countPendingJobs([[running]], ['Ready', 'PodScheduled']), 1);
  assert.equal(countPendingJobs([[running]], []), 0);
});

test('scaled job: the newest of each outcome stay', () => {
  const job = (name: string, outcome: 'Complete' | 'Failed', completedAtMs: number) => ({
    name,
    outcome,
    completedAtMs,
  });
  const jobs = [
    job('a', 'Complete', 3),
    job('b', 'Complete', 9),
    job('c', 'Failed', 1),
    job('d', 'Failed', 2),
  ];
  assert.deepEqual(jobsToDelete(jobs, { successful: 1, failed: 0 }), ['a', 'd', 'c']);
});
