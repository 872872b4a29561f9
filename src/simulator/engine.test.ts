import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { instantPolicyOf } from '../autoscaler/decision/decision-fixture.ts';
import { runEngine } from './engine.ts';
import type { Model } from './model.ts';
import type { Outcome } from './outcome.ts';
import { clairvoyant } from './policies/clairvoyant.ts';
import { createInstantSimulation } from './policies/instant.ts';
import { createKnativeSimulation } from './policies/knative.ts';
import { createStaticSimulation } from './policies/static.ts';
import type { SimulatedPolicy } from './simulated-policy.ts';
import { arrivalsAt, holdOf, modelOf, scripted, triggersOf } from './simulator-fixture.ts';

const hours = (ms: number): number => Number((ms / 3_600_000).toFixed(6));

const rows: readonly {
  readonly name: string;
  readonly arrivals: readonly number[];
  readonly spanMs?: number;
  readonly model?: Partial<Model>;
  readonly policy: () => SimulatedPolicy;
  readonly want: Partial<Outcome>;
}[] = [
  {
    // 0: r1 starts. 100: r2 starts. 1000, 1100: they answer until 1500, 1600. 3000: r1 has a free slot, until 3500.
    // 5500: the cooldown of 2 s has passed, both stop: 5500 ms and 5400 ms of replicas.
    name: 'instant: two wait for their starts, the third finds a free slot, the cooldown ends both',
    arrivals: [0, 100, 3000],
    policy: () =>
      createInstantSimulation({
        policy: instantPolicyOf({ cooldownMs: 2000, extraIdleMs: 10_000, maxConcurrentStarts: 2 }),
        triggers: triggersOf(),
      }),
    want: {
      requests: 3,
      completed: 3,
      cold: 2,
      held: 2,
      waitMs: { mean: 666.667, p50: 1000, p95: 1000, p99: 1000, max: 1000 },
      replicaHours: hours(10_900),
      mostReplicas: 2,
      starts: 2,
      changes: 3,
      flaps: 1,
    },
  },
  {
    // The first waits its timeout out, the second finds the room full, the third waits its timeout out.
    name: 'nobody scales: one place to wait, a timeout of one second',
    arrivals: [0, 10, 2000],
    model: { hold: holdOf(1, 1000) },
    policy: () => scripted({}),
    want: {
      completed: 0,
      rejected: 1,
      timedOut: 2,
      cold: 2,
      waitMs: { mean: 1000, p50: 1000, p95: 1000, p99: 1000, max: 1000 },
      replicaHours: 0,
    },
  },
  {
    // 0: refused, and r1 starts. 500: refused as well. 1000: ready. 1500: it answers until 2000; 4000: the cooldown is over.
    name: 'instant: a gate that holds nobody wakes a replica for whoever asks again',
    arrivals: [0, 500, 1500],
    spanMs: 10_000,
    model: { hold: holdOf(0, 60_000) },
    policy: () =>
      createInstantSimulation({
        policy: instantPolicyOf({ cooldownMs: 2000 }),
        triggers: triggersOf(),
      }),
    want: { completed: 1, rejected: 2, starts: 1, mostReplicas: 1, replicaHours: hours(4000) },
  },
  {
    // 100: ready, answers until 5100 at most. 600: drains, 1600: its grace is over.
    name: 'a draining replica that does not finish within its grace is cut',
    arrivals: [0],
    model: {
      start: { kind: 'constant', ms: 100 },
      service: { kind: 'constant', ms: 5000 },
      terminationGraceMs: 1000,
    },
    policy: () => scripted({ 0: 1, 600: 0 }),
    want: { completed: 0, cut: 1, replicaHours: hours(1600) },
  },
  {
    // 600: drains with one request. 700: taken back without a start; the second request has its slot at 1100.
    name: 'a busy draining replica is taken back, and its grace is forgotten',
    arrivals: [0, 800],
    model: {
      start: { kind: 'constant', ms: 100 },
      service: { kind: 'constant', ms: 1000 },
      terminationGraceMs: 300,
    },
    policy: () => scripted({ 0: 1, 600: 0, 700: 1 }),
    want: {
      completed: 2,
      cut: 0,
      starts: 1,
      waitMs: { mean: 200, p50: 100, p95: 300, p99: 300, max: 300 },
    },
  },
  {
    // One start at a time: 0 to 100, 100 to 200, 200 to 300. A process that does not run yet costs nothing.
    name: 'starts wait for their turn',
    arrivals: [],
    spanMs: 300,
    model: { start: { kind: 'constant', ms: 100 }, startCapacity: 1 },
    policy: () => scripted({ 0: 3 }),
    want: { starts: 3, mostReplicas: 3, replicaHours: hours(300 + 200 + 100) },
  },
  {
    name: 'readiness is noticed at the next probe',
    arrivals: [0],
    model: { start: { kind: 'constant', ms: 300 }, readinessPeriodMs: 1000 },
    policy: () => scripted({ 0: 1 }),
    want: { waitMs: { mean: 1000, p50: 1000, p95: 1000, p99: 1000, max: 1000 } },
  },
  {
    name: 'two slots answer two at once, the third waits for the first to end',
    arrivals: [0, 0, 0],
    model: { slots: 2 },
    policy: () => createStaticSimulation('static', 1),
    want: { completed: 3, cold: 0, held: 1, waitMs: { mean: 166.667, p50: 0, p95: 500, p99: 500, max: 500 } },
  },
  {
    // Zero: the first request wakes one at once, ready at 1000. The stable window of 60 s is empty 60 s after the end
    // at 1500, seen by the tick at 62 s; 30 s of grace later the last replica goes.
    name: 'knative: wakes on the request, empties its stable window, waits its grace',
    arrivals: [0],
    spanMs: 120_000,
    model: { slots: 10 },
    policy: () => createKnativeSimulation({ minReplicas: 0, maxReplicas: 10, slots: 10 }),
    want: {
      completed: 1,
      starts: 1,
      replicaHours: hours(92_000),
      waitMs: { mean: 1000, p50: 1000, p95: 1000, p99: 1000, max: 1000 },
    },
  },
];

for (const { name, arrivals, model, policy, spanMs = 10_000, want } of rows) {
  test(`engine: ${name}`, async () => {
    const outcome = await runEngine({
      arrivals: arrivalsAt(arrivals, spanMs),
      model: modelOf(model),
      policy: policy(),
    });
    const got = Object.fromEntries(Object.entries(outcome).filter(([key]) => Object.hasOwn(want, key)));
    assert.deepEqual(got, want);
  });
}

test('clairvoyant: starts as late as it may, bridges gaps shorter than a start', () => {
  // Needed 5 to 6, 6.5 to 7.5 and 20 to 21 s: 3 s. A start before the first, 0.5 s bridged, a start before the third.
  const bound = clairvoyant(
    arrivalsAt([5000, 6500, 20_000], 30_000),
    modelOf({ service: { kind: 'constant', ms: 1000 } }),
    30,
  );
  assert.equal(bound.replicaHours, hours(3000 + 1000 + 500 + 1000));
  assert.equal(bound.starts, 2);
  assert.equal(bound.peakReplicas, 1);
});

test('progress follows the time of the trace, also where nobody asks for long', async () => {
  const parts: number[] = [];
  await runEngine({
    // Knative's clock ticks every two seconds.
    arrivals: arrivalsAt([0], 7 * 86_400_000),
    model: modelOf(),
    policy: createKnativeSimulation({ minReplicas: 0, maxReplicas: 1, slots: 1 }),
    progress: (part) => parts.push(part),
  });
  assert.deepEqual(
    parts.map((part) => Math.round(part * 6)),
    [1, 2, 3, 4, 5, 6],
  );
});

test('curves hold what the integral holds', async () => {
  const outcome = await runEngine({
    arrivals: arrivalsAt([0, 100, 5000], 10_000),
    model: modelOf(),
    policy: scripted({ 0: 1, 2500: 2, 7000: 0 }),
    buckets: 7,
  });
  const { replicas, stepMs } = outcome.curves;
  const fromCurve = replicas.reduce((sum, value) => sum + value * stepMs, 0);
  assert.ok(Math.abs(fromCurve - outcome.replicaHours * 3_600_000) < 10);
  // 0 to 7000 one, 2500 to 7000 the other.
  assert.equal(outcome.replicaHours, hours(7000 + 4500));
});

const world = fc.record({
  gaps: fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 120 }),
  slots: fc.integer({ min: 1, max: 3 }),
  startMs: fc.integer({ min: 0, max: 3000 }),
  serviceMs: fc.integer({ min: 1, max: 4000 }),
  capacity: fc.integer({ min: 1, max: 3 }),
  maxPending: fc.integer({ min: 0, max: 20 }),
  timeoutMs: fc.integer({ min: 1, max: 5000 }),
  cooldownMs: fc.integer({ min: 0, max: 20_000 }),
  extraIdleMs: fc.integer({ min: 0, max: 5000 }),
  minReplicas: fc.integer({ min: 0, max: 2 }),
  maxReplicas: fc.integer({ min: 2, max: 5 }),
  graceMs: fc.integer({ min: 0, max: 3000 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

function setUp(given: typeof world extends fc.Arbitrary<infer Value> ? Value : never) {
  let atMs = 0;
  const times = given.gaps.map((gap) => (atMs += gap));
  const arrivals = arrivalsAt(times, atMs + 10_000);
  const model = modelOf({
    slots: given.slots,
    start: { kind: 'exponential', meanMs: given.startMs + 1 },
    service: { kind: 'lognormal', medianMs: given.serviceMs, sigma: 0.7 },
    startCapacity: given.capacity,
    hold: holdOf(given.maxPending, given.timeoutMs),
    terminationGraceMs: given.graceMs,
    seed: given.seed,
  });
  const { cooldownMs, extraIdleMs, maxReplicas, minReplicas } = given;
  const policy = instantPolicyOf({
    cooldownMs,
    extraIdleMs,
    maxReplicas,
    minReplicas,
    maxConcurrentStarts: given.capacity,
  });
  const instant = (isExhaustive: boolean) =>
    createInstantSimulation({ policy, triggers: triggersOf(), isExhaustive });
  const knative = () => createKnativeSimulation({ minReplicas, maxReplicas, slots: given.slots });
  return { arrivals, model, instant, knative };
}

test('laws: every request ends once, bounds hold, and the same inputs give the same outcome', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const { arrivals, instant, knative, model } = setUp(given);
      for (const policy of [() => instant(false), knative]) {
        const outcome = await runEngine({ arrivals, model, policy: policy() });
        const { completed, cut, rejected, requests, timedOut } = outcome;
        assert.equal(requests, given.gaps.length);
        assert.equal(completed + cut + rejected + timedOut, requests);
        assert.deepEqual(outcome.notes, []);
        // Draining replicas stay beside new ones, so only the wish is bounded; utilization says that none is counted twice.
        assert.ok(outcome.utilization <= 1.0001, `utilization ${outcome.utilization}`);
        assert.ok(outcome.waitMs.max <= given.timeoutMs + 1e-6);
        assert.ok(outcome.replicaHours >= 0);
        assert.deepEqual(await runEngine({ arrivals, model, policy: policy() }), outcome);
      }
    }),
    { numRuns: 60 },
  );
});

test('law: leaving out decisions that must repeat themselves changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const { arrivals, instant, model } = setUp(given);
      assert.deepEqual(
        await runEngine({ arrivals, model, policy: instant(false) }),
        await runEngine({ arrivals, model, policy: instant(true) }),
      );
    }),
    { numRuns: 100 },
  );
});

test('law: at the static peak nobody waits, and it pays no less than the clairvoyant bound', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const { arrivals, model } = setUp({ ...given, maxPending: 20, timeoutMs: 5000 });
      const bound = clairvoyant(arrivals, model, 10);
      const policy = createStaticSimulation('static', bound.peakReplicas);
      const outcome = await runEngine({ arrivals, model, policy });
      assert.equal(outcome.held, 0);
      assert.equal(outcome.rejected, 0);
      assert.ok(outcome.replicaHours >= bound.replicaHours - 1e-6);
      if (bound.peakReplicas > 1) {
        const fewer = createStaticSimulation('fewer', bound.peakReplicas - 1);
        const short = await runEngine({ arrivals, model, policy: fewer });
        assert.ok(short.held + short.rejected > 0, 'one replica fewer makes somebody wait');
      }
    }),
    { numRuns: 60 },
  );
});
