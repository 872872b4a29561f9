import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedReading, kedaPolicyOf, readingOf, snapshotOf } from './decision-fixture.ts';
import type { DecisionState } from './decision-state.ts';
import { createDecisionState, stateAfterFailedWrite } from './decision-state.ts';
import { hpaTick } from './hpa-tick.ts';
import { kedaPush, kedaTick } from './keda-tick.ts';
import type { LoadSnapshot } from './load-snapshot.ts';
import type { KedaPolicy } from './scale-policy.ts';
import { notPaused } from './scale-policy.ts';

const fallback = { failureThreshold: 2, replicas: 4, behavior: 'static' } as const;
const formula = { formula: 'a + b', target: '5', activationTarget: 1, metricType: 'AverageValue' } as const;
const cpu = readingOf({ index: 1, type: 'cpu', value: null, active: true, isResource: true });

const rows: readonly {
  readonly name: string;
  readonly snapshot: LoadSnapshot;
  readonly policy?: Partial<KedaPolicy>;
  readonly state?: Partial<DecisionState>;
  readonly want: readonly [to: number, reason: string];
  readonly says?: RegExp;
}[] = [
  {
    name: 'one active trigger suffices',
    snapshot: snapshotOf(0, { triggers: [readingOf({ value: 0 }), readingOf({ index: 1, value: 3 })] }),
    want: [1, 'activation'],
    says: /^Trigger 2 \(redis\) reads 3, above its activation threshold 0\. Activation starts 1 replica/,
  },
  {
    name: 'a value at the threshold is not active',
    snapshot: snapshotOf(0, { triggers: [readingOf({ value: 1, active: false, activationThreshold: 1 })] }),
    want: [0, 'inactive'],
    says: /reads 1, not above its activation threshold 1/,
  },
  {
    name: 'the size of the value is ignored',
    snapshot: snapshotOf(0, { triggers: [readingOf({ value: 5000 })] }),
    want: [1, 'activation'],
  },
  {
    name: 'the last metric without an error speaks for its trigger',
    snapshot: snapshotOf(0, {
      triggers: [readingOf({ value: 3 }), readingOf({ metricName: 's0-b', value: 0 })],
    }),
    want: [0, 'inactive'],
  },
  {
    name: 'cpu beside an idle queue does not keep it',
    snapshot: snapshotOf(2, { triggers: [readingOf({ value: 0 }), cpu] }),
    want: [0, 'cooldown-elapsed'],
  },
  {
    name: 'cpu alone counts as active',
    snapshot: snapshotOf(2, { triggers: [cpu] }),
    policy: { minReplicas: 1 },
    want: [2, 'steady'],
  },
  { name: 'without any trigger nothing is active', snapshot: snapshotOf(0), want: [0, 'inactive'] },
  {
    name: 'an error at zero below the failure threshold waits',
    snapshot: snapshotOf(0, { triggers: [failedReading()] }),
    policy: { fallback },
    want: [0, 'waiting-for-fallback'],
  },
  {
    name: 'beyond it fallback activates',
    snapshot: snapshotOf(0, { triggers: [failedReading()] }),
    policy: { fallback },
    state: { health: { 's0-redis': { numberOfFailures: 2, status: 'Failing' } } },
    want: [1, 'activation'],
    says: /replaced by its fallback/,
  },
  {
    name: 'an error of the metric list is never counted',
    snapshot: snapshotOf(0, { triggers: [failedReading({ errorStage: 'spec' })] }),
    policy: { fallback },
    state: { health: { 's0-redis': { numberOfFailures: 9, status: 'Failing' } } },
    want: [0, 'waiting-for-fallback'],
  },
  {
    name: 'the freeze trap stops everything',
    snapshot: snapshotOf(0, {
      triggers: [readingOf({ value: 9 }), failedReading({ index: 1, errorStage: 'build' })],
    }),
    policy: { fallback },
    want: [0, 'frozen'],
    says: /cannot be built \(connection refused\)/,
  },
  {
    name: 'the freeze names the trigger that could not be built, not the first that was not asked',
    snapshot: snapshotOf(0, {
      triggers: [
        failedReading({ errorStage: 'unbuilt', error: 'Not asked.' }),
        failedReading({ index: 1, errorStage: 'build' }),
      ],
    }),
    want: [0, 'frozen'],
    says: /^Trigger 2 \(redis\) cannot be built \(connection refused\)/,
  },
  {
    name: 'without the trap the healthy trigger works',
    snapshot: snapshotOf(0, {
      triggers: [readingOf({ value: 9 }), failedReading({ index: 1, errorStage: 'build' })],
    }),
    policy: { compat: { kubernetes: '1.37', keda: '2.20', freezeTrap: false } },
    want: [1, 'activation'],
  },
  {
    name: 'a formula decides instead of its triggers',
    snapshot: snapshotOf(0, {
      triggers: [readingOf({ name: 'a', value: 0.5 }), readingOf({ index: 1, name: 'b', value: 0.5 })],
    }),
    policy: { formula },
    want: [0, 'inactive'],
    says: /The formula gives 1, not above its activation target 1/,
  },
  {
    name: 'one failing trigger makes a formula inactive',
    snapshot: snapshotOf(3, {
      triggers: [readingOf({ name: 'a', value: 9 }), failedReading({ index: 1, name: 'b' })],
    }),
    policy: { formula },
    want: [3, 'trigger-error'],
  },
  {
    name: 'a formula with nil goes on',
    snapshot: snapshotOf(0, {
      triggers: [failedReading({ name: 'a' }), readingOf({ index: 1, name: 'b', value: 9 })],
    }),
    policy: {
      formula: { ...formula, formula: 'a ?? b' },
      fallback: { failureThreshold: 0, replicas: 4, behavior: 'scalingModifiers' },
    },
    want: [1, 'activation'],
  },
  {
    name: 'a formula that cannot be computed never scales to zero',
    snapshot: snapshotOf(3, { triggers: [readingOf({ name: 'a', value: 9 })] }),
    policy: { formula },
    want: [3, 'trigger-error'],
  },
  {
    name: 'paused-replicas is written',
    snapshot: snapshotOf(3),
    policy: { pause: { ...notPaused, paused: true, pausedReplicas: 7 } },
    want: [7, 'paused-replicas'],
  },
];

for (const { name, snapshot, policy, state, want, says } of rows) {
  test(`keda poll: ${name}`, () => {
    const before = { ...createDecisionState(0), ...state };
    const { decision } = kedaTick(snapshot, kedaPolicyOf(policy), before, 1_000_000);
    assert.deepEqual([decision.to, decision.reason], want);
    if (says !== undefined) assert.match(decision.explanation, says);
  });
}

test('keda push: active at once, whatever the poll says', () => {
  const snapshot = snapshotOf(0, { triggers: [failedReading()] });
  const { decision, state } = kedaPush(snapshot, kedaPolicyOf(), createDecisionState(0), 5_999);
  assert.deepEqual([decision.to, decision.reason, decision.inputs.clock], [1, 'activation', 'keda-push']);
  // Whole seconds, as KEDA stores it; and a push counts no failure.
  assert.equal(state.lastActiveMs, 5000);
  assert.deepEqual(state.health, {});
});

test('keda and hpa: a queue fills, empties, and the two clocks do their parts', () => {
  const policy = kedaPolicyOf({ cooldownMs: 60_000 });
  let state = createDecisionState(0);
  let replicas = 0;
  const step = (clock: 'poll' | 'sync', value: number, atMs: number): string => {
    const snapshot = snapshotOf(replicas, { triggers: [readingOf({ value })] });
    const { decision, state: next } = (clock === 'poll' ? kedaTick : hpaTick)(snapshot, policy, state, atMs);
    state = next;
    replicas = decision.to;
    return `${decision.reason} ${decision.to}`;
  };
  // 40 messages are waiting, the HPA cannot see them: it is off at zero.
  assert.equal(step('sync', 40, 0), 'hpa-disabled-at-zero 0');
  // KEDA's poll starts exactly one.
  assert.equal(step('poll', 40, 10_000), 'activation 1');
  // The HPA follows in its own phase, limited to 4 by the legacy algorithm, then to 8.
  assert.equal(step('sync', 40, 15_000), 'load 4');
  assert.equal(step('sync', 40, 30_000), 'load 8');
  assert.equal(step('poll', 40, 40_000), 'steady 8');
  // Empty: the HPA would wait its 300 s …
  assert.equal(step('sync', 0, 45_000), 'stabilizing 8');
  assert.equal(step('poll', 0, 70_000), 'cooling-down 8');
  assert.equal(step('poll', 0, 100_000), 'cooling-down 8');
  // … but KEDA goes from 8 to 0 in one step 60 s after the last activity.
  assert.equal(step('poll', 0, 130_000), 'cooldown-elapsed 0');
  // One message: activation, and the HPA's memory of 8 raises the count although 1 is asked.
  assert.equal(step('poll', 1, 160_000), 'activation 1');
  assert.equal(step('sync', 1, 165_000), 'stabilizing 4');
});

test('state: a write that failed refreshes no activity and records no event', () => {
  const before = createDecisionState(0);
  const { state } = kedaTick(
    snapshotOf(0, { triggers: [readingOf({ value: 3 })] }),
    kedaPolicyOf(),
    before,
    9000,
  );
  assert.equal(state.lastActiveMs, 9000);
  assert.equal(stateAfterFailedWrite(before, state).lastActiveMs, null);
});
