import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedReading, kedaPolicyOf, podOf, readingOf, snapshotOf } from './decision-fixture.ts';
import type { DecisionState } from './decision-state.ts';
import { createDecisionState } from './decision-state.ts';
import { hpaTick } from './hpa-tick.ts';
import { kedaTick } from './keda-tick.ts';
import type { LoadSnapshot } from './load-snapshot.ts';
import type { ScaleDecision } from './scale-decision.ts';
import type { KedaPolicy } from './scale-policy.ts';
import { defaultHpaPolicy, notPaused } from './scale-policy.ts';

const secondMs = 1000;
const emptyBehavior = { scaleUp: null, scaleDown: null };

/** Syncs in a row on a target that follows at once; `load` is what the trigger reads. */
function follow(policy: KedaPolicy, start: number, loads: readonly number[]): readonly ScaleDecision[] {
  let state: DecisionState = createDecisionState(0);
  let replicas = start;
  return loads.map((load, index) => {
    const snapshot = snapshotOf(replicas, { triggers: [readingOf({ value: load })] });
    const step = hpaTick(snapshot, policy, state, index * 15 * secondMs);
    ({ state } = step);
    replicas = step.decision.to;
    return step.decision;
  });
}

test('hpa: without a behavior it doubles at every sync, from 1 to 4 first', () => {
  const counts = follow(kedaPolicyOf(), 1, Array<number>(5).fill(200)).map(({ to }) => to);
  assert.deepEqual(counts, [4, 8, 16, 32, 40]);
});

test('hpa: an empty behavior is another algorithm: +4 or double per 15 s of events', () => {
  const policy = kedaPolicyOf({ hpa: { ...defaultHpaPolicy, behavior: emptyBehavior } });
  const counts = follow(policy, 1, Array<number>(5).fill(200)).map(({ to }) => to);
  assert.deepEqual(counts, [5, 10, 20, 40, 40]);
});

test('hpa: the way down waits for the window, and says until when', () => {
  const decisions = follow(kedaPolicyOf(), 4, [20, ...Array<number>(21).fill(5)]);
  const held = decisions[1];
  assert.equal(held?.kind, 'hold');
  assert.equal(held?.reason, 'stabilizing');
  assert.equal(held?.nextCheckAtMs, 300_001);
  assert.match(
    held?.explanation ?? '',
    /asks for 1 replica\. The stabilization window holds 4 replicas for up to another 4 min 46 s\./,
  );
  // The recommendation of the first sync is 300 s old at the twenty-first: still inside. One sync later it is not.
  assert.deepEqual(
    decisions.slice(19).map(({ to }) => to),
    [4, 4, 1],
  );
});

test('hpa: the legacy memory can raise the count above what is asked', () => {
  // A busy time at 10 replicas, then zero through a short cooldown, then one by activation with a small load.
  const busy = hpaTick(
    snapshotOf(10, { triggers: [readingOf({ value: 50 })] }),
    kedaPolicyOf(),
    createDecisionState(0),
    0,
  );
  const zero = hpaTick(
    snapshotOf(0, { triggers: [readingOf({ value: 0 })] }),
    kedaPolicyOf(),
    busy.state,
    60_000,
  );
  assert.equal(zero.decision.reason, 'hpa-disabled-at-zero');
  const again = hpaTick(
    snapshotOf(1, { triggers: [readingOf({ value: 1 })] }),
    kedaPolicyOf(),
    zero.state,
    75_000,
  );
  assert.deepEqual([again.decision.reason, again.decision.to], ['stabilizing', 4]);
});

const single: readonly {
  readonly name: string;
  readonly snapshot: LoadSnapshot;
  readonly policy?: Partial<KedaPolicy>;
  readonly want: readonly [to: number, reason: string];
  readonly says?: RegExp;
}[] = [
  {
    name: 'load',
    snapshot: snapshotOf(2, { triggers: [readingOf({ value: 15 })] }),
    want: [3, 'load'],
    says: /^Trigger 1 \(redis\) reads 15 against a target of 5 per replica, which asks for 3 replicas\.$/,
  },
  {
    name: 'within tolerance',
    snapshot: snapshotOf(2, { triggers: [readingOf({ value: 11 })] }),
    want: [2, 'within-tolerance'],
  },
  {
    name: 'the maximum',
    snapshot: snapshotOf(2, { triggers: [readingOf({ value: 500 })] }),
    policy: { maxReplicas: 3 },
    want: [3, 'load'],
    says: /maximum of 3/,
  },
  {
    name: 'at the maximum',
    snapshot: snapshotOf(3, { triggers: [readingOf({ value: 500 })] }),
    policy: { maxReplicas: 3 },
    want: [3, 'at-limit'],
  },
  {
    name: 'above the maximum at once',
    snapshot: snapshotOf(9),
    policy: { maxReplicas: 3 },
    want: [3, 'above-maximum'],
  },
  {
    name: 'below the minimum at once',
    snapshot: snapshotOf(1),
    policy: { minReplicas: 3 },
    want: [3, 'below-minimum'],
  },
  {
    name: 'the largest of several metrics',
    snapshot: snapshotOf(2, { triggers: [readingOf({ value: 5 }), readingOf({ index: 1, value: 20 })] }),
    want: [4, 'load'],
    says: /Trigger 2/,
  },
  {
    name: 'one failed, the rest asks for more',
    snapshot: snapshotOf(2, { triggers: [failedReading(), readingOf({ index: 1, value: 20 })] }),
    want: [4, 'load'],
  },
  {
    name: 'one failed, the rest asks for less',
    snapshot: snapshotOf(2, { triggers: [failedReading(), readingOf({ index: 1, value: 1 })] }),
    want: [2, 'metrics-unavailable'],
    says: /connection refused/,
  },
  {
    name: 'all failed',
    snapshot: snapshotOf(2, { triggers: [failedReading()] }),
    want: [2, 'metrics-unavailable'],
  },
  { name: 'no metric', snapshot: snapshotOf(2), want: [2, 'metrics-unavailable'] },
  {
    name: 'paused',
    snapshot: snapshotOf(2, { triggers: [readingOf({ value: 50 })] }),
    policy: { pause: { ...notPaused, paused: true } },
    want: [2, 'paused'],
  },
  {
    name: 'scaling out paused',
    snapshot: snapshotOf(2, { triggers: [readingOf({ value: 50 })] }),
    policy: { pause: { ...notPaused, scaleOutPaused: true } },
    want: [2, 'scale-out-paused'],
  },
  { name: 'unreadable', snapshot: snapshotOf(0, { specReplicas: null }), want: [0, 'target-unreadable'] },
  {
    name: 'fallback',
    snapshot: snapshotOf(2, { triggers: [failedReading()] }),
    policy: { fallback: { failureThreshold: 0, replicas: 4, behavior: 'static' } },
    want: [4, 'fallback'],
  },
  {
    name: 'cpu beside a queue',
    snapshot: snapshotOf(1, {
      triggers: [
        readingOf({ value: 1 }),
        readingOf({
          index: 1,
          type: 'cpu',
          value: null,
          isResource: true,
          target: { kind: 'Utilization', value: 50 },
        }),
      ],
      pods: [podOf('a', { usageMilli: 900, requestMilli: 1000 })],
    }),
    want: [2, 'load'],
    says: /^Cpu stands at 90 % of the request against a target of 50 %/,
  },
  {
    name: 'a formula replaces all external metrics',
    snapshot: snapshotOf(1, {
      triggers: [readingOf({ name: 'a', value: 500 }), readingOf({ index: 1, name: 'b', value: 6 })],
    }),
    policy: {
      formula: { formula: 'min(a, b)', target: '2', activationTarget: 0, metricType: 'AverageValue' },
    },
    want: [3, 'load'],
    says: /^The formula reads 6 against a target of 2/,
  },
  {
    name: 'a formula with a dead trigger',
    snapshot: snapshotOf(1, { triggers: [failedReading({ name: 'a' })] }),
    policy: { formula: { formula: 'a', target: '2', activationTarget: 0, metricType: 'AverageValue' } },
    want: [1, 'metrics-unavailable'],
    says: /connection refused/,
  },
  {
    name: 'a trigger that cannot be built takes every metric with it',
    snapshot: snapshotOf(1, {
      triggers: [failedReading({ errorStage: 'build' }), failedReading({ index: 1, errorStage: 'unbuilt' })],
    }),
    want: [1, 'metrics-unavailable'],
  },
  {
    name: 'each metric is a request of its own: what was built for the second one is served',
    snapshot: snapshotOf(1, {
      triggers: [failedReading({ errorStage: 'build' }), readingOf({ index: 1, value: 50 })],
    }),
    want: [4, 'load'],
  },
  {
    name: 'an external scaler that does not say what it offers spoils every value',
    snapshot: snapshotOf(1, {
      triggers: [failedReading({ errorStage: 'spec' }), readingOf({ index: 1, value: 50 })],
    }),
    want: [1, 'metrics-unavailable'],
    says: /does not say what it offers|connection refused/,
  },
  {
    name: 'but not what fallback has put in place',
    snapshot: snapshotOf(1, {
      triggers: [failedReading({ errorStage: 'spec' }), failedReading({ index: 1, metricName: 's1-redis' })],
    }),
    policy: { fallback: { failureThreshold: 0, replicas: 3, behavior: 'static' } },
    want: [3, 'fallback'],
  },
  {
    name: "of a formula's triggers a substitute outweighs the errors of the rest",
    snapshot: snapshotOf(1, {
      triggers: [
        failedReading({ name: 'a', errorStage: 'spec' }),
        failedReading({ index: 1, metricName: 's1-redis', name: 'b' }),
      ],
    }),
    policy: {
      fallback: { failureThreshold: 0, replicas: 3, behavior: 'static' },
      formula: { formula: 'a + b', target: '2', activationTarget: 0, metricType: 'AverageValue' },
    },
    want: [3, 'fallback'],
  },
];

for (const { name, snapshot, policy, want, says } of single) {
  test(`hpa: ${name}`, () => {
    const state: DecisionState = {
      ...createDecisionState(0),
      hpa: { recommendations: [], scaleUpEvents: [], scaleDownEvents: [] },
    };
    const { decision } = hpaTick(snapshot, kedaPolicyOf(policy), state, 1_000_000);
    assert.deepEqual([decision.to, decision.reason], want);
    if (says !== undefined) assert.match(decision.explanation, says);
  });
}

test('hpa: failures count here and in the poll, so the threshold passes in half the time', () => {
  const policy = kedaPolicyOf({ fallback: { failureThreshold: 3, replicas: 4, behavior: 'static' } });
  const snapshot = snapshotOf(1, { triggers: [failedReading()] });
  let state = createDecisionState(0);
  for (const at of [0, 1]) {
    ({ state } = kedaTick(snapshot, policy, state, at * 30_000));
    ({ state } = hpaTick(snapshot, policy, state, at * 30_000 + 10_000));
  }
  assert.deepEqual(state.health, { 's0-redis': { numberOfFailures: 4, status: 'Failing' } });
});

test('hpa: a written change is remembered as an event, a failed one is not', () => {
  const policy = kedaPolicyOf({ hpa: { ...defaultHpaPolicy, behavior: emptyBehavior } });
  const { state } = hpaTick(
    snapshotOf(1, { triggers: [readingOf({ value: 50 })] }),
    policy,
    createDecisionState(0),
    5000,
  );
  assert.deepEqual(state.hpa.scaleUpEvents, [{ replicaChange: 4, atMs: 5000, outdated: false }]);
});

const health = [
  { name: 'it scales by its metrics', replicas: 1, reading: readingOf({ value: 5 }), want: 'True HPAActive' },
  {
    name: 'at zero it is off, as it should be',
    replicas: 0,
    reading: readingOf(),
    want: 'True HPAScalingDisabled',
  },
  { name: 'it gets no value', replicas: 1, reading: failedReading(), want: 'False HPAMetricsUnavailable' },
  { name: 'above the maximum it does not look', replicas: 200, reading: failedReading(), want: undefined },
];
for (const { name, reading, replicas, want } of health) {
  test(`hpa: condition HPAActive: ${name}`, () => {
    const snapshot = snapshotOf(replicas, { triggers: [reading] });
    const { conditions } = hpaTick(snapshot, kedaPolicyOf(), createDecisionState(0), 0).decision;
    const found = conditions.find(({ type }) => type === 'HPAActive');
    assert.equal(found && `${found.status} ${found.reason}`, want);
    assert.ok(!conditions.some(({ type }) => type === 'Ready'), 'trouble of the HPA leaves Ready alone');
  });
}

test('hpa: of several metrics that fail the first by type names the reason, as KEDA writes them', () => {
  const cpu = readingOf({
    index: 1,
    type: 'cpu',
    value: null,
    active: false,
    isResource: true,
    containerName: 'app',
    target: { kind: 'Utilization', value: 60 },
  });
  const { decision } = hpaTick(
    snapshotOf(2, { triggers: [failedReading(), cpu], pods: [] }),
    kedaPolicyOf(),
    createDecisionState(0),
    0,
  );
  const active = decision.conditions.find(({ type }) => type === 'ScalingActive');
  assert.equal(active?.reason, 'FailedGetContainerResourceMetric');
});
