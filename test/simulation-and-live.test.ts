import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { kedaPolicyOf, readingOf } from '../src/autoscaler/decision/decision-fixture.ts';
import { createDecisionState } from '../src/autoscaler/decision/decision-state.ts';
import type { TriggerReading } from '../src/autoscaler/decision/load-snapshot.ts';
import type { ScaleDecision } from '../src/autoscaler/decision/scale-decision.ts';
import type { KedaPolicy } from '../src/autoscaler/decision/scale-policy.ts';
import { createKedaClock } from '../src/autoscaler/keda-clock.ts';
import { createLoop } from '../src/autoscaler/loop.ts';
import { createMemoryTarget } from '../src/autoscaler/targets/drivers/memory.ts';
import type { TriggerSet } from '../src/autoscaler/triggers/trigger-set.ts';
import { silentLogger } from '../src/platform/logger.ts';
import { createVirtualClock } from '../src/platform/virtual-clock.ts';
import { runEngine } from '../src/simulator/engine.ts';
import { createKedaSimulation } from '../src/simulator/policies/keda.ts';
import { arrivalsAt, modelOf, triggersOf } from '../src/simulator/simulator-fixture.ts';

// The simulator and the live loop, given the same readings at the same times, decide the same, tick by tick.

interface Script {
  readonly policy: KedaPolicy;
  /** What the trigger reads in each 10 s. */
  readonly values: readonly number[];
  readonly startMs: number;
}

const stepMs = 10_000;
const beginMs = 1_700_000_000_000;

const readAt =
  ({ values }: Script) =>
  (sinceBeginMs: number): readonly TriggerReading[] => [
    readingOf({ value: values[Math.min(values.length - 1, Math.floor(sinceBeginMs / stepMs))] ?? 0 }),
  ];

const lineOf = ({ explanation, from, inputs, kind, reason, to }: ScaleDecision): string =>
  `${(inputs.nowMs - beginMs) / 1000} s ${inputs.clock} ${kind} ${from} -> ${to} ${reason}: ${explanation}`;

async function live(script: Script): Promise<string[]> {
  const clock = createVirtualClock(beginMs);
  // Not disposed of: its replicas are records, and stopping them would wait for a clock that stands still.
  const target = createMemoryTarget({ name: 'docs', clock, startMs: script.startMs });
  const lines: string[] = [];
  const loop = createLoop({
    target,
    slots: 1,
    load: () => ({
      target: 'docs',
      atMs: clock.now(),
      pending: 0,
      inFlight: 0,
      arrivals: 0,
      lastActivityMs: null,
      inFlightByReplica: new Map(),
    }),
    clock,
    logger: silentLogger,
    state: createDecisionState(beginMs),
    record: (decision) => lines.push(lineOf(decision)),
  });
  const read = readAt(script);
  const triggers: TriggerSet = {
    skipped: [],
    hasBegun: true,
    usesCachedMetrics: false,
    usesResources: false,
    read: () => Promise.resolve(read(clock.now() - beginMs)),
    watch: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const keda = createKedaClock({
    loop,
    policy: script.policy,
    triggers,
    clock,
    logger: silentLogger,
    desired: () => target.desired,
  });
  await clock.advance(script.values.length * stepMs);
  // The last check begins at the very end: its promises settle in the turns after that.
  for (let turn = 0; turn < 20; turn += 1) await clock.advance(0);
  await keda[Symbol.asyncDispose]();
  return lines;
}

async function simulated(script: Script): Promise<string[]> {
  const lines: string[] = [];
  const read = readAt(script);
  await runEngine({
    arrivals: arrivalsAt([], script.values.length * stepMs, beginMs),
    model: modelOf({ start: { kind: 'constant', ms: script.startMs }, startCapacity: 100 }),
    policy: createKedaSimulation({
      policy: script.policy,
      triggers: triggersOf((world) => read(world.nowMs)),
      record: (decision) => lines.push(lineOf(decision)),
    }),
  });
  return lines;
}

test('one story: up in two steps, down after the stabilization, to zero after the cooldown', async () => {
  const script: Script = {
    policy: kedaPolicyOf({ cooldownMs: 60_000 }),
    values: [0, 0, 0, 30, 40, 40, 8, 8, 8, 8, ...Array.from({ length: 60 }, () => 0)],
    startMs: 2000,
  };
  const lines = await live(script);
  assert.deepEqual(await simulated(script), lines);
  const scaled = lines.filter((line) => line.includes(' scale '));
  assert.ok(scaled.length >= 3, scaled.join('\n'));
  assert.match(scaled[0] ?? '', /^30 s keda-poll scale 0 -> 1 activation/);
  assert.match(scaled.at(-1) ?? '', /-> 0 cooldown-elapsed/);
});

test('any readings, any clocks: the same decisions with the same explanations', async () => {
  const script = fc.record({
    values: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 })), {
      minLength: 3,
      maxLength: 60,
    }),
    startMs: fc.integer({ min: 0, max: 40_000 }),
    policy: fc
      .record({
        cooldownMs: fc.integer({ min: 0, max: 200_000 }),
        initialCooldownMs: fc.integer({ min: 0, max: 60_000 }),
        pollingIntervalMs: fc.integer({ min: 1000, max: 40_000 }),
        minReplicas: fc.integer({ min: 0, max: 3 }),
        maxReplicas: fc.integer({ min: 3, max: 12 }),
      })
      .map(kedaPolicyOf),
  });
  await fc.assert(
    fc.asyncProperty(script, async (given) => {
      // A simulation ends with the first event of its last moment, of which there may be two.
      const last = `${(given.values.length * stepMs) / 1000} s `;
      const before = (lines: readonly string[]): readonly string[] =>
        lines.filter((line) => !line.startsWith(last));
      assert.deepEqual(before(await simulated(given)), before(await live(given)));
    }),
    { numRuns: 25 },
  );
});
