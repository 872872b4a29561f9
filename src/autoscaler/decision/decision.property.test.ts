import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decideInstant } from './decide-instant.ts';
import { idleReplica, instantPolicyOf, kedaPolicyOf, readingOf, snapshotOf } from './decision-fixture.ts';
import type { DecisionState } from './decision-state.ts';
import { createDecisionState } from './decision-state.ts';
import { stabilizeLegacy, stabilizeWithBehavior } from './hpa/stabilize.ts';
import { hpaTick } from './hpa-tick.ts';
import { chooseVictims } from './instant/choose-victims.ts';
import { kedaPush, kedaTick } from './keda-tick.ts';
import type { LoadSnapshot, ReplicaLoad, TriggerReading } from './load-snapshot.ts';
import type { DecisionInputs, DecisionStep } from './scale-decision.ts';
import type { InstantPolicy, KedaPolicy, PolicyBase } from './scale-policy.ts';
import { defaultHpaPolicy } from './scale-policy.ts';

const count = fc.integer({ min: 0, max: 40 });
const readings: fc.Arbitrary<readonly TriggerReading[]> = fc
  .array(
    fc.record({
      value: fc.double({ min: 0, max: 5000, noNaN: true }),
      failed: fc.boolean(),
      kind: fc.constantFrom('AverageValue' as const, 'Value' as const),
      target: fc.integer({ min: 1, max: 50 }),
    }),
    { maxLength: 3 },
  )
  .map((list) =>
    list.map(({ value, failed, kind, target }, index) =>
      readingOf({
        index,
        value: failed ? null : value,
        error: failed ? 'down' : null,
        target: { kind, value: target },
      }),
    ),
  );
const base: fc.Arbitrary<Partial<PolicyBase>> = fc
  .record({
    min: fc.integer({ min: 0, max: 10 }),
    span: fc.integer({ min: 1, max: 30 }),
    idle: fc.option(fc.integer({ min: 0, max: 9 })),
    cooldownMs: fc.integer({ min: 0, max: 400_000 }),
    fallback: fc.option(
      fc.record({
        failureThreshold: fc.integer({ min: 0, max: 2 }),
        replicas: fc.integer({ min: 1, max: 20 }),
      }),
    ),
    withBehavior: fc.boolean(),
  })
  .map(({ min, span, idle, cooldownMs, fallback, withBehavior }) => ({
    minReplicas: min,
    maxReplicas: min + span,
    idleReplicas: idle !== null && idle < min ? idle : null,
    cooldownMs,
    fallback: fallback === null ? null : { ...fallback, behavior: 'static' as const },
    hpa: { ...defaultHpaPolicy, behavior: withBehavior ? { scaleUp: null, scaleDown: null } : null },
  }));
const snapshots: fc.Arbitrary<LoadSnapshot> = fc
  .record({
    spec: count,
    ready: count,
    pending: count,
    inFlight: count,
    slots: fc.integer({ min: 1, max: 8 }),
    idle: fc.array(fc.integer({ min: 0, max: 900_000 }), { maxLength: 20 }),
    triggers: readings,
  })
  .map(({ spec, ready, pending, inFlight, slots, idle, triggers }) =>
    snapshotOf(spec, {
      readyReplicas: Math.min(ready, spec),
      pending,
      inFlight,
      slotsPerReplica: slots,
      replicas: idle.map((since, index) => idleReplica(`r${index}`, since)),
      triggers,
    }),
  );
const states: fc.Arbitrary<DecisionState> = fc
  .record({
    active: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
    memory: fc.option(
      fc.array(fc.record({ replicas: count, atMs: fc.integer({ min: 0, max: 1_000_000 }) }), {
        maxLength: 10,
      }),
    ),
  })
  .map(({ active, memory }) => ({
    ...createDecisionState(0),
    lastActiveMs: active,
    hpa: { recommendations: memory, scaleUpEvents: [], scaleDownEvents: [] },
  }));
const nowMs = 1_000_000;

/** What STYLE calls replay: the recorded inputs, after a trip through JSON, give the same decision. */
function replay(inputs: DecisionInputs): DecisionStep {
  const { clock, snapshot, policy, state, nowMs: at }: DecisionInputs = JSON.parse(JSON.stringify(inputs));
  if (clock === 'instant') {
    assert.equal(policy.kind, 'instant');
    return policy.kind === 'instant' ? decideInstant(snapshot, policy, state, at) : assert.fail();
  }
  const tick = { 'keda-poll': kedaTick, 'keda-push': kedaPush, hpa: hpaTick }[clock];
  return tick(snapshot, policy, state, at);
}

test('law: instant stays between the bounds', () => {
  fc.assert(
    fc.property(snapshots, base, states, (snapshot, overrides, state) => {
      const policy: InstantPolicy = instantPolicyOf(overrides);
      const { decision } = decideInstant(snapshot, policy, state, nowMs);
      const least = policy.idleReplicas ?? policy.minReplicas;
      assert.ok(decision.to >= least && decision.to <= policy.maxReplicas, `${decision.to}`);
    }),
  );
});

test('law: instant never stops a replica with a request or an open stream', () => {
  const replica = fc.record({
    state: fc.constantFrom('starting' as const, 'ready' as const),
    inFlight: fc.integer({ min: 0, max: 3 }),
    idleSinceMs: fc.integer({ min: 0, max: nowMs }),
    waits: fc.boolean(),
  });
  const law = fc.property(
    fc.array(replica, { maxLength: 12 }),
    base,
    readings,
    states,
    fc.integer({ min: 0, max: 3 }),
    (list, policy, triggers, state, pending) => {
      const replicas = list.map(({ idleSinceMs, inFlight, state: is, waits }, index): ReplicaLoad => {
        const id = `r${index}`;
        if (is === 'starting') {
          return { id, state: is, inFlight: 0, idleSinceMs: null, ...(waits ? { isWaiting: true } : {}) };
        }
        return { id, state: is, inFlight, idleSinceMs: inFlight > 0 ? null : idleSinceMs };
      });
      const busy = replicas.filter(({ inFlight }) => inFlight > 0);
      const snapshot = snapshotOf(replicas.length, {
        replicas,
        readyReplicas: replicas.filter(({ state: is }) => is === 'ready').length,
        inFlight: busy.reduce((sum, { inFlight }) => sum + inFlight, 0),
        pending,
        triggers,
      });
      // Lowering the maximum under running replicas is a restart.
      const bounded = instantPolicyOf({ ...policy, maxReplicas: Math.max(30, policy.maxReplicas ?? 0) });
      const { from, to } = decideInstant(snapshot, bounded, state, nowMs).decision;
      const victims = chooseVictims(replicas, from - to);
      assert.ok(victims.length >= from - to, `${from} -> ${to} with ${busy.length} busy`);
      assert.ok(victims.every((id) => !busy.some((other) => other.id === id)));
    },
  );
  fc.assert(law, { seed: 3, numRuns: 500 });
});

test('law: the HPA stays between its bounds whenever it changes the count, and never goes to 0', () => {
  fc.assert(
    fc.property(snapshots, base, states, (snapshot, overrides, state) => {
      const policy: KedaPolicy = kedaPolicyOf(overrides);
      const { decision } = hpaTick(snapshot, policy, state, nowMs);
      if (decision.kind === 'hold') return;
      assert.ok(decision.to >= Math.max(1, policy.minReplicas) && decision.to <= policy.maxReplicas);
    }),
  );
});

test('law: a failing trigger never takes the count to 0', () => {
  fc.assert(
    fc.property(snapshots, base, states, (snapshot, overrides, state) => {
      const failing = snapshot.triggers.some(({ error }) => error !== null);
      fc.pre(failing && snapshot.specReplicas !== 0);
      const steps = [
        kedaTick(snapshot, kedaPolicyOf({ ...overrides, minReplicas: 0, idleReplicas: null }), state, nowMs),
        decideInstant(
          snapshot,
          instantPolicyOf({ ...overrides, minReplicas: 0, idleReplicas: null }),
          state,
          nowMs,
        ),
      ];
      for (const { decision } of steps) assert.notEqual(decision.to, 0, decision.explanation);
    }),
  );
});

test('law: a recorded tick replays to the same decision and the same state', () => {
  fc.assert(
    fc.property(snapshots, base, states, (snapshot, overrides, state) => {
      const policy = kedaPolicyOf(overrides);
      const steps = [
        kedaTick(snapshot, policy, state, nowMs),
        kedaPush(snapshot, policy, state, nowMs),
        hpaTick(snapshot, policy, state, nowMs),
        decideInstant(snapshot, instantPolicyOf(overrides), state, nowMs),
      ];
      for (const step of steps) {
        assert.equal(JSON.stringify(replay(step.decision.inputs)), JSON.stringify(step));
      }
    }),
  );
});

test('law: deciding again at once, after the count was written, changes nothing more', () => {
  fc.assert(
    fc.property(snapshots, base, states, (drawn, overrides, state) => {
      // The same readings: a failure of theirs is counted once.
      const snapshot = { ...drawn, triggersReadAtMs: nowMs };
      const policy = instantPolicyOf(overrides);
      const first = decideInstant(snapshot, policy, state, nowMs);
      const { from, to } = first.decision;
      // Raised: the new ones are starting. Lowered: the victims are gone.
      const gone = new Set(chooseVictims(snapshot.replicas, from - to));
      const after: LoadSnapshot = {
        ...snapshot,
        specReplicas: to,
        statusReplicas: to,
        readyReplicas: Math.min(snapshot.readyReplicas, to),
        replicas: snapshot.replicas.filter(({ id }) => !gone.has(id)),
      };
      const second = decideInstant(after, policy, first.state, nowMs);
      if (to > from) assert.ok(second.decision.to >= to);
      else if (to < from) assert.ok(second.decision.to <= to);
      else assert.equal(second.decision.to, to);
    }),
  );
});

test('law: legacy stabilization never goes below the newest recommendation, and follows it upwards', () => {
  const memory = fc.array(fc.record({ replicas: count, atMs: fc.integer({ min: 0, max: nowMs }) }));
  fc.assert(
    fc.property(memory, count, count, (list, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const of = (desired: number): number => stabilizeLegacy(list, desired, 300_000, nowMs).replicas;
      assert.ok(of(low) >= low);
      assert.ok(of(high) >= of(low));
    }),
  );
});

test('law: stabilization with a behavior is monotonic and moves no further than asked', () => {
  const memory = fc.array(fc.record({ replicas: count, atMs: fc.integer({ min: 0, max: nowMs }) }));
  fc.assert(
    fc.property(memory, count, count, count, (list, current, a, b) => {
      const windows = { upMs: 60_000, downMs: 300_000 };
      const of = (desired: number): number =>
        stabilizeWithBehavior(list, current, desired, windows, nowMs).replicas;
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      assert.ok(of(low) <= of(high));
      // In the direction of the change it stops at what is asked now.
      if (of(high) > current) assert.ok(of(high) <= Math.max(high, ...list.map(({ replicas }) => replicas)));
    }),
  );
});

test('law: memory stays bounded over a day of syncs', () => {
  const policy = kedaPolicyOf({ hpa: { ...defaultHpaPolicy, behavior: { scaleUp: null, scaleDown: null } } });
  let state = createDecisionState(0);
  let replicas = 1;
  for (let sync = 0; sync < 5760; sync += 1) {
    const value = 50 + 49 * Math.sin(sync / 7);
    const snapshot = snapshotOf(replicas, { triggers: [readingOf({ value })] });
    const step = hpaTick(snapshot, policy, state, sync * 15_000);
    ({ state } = step);
    replicas = step.decision.to;
  }
  assert.ok((state.hpa.recommendations?.length ?? 0) <= 23);
  assert.ok(state.hpa.scaleUpEvents.length <= 3);
  assert.ok(state.hpa.scaleDownEvents.length <= 3);
});
