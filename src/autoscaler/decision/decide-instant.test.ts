import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  busyReplica,
  failedReading,
  idleReplica,
  instantPolicyOf,
  readingOf,
  snapshotOf,
} from './decision-fixture.ts';
import { decideInstant } from './decide-instant.ts';
import type { DecisionState } from './decision-state.ts';
import { createDecisionState } from './decision-state.ts';
import type { LoadSnapshot } from './load-snapshot.ts';
import type { InstantPolicy } from './scale-policy.ts';
import { notPaused } from './scale-policy.ts';

const nowMs = 1_000_000;
const cooled: Partial<DecisionState> = { lastActiveMs: nowMs - 300_000 };
const warm: Partial<DecisionState> = { lastActiveMs: nowMs - 20_000 };
const cron = readingOf({
  type: 'cron',
  value: 4,
  target: { kind: 'AverageValue', value: 1 },
  activationThreshold: null,
});
const fallback = { failureThreshold: 0, replicas: 3, behavior: 'static' } as const;
const formula = { formula: 'a * 2', target: '5', activationTarget: 1, metricType: 'AverageValue' } as const;

const rows: readonly {
  readonly name: string;
  readonly snapshot: LoadSnapshot;
  readonly policy?: Partial<InstantPolicy>;
  readonly state?: Partial<DecisionState>;
  readonly want: readonly [to: number, reason: string];
  readonly says?: RegExp;
  readonly nextCheckAtMs?: number;
}[] = [
  {
    name: 'the first request starts one',
    snapshot: snapshotOf(0, { pending: 1 }),
    want: [1, 'activation'],
    says: /^0 in flight and 1 held at 1 a replica need 1 replica\./,
  },
  {
    name: 'requests over slots, rounded up',
    snapshot: snapshotOf(1, { inFlight: 4, pending: 1, slotsPerReplica: 4 }),
    want: [2, 'load'],
  },
  {
    name: 'a request that found no place to wait starts one',
    snapshot: snapshotOf(0, { refusedAtMs: nowMs - 10, slotsPerReplica: 4 }),
    want: [1, 'activation'],
    says: /^0 in flight, 0 held and one that found no place to wait need 1 replica of 4 at once\./,
  },
  {
    name: 'it keeps the start alive, also without a cooldown',
    snapshot: snapshotOf(1, { refusedAtMs: nowMs - 10, readyReplicas: 0, startingReplicas: 1 }),
    policy: { cooldownMs: 0 },
    want: [1, 'steady'],
  },
  {
    name: 'where all slots are taken it asks for one more',
    snapshot: snapshotOf(1, { refusedAtMs: nowMs, inFlight: 4, slotsPerReplica: 4 }),
    want: [2, 'load'],
  },
  {
    name: 'headroom is kept while there is load',
    snapshot: snapshotOf(1, { inFlight: 1 }),
    policy: { headroomReplicas: 1 },
    want: [2, 'load'],
    says: /and 1 to spare/,
  },
  {
    name: 'headroom alone starts nothing',
    snapshot: snapshotOf(0),
    policy: { headroomReplicas: 1 },
    want: [0, 'inactive'],
  },
  {
    name: 'as many start at once as there are cores',
    snapshot: snapshotOf(0, { pending: 50 }),
    policy: { maxReplicas: 10 },
    want: [2, 'activation'],
    says: /2 replicas now, 8 more as soon as fewer are starting/,
  },
  {
    name: 'the rest waits while they start',
    snapshot: snapshotOf(2, { pending: 50, readyReplicas: 0, startingReplicas: 2 }),
    policy: { maxReplicas: 10 },
    want: [2, 'start-capacity'],
  },
  {
    name: 'one more for each that got ready',
    snapshot: snapshotOf(2, { pending: 50, readyReplicas: 1, startingReplicas: 1 }),
    policy: { maxReplicas: 10 },
    want: [3, 'load'],
  },
  {
    name: 'never above the maximum',
    snapshot: snapshotOf(3, { pending: 50 }),
    policy: { maxReplicas: 3 },
    want: [3, 'steady'],
  },
  {
    name: 'above the maximum is lowered',
    snapshot: snapshotOf(5, { pending: 50 }),
    policy: { maxReplicas: 3 },
    want: [3, 'above-maximum'],
  },
  {
    name: 'the minimum stands without load',
    snapshot: snapshotOf(0),
    policy: { minReplicas: 2 },
    want: [2, 'below-minimum'],
  },
  {
    name: 'extra replicas wait out their idle delay',
    snapshot: snapshotOf(3, {
      inFlight: 1,
      replicas: [busyReplica('a'), idleReplica('b', nowMs - 2000), idleReplica('c', nowMs - 4000)],
    }),
    want: [3, 'idle-delay'],
    says: /idle delay of one ends in 1 s/,
    nextCheckAtMs: nowMs + 1000,
  },
  {
    name: 'those that did stop, the others stay',
    snapshot: snapshotOf(3, {
      inFlight: 1,
      replicas: [busyReplica('a'), idleReplica('b', nowMs - 2000), idleReplica('c', nowMs - 5000)],
    }),
    want: [2, 'idle-extra'],
    nextCheckAtMs: nowMs + 3000,
  },
  {
    name: 'one whose start took long stays as long as that took',
    snapshot: snapshotOf(3, {
      inFlight: 1,
      replicas: [
        busyReplica('a'),
        { ...idleReplica('b', nowMs - 20_000), startMs: 30_000 },
        { ...idleReplica('c', nowMs - 30_000), startMs: 30_000 },
      ],
    }),
    want: [2, 'idle-extra'],
    nextCheckAtMs: nowMs + 10_000,
  },
  {
    name: 'but never longer than the cooldown',
    policy: { cooldownMs: 25_000 },
    snapshot: snapshotOf(2, {
      inFlight: 1,
      replicas: [busyReplica('a'), { ...idleReplica('b', nowMs - 24_000), startMs: 90_000 }],
    }),
    want: [2, 'idle-delay'],
    nextCheckAtMs: nowMs + 1000,
  },
  {
    name: 'a busy replica is never counted out',
    snapshot: snapshotOf(3, {
      inFlight: 3,
      slotsPerReplica: 4,
      replicas: [busyReplica('a'), busyReplica('b'), busyReplica('c')],
    }),
    want: [3, 'idle-delay'],
    says: /until one is idle/,
  },
  {
    name: 'starts that were not begun are cancelled at once',
    snapshot: snapshotOf(4, { statusReplicas: 2, readyReplicas: 2, inFlight: 1 }),
    want: [2, 'idle-extra'],
  },
  {
    name: 'nor do starts wait any longer for a core that others start on',
    snapshot: snapshotOf(4, {
      readyReplicas: 1,
      startingReplicas: 3,
      inFlight: 1,
      replicas: [
        busyReplica('a'),
        { id: 'b', state: 'starting', inFlight: 0, idleSinceMs: null },
        { id: 'c', state: 'starting', inFlight: 0, idleSinceMs: null, isWaiting: true },
        { id: 'd', state: 'starting', inFlight: 0, idleSinceMs: null, isWaiting: true },
      ],
    }),
    want: [2, 'idle-extra'],
  },
  {
    name: 'the last replica waits for the cooldown',
    snapshot: snapshotOf(1, { replicas: [idleReplica('a', nowMs - 20_000)] }),
    state: warm,
    want: [1, 'cooling-down'],
    says: /holds 1 replica for another 4 min 40 s/,
    nextCheckAtMs: nowMs + 280_000,
  },
  {
    name: 'and stops when it ends',
    snapshot: snapshotOf(1, { replicas: [idleReplica('a', nowMs - 20_000)] }),
    state: cooled,
    want: [0, 'cooldown-elapsed'],
    says: /The cooldown of 5 min has passed, so 0 replicas stay\./,
  },
  {
    name: 'one that nobody ever asked stops without it',
    snapshot: snapshotOf(1, { replicas: [idleReplica('a', nowMs - 20_000)] }),
    want: [0, 'cooldown-elapsed'],
    says: /It has never been active, and there is no initial cooldown, so 0 replicas stay\./,
  },
  {
    name: 'extras stop during the cooldown, one stays',
    snapshot: snapshotOf(3, { replicas: ['a', 'b', 'c'].map((id) => idleReplica(id, nowMs - 20_000)) }),
    state: warm,
    want: [1, 'idle-extra'],
  },
  {
    name: 'the end of a request counts as activity',
    snapshot: snapshotOf(1, { lastActivityMs: nowMs - 1 }),
    state: cooled,
    want: [1, 'cooling-down'],
  },
  {
    name: 'never active: the initial cooldown holds',
    snapshot: snapshotOf(1),
    policy: { initialCooldownMs: 2_000_000 },
    want: [1, 'initial-cooldown'],
  },
  {
    name: 'idle replicas are held instead of the minimum',
    snapshot: snapshotOf(3),
    policy: { minReplicas: 3, idleReplicas: 1 },
    state: cooled,
    want: [1, 'cooldown-elapsed'],
  },
  {
    name: 'an active trigger keeps one',
    snapshot: snapshotOf(1, { triggers: [readingOf({ value: 1 })] }),
    state: cooled,
    want: [1, 'steady'],
    says: /Trigger 1 \(redis\) is active at 1 against 5 and needs 1 replica/,
  },
  {
    name: 'an active trigger starts what its value needs',
    snapshot: snapshotOf(0, { triggers: [readingOf({ value: 9 })] }),
    want: [2, 'activation'],
  },
  {
    name: 'a value below activation does not count',
    snapshot: snapshotOf(0, { triggers: [readingOf({ value: 9, active: false, activationThreshold: 10 })] }),
    want: [0, 'inactive'],
  },
  {
    name: 'a Value target votes on activity only',
    snapshot: snapshotOf(1, { triggers: [readingOf({ value: 90, target: { kind: 'Value', value: 5 } })] }),
    want: [1, 'steady'],
  },
  {
    name: 'cron is a floor by schedule',
    snapshot: snapshotOf(2, { triggers: [cron] }),
    want: [4, 'schedule'],
  },
  {
    name: 'cpu never starts one',
    snapshot: snapshotOf(0, {
      triggers: [readingOf({ type: 'cpu', value: null, active: true, isResource: true })],
    }),
    want: [0, 'inactive'],
  },
  {
    name: 'an error never scales to zero',
    snapshot: snapshotOf(1, { triggers: [failedReading()] }),
    state: cooled,
    want: [1, 'trigger-error'],
    says: /connection refused; 1 replica stays, because an error never/,
  },
  {
    name: 'an error does not keep extras',
    snapshot: snapshotOf(2, {
      triggers: [failedReading()],
      replicas: [idleReplica('a', 0), idleReplica('b', 0)],
    }),
    state: cooled,
    want: [1, 'idle-extra'],
  },
  {
    name: 'fallback stands in',
    snapshot: snapshotOf(2, { triggers: [failedReading()] }),
    policy: { fallback },
    want: [3, 'fallback'],
  },
  {
    name: 'fallback to zero lets it go',
    snapshot: snapshotOf(1, { triggers: [failedReading()] }),
    policy: { fallback: { failureThreshold: 9, replicas: 0, behavior: 'static' } },
    state: cooled,
    want: [0, 'cooldown-elapsed'],
  },
  {
    name: 'the formula counts as one trigger',
    snapshot: snapshotOf(1, { triggers: [readingOf({ name: 'a', value: 7 })] }),
    policy: { formula },
    want: [3, 'load'],
  },
  {
    name: 'an inactive formula starts nothing',
    snapshot: snapshotOf(0, { triggers: [readingOf({ name: 'a', value: 0.5 })] }),
    policy: { formula },
    want: [0, 'inactive'],
  },
  {
    name: 'force-activation starts one',
    snapshot: snapshotOf(0),
    policy: { pause: { ...notPaused, forceActivation: true } },
    want: [1, 'forced-activation'],
  },
  {
    name: 'paused does nothing',
    snapshot: snapshotOf(0, { pending: 9 }),
    policy: { pause: { ...notPaused, paused: true } },
    want: [0, 'paused'],
  },
  {
    name: 'paused at a number writes it',
    snapshot: snapshotOf(0, { pending: 9 }),
    policy: { pause: { ...notPaused, paused: true, pausedReplicas: 2 } },
    want: [2, 'paused-replicas'],
  },
  {
    name: 'paused at a number writes it once',
    snapshot: snapshotOf(1, { pending: 9 }),
    policy: { pause: { ...notPaused, paused: true, pausedReplicas: 2 } },
    state: { pausedReplicas: 2 },
    want: [1, 'paused'],
  },
  {
    name: 'paused scale-out holds requests',
    snapshot: snapshotOf(1, { pending: 9 }),
    policy: { pause: { ...notPaused, scaleOutPaused: true } },
    want: [1, 'scale-out-paused'],
  },
  {
    name: 'paused scale-in keeps all',
    snapshot: snapshotOf(4, { replicas: [idleReplica('a', 0)] }),
    policy: { pause: { ...notPaused, scaleInPaused: true } },
    state: cooled,
    want: [4, 'scale-in-paused'],
  },
  {
    name: 'an unreadable target decides nothing',
    snapshot: snapshotOf(0, { specReplicas: null, pending: 3 }),
    want: [0, 'target-unreadable'],
  },
];

for (const { name, snapshot, policy, state, want, says, nextCheckAtMs } of rows) {
  test(`instant: ${name}`, () => {
    const before = { ...createDecisionState(0), ...state };
    const { decision } = decideInstant(snapshot, instantPolicyOf(policy), before, nowMs);
    assert.deepEqual([decision.to, decision.reason], want);
    assert.equal(decision.kind, decision.to === decision.from ? 'hold' : 'scale');
    if (says !== undefined) assert.match(decision.explanation, says);
    if (nextCheckAtMs !== undefined) assert.equal(decision.nextCheckAtMs, nextCheckAtMs);
  });
}

test('instant: a failure is counted once per reading, however often it is decided', () => {
  const policy = instantPolicyOf({ fallback: { ...fallback, failureThreshold: 1 } });
  const at = (triggersReadAtMs: number): LoadSnapshot =>
    snapshotOf(1, { triggers: [failedReading()], triggersReadAtMs });
  let state = createDecisionState(0);
  const failures = [100, 100, 100, 200].map((readAtMs) => {
    ({ state } = decideInstant(at(readAtMs), policy, state, nowMs));
    return state.health['s0-redis']?.numberOfFailures;
  });
  assert.deepEqual(failures, [1, 1, 1, 2]);
  assert.equal(decideInstant(at(200), policy, state, nowMs).decision.reason, 'fallback');
});

test('instant: a day in short: burst, calm, zero, and back', () => {
  const policy = instantPolicyOf({ cooldownMs: 60_000, maxReplicas: 4 });
  let state = createDecisionState(0);
  const decide = (snapshot: LoadSnapshot, atMs: number): readonly [number, string] => {
    const step = decideInstant(snapshot, policy, state, atMs);
    ({ state } = step);
    return [step.decision.to, step.decision.reason];
  };
  // Ten requests arrive at zero replicas: two start, more would only slow them.
  assert.deepEqual(decide(snapshotOf(0, { pending: 10 }), 0), [2, 'activation']);
  // Both are ready and busy: the next two.
  assert.deepEqual(decide(snapshotOf(2, { pending: 8, inFlight: 2 }), 200), [4, 'load']);
  // All is answered; the idle delay has not passed.
  const idle = ['a', 'b', 'c', 'd'].map((id) => idleReplica(id, 2000));
  assert.deepEqual(decide(snapshotOf(4, { lastActivityMs: 2000, replicas: idle }), 2000), [4, 'idle-delay']);
  // Five seconds later three stop, the last one keeps the cooldown.
  assert.deepEqual(decide(snapshotOf(4, { lastActivityMs: 2000, replicas: idle }), 7000), [1, 'idle-extra']);
  // The cooldown ends 60 s after the last answer.
  const last = snapshotOf(1, { lastActivityMs: 2000, replicas: idle.slice(0, 1) });
  assert.deepEqual(decide(last, 61_999), [1, 'cooling-down']);
  assert.deepEqual(decide(last, 62_000), [0, 'cooldown-elapsed']);
  // The next request starts it again.
  assert.deepEqual(decide(snapshotOf(0, { pending: 1, lastActivityMs: 90_000 }), 90_000), [1, 'activation']);
});
