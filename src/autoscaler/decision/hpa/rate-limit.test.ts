import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScaleEvent } from '../decision-state.ts';
import { defaultHpaPolicy, notPaused } from '../scale-policy.ts';
import { behaviorInForce, behaviorRules, defaultRules } from './behavior-rules.ts';
import {
  limitLegacy,
  limitWithBehavior,
  legacyScaleUpLimit,
  scaleDownLimit,
  scaleUpLimit,
} from './rate-limit.ts';
import { storeScaleEvent } from './scale-events.ts';
import { stabilizeLegacy, stabilizeWithBehavior } from './stabilize.ts';

const nowMs = 1_000_000;
const event = (replicaChange: number, secondsAgo: number): ScaleEvent => ({
  replicaChange,
  atMs: nowMs - secondsAgo * 1000,
  outdated: false,
});
const none = { up: [], down: [] };
const open = { stabilizationWindowSeconds: null, selectPolicy: null, policies: null, tolerance: null };
const bounds = { minReplicas: 1, maxReplicas: 100 };

test('legacy: doubles, at least to 4, at most to the maximum', () => {
  const limit = (current: number): number => legacyScaleUpLimit(current, 2, 4);
  assert.deepEqual([1, 2, 3, 10].map(limit), [4, 4, 6, 20]);
  assert.deepEqual(limitLegacy(50, bounds, limit(3)), { replicas: 6, reason: 'ScaleUpLimit' });
  assert.deepEqual(limitLegacy(500, bounds, limit(90)), { replicas: 100, reason: 'TooManyReplicas' });
  assert.deepEqual(limitLegacy(0, bounds, limit(3)), { replicas: 1, reason: 'TooFewReplicas' });
});

test('behavior defaults: up by the larger of 4 and 100 % per 15 s', () => {
  const rules = defaultRules('scaleUp', null);
  assert.equal(scaleUpLimit(1, rules, none, nowMs), 5);
  assert.equal(scaleUpLimit(10, rules, none, nowMs), 20);
  // Four of the five were added 10 s ago: the period began with one.
  assert.equal(scaleUpLimit(5, rules, { up: [event(4, 10)], down: [] }, nowMs), 5);
  // 15 s ago is no longer within 15 s.
  assert.equal(scaleUpLimit(5, rules, { up: [event(4, 15)], down: [] }, nowMs), 10);
});

test('behavior: select Min takes the smaller change in both directions', () => {
  const policies = [
    { type: 'Pods', value: 1, periodSeconds: 60 },
    { type: 'Percent', value: 50, periodSeconds: 60 },
  ] as const;
  const rules = { selectPolicy: 'Min', policies } as const;
  assert.equal(scaleUpLimit(10, rules, none, nowMs), 11);
  assert.equal(scaleDownLimit(10, rules, none, nowMs), 9);
  assert.equal(scaleDownLimit(10, { ...rules, selectPolicy: 'Max' }, none, nowMs), 5);
  assert.equal(scaleDownLimit(10, { ...rules, selectPolicy: 'Disabled' }, none, nowMs), 10);
});

test('behavior: a limit never turns the direction round', () => {
  const one = { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } as const;
  const rules = { up: one, down: one };
  const busy = { up: [event(5, 10)], down: [] };
  assert.deepEqual(limitWithBehavior(10, 20, bounds, rules, busy, nowMs), {
    replicas: 10,
    reason: 'ScaleUpLimit',
  });
  const calm = { up: [], down: [event(5, 10)] };
  assert.deepEqual(limitWithBehavior(10, 2, bounds, rules, calm, nowMs), {
    replicas: 10,
    reason: 'ScaleDownLimit',
  });
});

test('behavior: written policies replace the default ones, an empty section does not', () => {
  const rules = behaviorRules(defaultHpaPolicy, {
    scaleUp: { ...open, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
    scaleDown: null,
  });
  assert.equal(rules?.up.policies.length, 1);
  assert.equal(rules?.down.stabilizationWindowMs, 300_000);
  assert.equal(behaviorRules(defaultHpaPolicy, null), null);
});

test('behavior: pausing one direction creates a section for both', () => {
  const created = behaviorInForce(null, { ...notPaused, scaleInPaused: true });
  assert.deepEqual(created, { scaleUp: null, scaleDown: { ...open, selectPolicy: 'Disabled' } });
  assert.equal(behaviorInForce(null, notPaused), null);
});

test('events: the last slot older than the longest period is reused', () => {
  const policies = [
    { type: 'Pods', value: 1, periodSeconds: 30 },
    { type: 'Pods', value: 1, periodSeconds: 60 },
  ] as const;
  const stored = storeScaleEvent([event(1, 61), event(2, 61), event(3, 60)], policies, 9, nowMs);
  assert.deepEqual(
    stored.map(({ replicaChange, outdated }) => [replicaChange, outdated]),
    [
      [1, true],
      [9, false],
      [3, false],
    ],
  );
  assert.deepEqual(storeScaleEvent([], null, 9, nowMs), []);
});

test('legacy stabilization: the highest of the window, the end included', () => {
  const memory = [
    { replicas: 9, atMs: nowMs - 300_000 },
    { replicas: 20, atMs: nowMs - 300_001 },
  ];
  const got = stabilizeLegacy(memory, 2, 300_000, nowMs);
  assert.equal(got.replicas, 9);
  assert.deepEqual(got.recommendations, [memory[0], { replicas: 2, atMs: nowMs }]);
  assert.equal(got.heldUntilMs, nowMs + 1);
});

test('behavior stabilization: between both windows the current count stays', () => {
  const memory = [
    { replicas: 3, atMs: nowMs - 10_000 },
    { replicas: 8, atMs: nowMs - 10_000 },
  ];
  const windows = { upMs: 60_000, downMs: 60_000 };
  assert.equal(stabilizeWithBehavior(memory, 5, 20, windows, nowMs).replicas, 5);
  assert.equal(stabilizeWithBehavior(memory, 5, 1, windows, nowMs).replicas, 5);
  assert.equal(stabilizeWithBehavior(memory, 2, 20, windows, nowMs).replicas, 3);
  // A recommendation as old as the window does not count.
  assert.equal(
    stabilizeWithBehavior([{ replicas: 8, atMs: nowMs - 60_000 }], 8, 1, windows, nowMs).replicas,
    1,
  );
});
