import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideInstant } from './decide-instant.ts';
import { instantPolicyOf, kedaPolicyOf, readingOf, snapshotOf } from './decision-fixture.ts';
import { createDecisionState } from './decision-state.ts';
import { hpaTick } from './hpa-tick.ts';
import { kedaTick } from './keda-tick.ts';
import type { DecisionStep } from './scale-decision.ts';
import { whatWouldChange } from './what-would-change.ts';

const state = { ...createDecisionState(0), lastActiveMs: 1000 };
const summary = ({ decision }: DecisionStep, nowMs: number): (readonly [string, number])[] =>
  whatWouldChange(decision, nowMs).map(({ condition, to }) => [condition, to] as const);

test('instant: how many requests more, and how long silence must last', () => {
  const snapshot = snapshotOf(1, {
    statusReplicas: 1,
    readyReplicas: 1,
    inFlight: 0,
    slotsPerReplica: 4,
    lastActivityMs: 1000,
    replicas: [{ id: 'a', state: 'ready', inFlight: 0, idleSinceMs: 1000 }],
    triggers: [],
  });
  const step = decideInstant(snapshot, instantPolicyOf({ cooldownMs: 60_000 }), state, 2000);
  assert.deepEqual(summary(step, 2000), [
    ['5 more requests arrive at once', 2],
    ['nothing arrives for another 59 s', 0],
  ]);
});

test('KEDA at zero: above which value it wakes', () => {
  const reading = readingOf({ value: 0.5, active: false, activationThreshold: 1 });
  const snapshot = snapshotOf(0, { statusReplicas: 0, readyReplicas: 0, triggers: [reading] });
  const step = kedaTick(snapshot, kedaPolicyOf({}), state, 2000);
  assert.deepEqual(summary(step, 2000), [[`${reading.metricName} rises above 1`, 1]]);
});

test('the HPA: the tolerance is part of the answer', () => {
  const reading = readingOf({
    value: 10,
    active: true,
    target: { kind: 'AverageValue', value: 5 },
    activationThreshold: 0,
  });
  const snapshot = snapshotOf(2, { statusReplicas: 2, readyReplicas: 2, triggers: [reading] });
  const step = hpaTick(snapshot, kedaPolicyOf({ maxReplicas: 10 }), state, 2000);
  const rise = summary(step, 2000).find(([condition]) => condition.includes('rises'));
  assert.deepEqual(rise, [`${reading.metricName} rises above 11`, 3]);
});

test('the value that is tried is written differently from the boundary', () => {
  const reading = readingOf({ value: 0, active: false, activationThreshold: 0.1 });
  const snapshot = snapshotOf(0, { statusReplicas: 0, readyReplicas: 0, triggers: [reading] });
  const [change] = whatWouldChange(kedaTick(snapshot, kedaPolicyOf({}), state, 2000).decision, 2000);
  assert.equal(change?.condition, `${reading.metricName} rises above 0.1`);
  assert.match(change?.explanation ?? '', /reads 0\.1001, above its activation threshold 0\.1/);
});

test('where anything above zero wakes, the value that is tried is one that might be read', () => {
  const reading = readingOf({ value: 0, active: false, activationThreshold: null });
  const snapshot = snapshotOf(0, { statusReplicas: 0, readyReplicas: 0, triggers: [reading] });
  const [change] = whatWouldChange(kedaTick(snapshot, kedaPolicyOf({}), state, 2000).decision, 2000);
  assert.equal(change?.condition, `${reading.metricName} rises above 0`);
  assert.match(change?.explanation ?? '', /reads 0\.005 and is active/);
});

test('KEDA while active: how long silence must last before the cooldown is over', () => {
  const reading = readingOf({ value: 7, active: true, activationThreshold: 1 });
  const snapshot = snapshotOf(2, { statusReplicas: 2, readyReplicas: 2, triggers: [reading] });
  const policy = kedaPolicyOf({ cooldownMs: 300_000 });
  const step = kedaTick(snapshot, policy, state, 100_000);
  // Five seconds later: the cooldown counts from the last activity that a poll saw.
  const changes = whatWouldChange(step.decision, 105_000);
  assert.deepEqual(
    changes.map(({ atMs, condition, to }) => [condition, to, atMs]),
    [['no trigger is active for 4 min 55 s', 0, 400_000]],
  );
});

test('a trigger that failed: what it would have to say', () => {
  const reading = readingOf({
    value: null,
    active: false,
    activationThreshold: 1,
    error: 'nobody answers',
  });
  const snapshot = snapshotOf(0, { statusReplicas: 0, readyReplicas: 0, triggers: [reading] });
  const step = kedaTick(snapshot, kedaPolicyOf({}), state, 2000);
  assert.deepEqual(summary(step, 2000), [[`${reading.metricName} can be read again and is above 1`, 1]]);
});

test('the HPA: its window ends by itself', () => {
  const target = { kind: 'AverageValue', value: 5 } as const;
  const reading = readingOf({ value: 20, active: true, target, activationThreshold: 0 });
  const snapshot = snapshotOf(4, { statusReplicas: 4, readyReplicas: 4, triggers: [reading] });
  const policy = kedaPolicyOf({ maxReplicas: 10 });
  const before = hpaTick(snapshot, policy, state, 2000);
  const fallen = { ...snapshot, triggers: [{ ...reading, value: 10 }] };
  const step = hpaTick(fallen, policy, before.state, 17_000);
  const last = whatWouldChange(step.decision, 17_000).at(-1);
  assert.match(last?.condition ?? '', /^its metrics stay as they are for another 4 min 4\d s$/);
  assert.equal(last?.to, 2);
});

test('after a change the next tick is asked, which finds the new count and remembers the change', () => {
  const target = { kind: 'AverageValue', value: 2 } as const;
  const reading = readingOf({ value: 4, active: true, target, activationThreshold: 0 });
  const snapshot = snapshotOf(1, { statusReplicas: 1, readyReplicas: 1, triggers: [reading] });
  const step = hpaTick(snapshot, kedaPolicyOf({ maxReplicas: 10 }), state, 2000);
  assert.deepEqual([step.decision.from, step.decision.to], [1, 2]);
  // Nothing about falling: the stabilization window holds 2 replicas now.
  assert.deepEqual(summary(step, 7000), [[`${reading.metricName} rises above 4.4`, 3]]);
});
