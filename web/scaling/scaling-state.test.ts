import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecisionView, TargetStatus } from '../../src/contract/scaling.ts';
import { countdownSeconds, emptyLive, liveReducer, readScalingEvent } from './scaling-state.ts';

const decision = (atMs: number): DecisionView => ({
  atMs,
  kind: 'scale',
  from: 0,
  to: 1,
  reason: 'activation',
  explanation: `at ${atMs}`,
});
const target: TargetStatus = {
  target: 'sluice-replica',
  policy: 'instant',
  minReplicas: 0,
  maxReplicas: 10,
  desiredReplicas: 0,
  replicas: [],
  pending: 0,
  inFlight: 0,
  arrivals: 0,
  cooldownEndsAtMs: null,
  triggers: [],
  lastDecision: null,
};

test('a status makes the strip live and gives the clock skew', () => {
  const status = { atMs: 5000, targets: [{ ...target, lastDecision: decision(4000) }] };
  const live = liveReducer(emptyLive, { type: 'status', status, nowMs: 4200 });
  assert.equal(live.link, 'live');
  assert.equal(live.clockSkewMs, 800);
  assert.deepEqual(live.decisions, [{ target: target.target, decision: decision(4000) }]);
});

test('decisions: newest first, ten at most, the same one once', () => {
  let live = emptyLive;
  for (let at = 1; at <= 12; at += 1) {
    live = liveReducer(live, { type: 'decision', target: 'a', decision: decision(at) });
    live = liveReducer(live, { type: 'decision', target: 'a', decision: decision(at) });
  }
  assert.deepEqual(
    live.decisions.map((one) => one.decision.atMs),
    [12, 11, 10, 9, 8, 7, 6, 5, 4, 3],
  );
});

test('decisions: a step and the hold of the same millisecond are both shown, the later one first', () => {
  const hold: DecisionView = { ...decision(7), kind: 'hold', from: 1, to: 1, reason: 'starting' };
  let live = emptyLive;
  for (const each of [decision(7), hold])
    live = liveReducer(live, { type: 'decision', target: 'a', decision: each });
  const status = { atMs: 8, targets: [{ ...target, target: 'a', lastDecision: hold }] };
  live = liveReducer(live, { type: 'status', status, nowMs: 8 });
  assert.deepEqual(
    live.decisions.map((one) => one.decision.kind),
    ['hold', 'scale'],
  );
});

test('decisions: holding for the same reason counts once, with the newest words', () => {
  const hold = (atMs: number, reason: string): DecisionView => ({
    ...decision(atMs),
    kind: 'hold',
    from: 1,
    to: 1,
    reason,
  });
  const story = [
    decision(1),
    hold(2, 'cooldown'),
    hold(3, 'cooldown'),
    hold(4, 'paused'),
    hold(5, 'cooldown'),
  ];
  const live = story.reduce(
    (known, one) => liveReducer(known, { type: 'decision', target: 'a', decision: one }),
    emptyLive,
  );
  assert.deepEqual(
    live.decisions.map((one) => one.decision.atMs),
    [5, 4, 3, 1],
  );
});

test('a lost stream keeps the last numbers and says so', () => {
  const live = liveReducer({ ...emptyLive, link: 'live', targets: [target] }, { type: 'lost' });
  assert.deepEqual([live.link, live.targets.length], ['lost', 1]);
});

const countdowns = [
  { name: 'no clock is running', ends: null, skew: 0, now: 0, want: null },
  { name: 'a part of a second counts as one', ends: 10_000, skew: 0, now: 8_100, want: 2 },
  { name: 'a visitor whose clock is late by a minute', ends: 70_000, skew: 60_000, now: 5_000, want: 5 },
  { name: 'never below zero', ends: 1_000, skew: 0, now: 9_000, want: 0 },
];
for (const { name, ends, skew, now, want } of countdowns) {
  test(`countdown: ${name}`, () =>
    assert.equal(countdownSeconds({ ...target, cooldownEndsAtMs: ends }, skew, now), want));
}

const events = [
  { name: 'a status', data: { type: 'status', status: { atMs: 1, targets: [target] } }, want: 'status' },
  { name: 'a decision', data: { type: 'decision', target: 'a', decision: decision(1) }, want: 'decision' },
  { name: 'rubbish', data: { type: 'status', status: { targets: [7] } }, want: undefined },
  { name: 'no object', data: 7, want: undefined },
];
for (const { name, data, want } of events) {
  test(`event: ${name}`, () => assert.equal(readScalingEvent(JSON.stringify(data), 0)?.type, want));
}
