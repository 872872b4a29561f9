import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedReading, readingOf } from './decision-fixture.ts';
import type { TriggerReading } from './load-snapshot.ts';
import type { JobPolicy, JobSnapshot } from './scaled-job-tick.ts';
import { scaledJobTick } from './scaled-job-tick.ts';

const policy: JobPolicy = {
  minReplicaCount: null,
  maxReplicaCount: 10,
  strategy: {
    strategy: 'default',
    customScalingQueueLengthDeduction: null,
    customScalingRunningJobPercentage: null,
  },
  calculation: 'max',
  pendingPodConditions: null,
  successfulJobsHistoryLimit: 100,
  failedJobsHistoryLimit: 100,
};
const running = [{ phase: 'Running', conditions: [] }] as const;
const snapshotOf = (jobs: number, triggers: readonly TriggerReading[]): JobSnapshot => ({
  unfinished: Array.from({ length: jobs }, () => running),
  finished: [],
  triggers,
});
const accurate = { ...policy.strategy, strategy: 'accurate' };

const rows: readonly {
  readonly name: string;
  readonly snapshot: JobSnapshot;
  readonly policy?: Partial<JobPolicy>;
  readonly want: readonly [create: number, reason: string];
}[] = [
  {
    name: 'messages over target, rounded up',
    snapshot: snapshotOf(0, [readingOf({ value: 11 })]),
    want: [3, 'load'],
  },
  {
    name: 'those that run are taken off',
    snapshot: snapshotOf(2, [readingOf({ value: 11 })]),
    want: [1, 'load'],
  },
  {
    name: 'accurate takes off only those not begun',
    snapshot: snapshotOf(2, [readingOf({ value: 11 })]),
    policy: { strategy: accurate },
    want: [3, 'load'],
  },
  { name: 'enough are running', snapshot: snapshotOf(3, [readingOf({ value: 11 })]), want: [0, 'enough'] },
  {
    name: 'never more than the maximum',
    snapshot: snapshotOf(0, [readingOf({ value: 5000 })]),
    want: [10, 'load'],
  },
  {
    name: 'never more at once than there are messages',
    snapshot: snapshotOf(0, [readingOf({ value: 3, target: { kind: 'AverageValue', value: 0.5 } })]),
    want: [3, 'load'],
  },
  {
    name: 'the minimum without any message',
    snapshot: snapshotOf(1, [readingOf({ value: 0 })]),
    policy: { minReplicaCount: 3 },
    want: [2, 'below-minimum'],
  },
  { name: 'nothing to do', snapshot: snapshotOf(0, [readingOf({ value: 0 })]), want: [0, 'inactive'] },
  {
    name: 'a failing trigger creates nothing',
    snapshot: snapshotOf(0, [failedReading()]),
    want: [0, 'trigger-error'],
  },
  {
    name: 'a healthy neighbour still counts',
    snapshot: snapshotOf(0, [failedReading(), readingOf({ index: 1, value: 4 })]),
    want: [1, 'load'],
  },
  {
    name: 'the first metric of a trigger is its queue',
    snapshot: snapshotOf(0, [readingOf({ value: 4 }), readingOf({ metricName: 's0-b', value: 90 })]),
    want: [1, 'load'],
  },
];
for (const row of rows) {
  test(`scaled job poll: ${row.name}`, () => {
    const got = scaledJobTick(row.snapshot, { ...policy, ...row.policy });
    assert.deepEqual([got.create, got.reason], row.want);
    assert.match(got.explanation, /^[A-Z0-9].*\.$/);
  });
}

test('scaled job poll: old finished jobs are forgotten whether it creates or not', () => {
  const finished = [1, 2, 3].map(
    (at) => ({ name: `j${at}`, outcome: 'Complete', completedAtMs: at }) as const,
  );
  const got = scaledJobTick({ ...snapshotOf(0, []), finished }, { ...policy, successfulJobsHistoryLimit: 1 });
  assert.deepEqual([got.kind, got.delete], ['hold', ['j2', 'j1']]);
});

test('scaled job poll: a strategy that reckons otherwise is named', () => {
  const strategy = {
    strategy: 'custom',
    customScalingQueueLengthDeduction: 1,
    customScalingRunningJobPercentage: '0.5',
  };
  const got = scaledJobTick(snapshotOf(0, [readingOf({ value: 1 })]), { ...policy, strategy });
  assert.equal(got.reason, 'enough');
  assert.match(got.explanation, /and strategy custom creates none\.$/);
});
