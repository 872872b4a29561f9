import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLogger } from '../platform/logger.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { createAutoscaler, type AutoscalerOptions } from './autoscaler.ts';
import { failedReading, instantPolicyOf, kedaPolicyOf, readingOf } from './decision/decision-fixture.ts';
import { createDecisionState } from './decision/decision-state.ts';
import { hpaTick } from './decision/hpa-tick.ts';
import type { TriggerReading } from './decision/load-snapshot.ts';
import type { ScaleDecision } from './decision/scale-decision.ts';
import { notPaused, type KedaPolicy } from './decision/scale-policy.ts';
import { createInstantClock } from './instant-clock.ts';
import { createKedaClock, type KedaClockOptions } from './keda-clock.ts';
import { createLoop } from './loop.ts';
import { parseManifests } from './manifests/parse-manifests.ts';
import { toTargetSpecs } from './manifests/target-spec.ts';
import { createMemoryTarget } from './targets/drivers/memory.ts';
import type { ScaleTarget } from './targets/scale-target.ts';
import type { TriggerSet } from './triggers/trigger-set.ts';
import { idleReport } from './triggers/conformance.ts';

function begin() {
  const clock = createVirtualClock(1_800_000_000_000);
  const target = createMemoryTarget({ name: 'web', clock, startMs: 0, slots: 1 });
  const decisions: ScaleDecision[] = [];
  const loop = createLoop({
    target,
    slots: 1,
    load: () => idleReport,
    clock,
    logger: silentLogger,
    state: createDecisionState(clock.now()),
    record: (decision) => decisions.push(decision),
  });
  const world = {
    readings: [readingOf()] as readonly TriggerReading[],
    reads: [] as number[],
    push: (_index: number) => {},
  };
  const triggers: TriggerSet = {
    skipped: [],
    hasBegun: true,
    usesCachedMetrics: false,
    usesResources: false,
    read: () => {
      world.reads.push((clock.now() - 1_800_000_000_000) / 1000);
      return Promise.resolve(world.readings);
    },
    watch: (onActive, signal) => {
      world.push = onActive;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const keda = (policy: Partial<KedaPolicy> = {}, options: Partial<KedaClockOptions> = {}) =>
    createKedaClock({
      loop,
      policy: kedaPolicyOf(policy),
      triggers,
      clock,
      logger: silentLogger,
      desired: () => target.desired,
      ...options,
    });
  return { clock, target, decisions, loop, world, triggers, keda };
}

test('keda: a push is decided on at once, between two polls', async () => {
  const { clock, decisions, keda, target, world } = begin();
  const running = keda();
  await clock.advance(1000);
  assert.equal(target.desired, 0);
  world.push(0);
  assert.equal(target.desired, 1);
  assert.equal(decisions.at(-1)?.inputs.clock, 'keda-push');
  // The next poll finds nothing to do; the cooldown counts from the push.
  await clock.advance(300_000);
  assert.equal(target.desired, 1);
  await clock.advance(31_000);
  assert.equal(target.desired, 0);
  await running[Symbol.asyncDispose]();
  // A push that comes too late changes nothing.
  world.push(0);
  assert.equal(target.desired, 0);
});

test('keda: the phase of the HPA is a choice, its gap is not', async () => {
  for (const [hpaPhaseMs, want] of [
    [undefined, [15, 30]],
    [4000, [4, 19, 34]],
    [0, [0, 15, 30]],
  ] as const) {
    const { clock, decisions, keda } = begin();
    const running = keda({}, hpaPhaseMs === undefined ? {} : { hpaPhaseMs });
    await clock.advance(35_000);
    assert.deepEqual(
      decisions
        .filter(({ inputs }) => inputs.clock === 'hpa')
        .map(({ inputs }) => (inputs.nowMs - 1_800_000_000_000) / 1000),
      want,
    );
    await running[Symbol.asyncDispose]();
  }
});

test('keda 2.21: where the HPA alone decides, the poll asks nobody, and the counts are the same', async () => {
  const counts: number[][] = [];
  for (const keda of ['2.20', '2.21'] as const) {
    const story = begin();
    const { clock, target, world } = story;
    target.scaleTo(2, []);
    const running = story.keda({ minReplicas: 2, compat: { kubernetes: '1.37', keda, freezeTrap: true } });
    const seen: number[] = [];
    world.readings = [readingOf({ value: 40 })];
    for (let second = 0; second < 120; second += 5) {
      await clock.advance(5000);
      seen.push(target.desired);
    }
    counts.push(seen);
    // Polls at 0, 30, 60, 90, 120 and syncs each 15 s; the first poll comes before the HPA has said anything.
    const polls = world.reads.filter((at, index) => world.reads.indexOf(at) !== index).length;
    if (keda === '2.20') assert.ok(polls >= 3, world.reads.join(' '));
    else assert.equal(polls, 0, world.reads.join(' '));
    await running[Symbol.asyncDispose]();
  }
  assert.deepEqual(counts[0], counts[1]);
});

test('keda: a push in the middle of a check waits for its end', async () => {
  const { clock, decisions, keda, triggers, world } = begin();
  const slow: TriggerSet = { ...triggers, read: () => clock.sleep(3000).then(() => world.readings) };
  const running = keda({}, { triggers: slow });
  await clock.advance(1000);
  world.push(0);
  world.push(0);
  assert.equal(decisions.length, 0);
  await clock.advance(2000);
  assert.deepEqual(
    decisions.map(({ from, inputs, to }) => `${inputs.clock} ${from} -> ${to}`),
    ['keda-poll 0 -> 0', 'keda-push 0 -> 1'],
  );
  const ended = running[Symbol.asyncDispose]();
  await clock.advance(3000);
  await ended;
});

test('keda: a check that breaks is followed by the next; one clock that breaks leaves the other', async () => {
  const { clock, decisions, keda, triggers, world } = begin();
  world.readings = [readingOf({ value: 30 })];
  let reads = 0;
  const breaking: TriggerSet = {
    ...triggers,
    read: () => {
      reads += 1;
      return reads === 1 || reads === 3
        ? Promise.reject(new Error('a mistake of ours'))
        : triggers.read(new AbortController().signal);
    },
  };
  const running = keda({}, { triggers: breaking });
  // The poll at 0 breaks and that at 30 s does not; the sync at 30 s breaks and that at 45 s does not.
  await clock.advance(46_000);
  assert.deepEqual(
    decisions.filter(({ kind }) => kind === 'scale').map(({ inputs, to }) => [inputs.clock, to]),
    [
      ['keda-poll', 1],
      ['hpa', 4],
    ],
  );
  await running[Symbol.asyncDispose]();
});

test('a decision that throws is logged, and the next one decides', async () => {
  const { clock, loop, target, triggers, world } = begin();
  const running = createInstantClock({
    loop,
    policy: instantPolicyOf(),
    triggers,
    clock,
    logger: silentLogger,
  });
  const broken = loop.step(() => {
    throw new Error('a mistake of ours');
  });
  assert.equal(broken, null);
  world.readings = [readingOf({ value: 1 })];
  await clock.advance(30_000);
  assert.equal(target.desired, 1);
  await running[Symbol.asyncDispose]();
});

test('hpa: a count that could not be written is said to be so', () => {
  const clock = createVirtualClock(1_800_000_000_000);
  const target: ScaleTarget = {
    ...createMemoryTarget({ name: 'web', clock, startMs: 0, slots: 1 }),
    desired: 1,
    scaleTo: () => {
      throw new Error('no process can be started');
    },
  };
  const recorded: ScaleDecision[] = [];
  const loop = createLoop({
    target,
    slots: 1,
    load: () => idleReport,
    clock,
    logger: silentLogger,
    state: createDecisionState(clock.now()),
    record: (decision) => recorded.push(decision),
  });
  loop.setReadings([readingOf({ value: 20 })]);
  loop.step((snapshot, state, nowMs) => hpaTick(snapshot, kedaPolicyOf(), state, nowMs));
  const conditions = (recorded[0]?.conditions ?? []).map(
    ({ reason, status, type }) => `${type}=${status} ${reason}`,
  );
  assert.ok(conditions.includes('AbleToScale=False FailedUpdateScale'), conditions.join(', '));
  assert.ok(conditions.includes('ScalingActive=True ValidMetricFound'));
});

test('paused: no source is asked, by either policy', async () => {
  for (const kind of ['keda', 'instant'] as const) {
    const { clock, decisions, keda, loop, target, triggers, world } = begin();
    target.scaleTo(2, []);
    const pause = { ...notPaused, paused: true };
    const running =
      kind === 'keda'
        ? keda({ pause })
        : createInstantClock({
            loop,
            policy: instantPolicyOf({ pause }),
            triggers,
            clock,
            logger: silentLogger,
          });
    await clock.advance(600_000);
    assert.deepEqual(world.reads, []);
    assert.ok(decisions.length >= 1 && decisions.every(({ reason }) => reason === 'paused'));
    assert.equal(target.desired, 2);
    await running[Symbol.asyncDispose]();
  }
});

test('instant: a push wakes at once', async () => {
  const { clock, loop, target, triggers, world } = begin();
  const running = createInstantClock({
    loop,
    policy: instantPolicyOf(),
    triggers,
    clock,
    logger: silentLogger,
  });
  await clock.advance(1000);
  assert.equal(target.desired, 0);
  // Asking it has failed, but it speaks by itself.
  world.readings = [failedReading()];
  await clock.advance(30_000);
  assert.equal(target.desired, 0);
  world.push(0);
  assert.equal(target.desired, 1);
  await running[Symbol.asyncDispose]();
});

const manifest = (triggers: string, extra = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: app, command: [sleep, '1'], resources: { requests: { cpu: 500m } } }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web, namespace: default }
spec:
  scaleTargetRef: { name: web }
  ${extra}
  triggers:
${triggers}
`;

/** Replicas in memory are no processes; the accounting asks for their groups. */
function withPids(target: ScaleTarget): ScaleTarget {
  return {
    name: target.name,
    get desired() {
      return target.desired;
    },
    replicas: () => target.replicas().map((replica, index) => ({ ...replica, pid: 100 + index })),
    scaleTo: (replicas, victims) => target.scaleTo(replicas, victims),
    onChange: (listener) => target.onChange(listener),
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  };
}

async function scaled(text: string, change: Partial<AutoscalerOptions> = {}, before = 0) {
  const clock = createVirtualClock(1_800_000_000_000);
  const manifests = await parseManifests([{ file: 'test', text }]);
  const [spec] = toTargetSpecs(manifests);
  assert.ok(spec);
  const target = createMemoryTarget({ name: 'web', clock, startMs: 0, slots: 1 });
  target.scaleTo(before, []);
  const autoscaler = await createAutoscaler({
    targets: [{ spec, scaleTarget: withPids(target) }],
    manifests,
    load: () => idleReport,
    policy: 'keda',
    query: () => Promise.resolve([]),
    stateFolder: null,
    clock,
    logger: silentLogger,
    metrics: createMetrics(),
    ...change,
  });
  return { autoscaler, clock, target };
}

test('keda: the Deployment says how many there are at first; what was wanted last outlives a restart', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'sluice-first-'));
  const busy = `    - { type: sluice-pending, metadata: { threshold: '1' } }`;
  const text = manifest(busy, 'cooldownPeriod: 30').replace(
    'spec:\n  selector',
    'spec:\n  replicas: 3\n  selector',
  );
  const first = await scaled(text, { stateFolder });
  assert.equal(first.target.desired, 3);
  await first.clock.advance(29_000);
  assert.equal(first.target.desired, 3, 'never active: the first poll is at the moment of its creation');
  await first.autoscaler[Symbol.asyncDispose]();
  const second = await scaled(text.replace('replicas: 3', 'replicas: 7'), { stateFolder });
  assert.equal(second.target.desired, 3);
  await second.clock.advance(31_000);
  assert.equal(second.target.desired, 0);
  await second.autoscaler[Symbol.asyncDispose]();
  const third = await scaled(text, { stateFolder });
  assert.equal(third.target.desired, 0);
  await third.autoscaler[Symbol.asyncDispose]();
  await rm(stateFolder, { recursive: true });
});

test('paused: the count stays as it was, also over a restart, whatever the policy', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'sluice-paused-'));
  const triggers = `    - { type: sluice-pending, metadata: { threshold: '1' } }`;
  const text = manifest(triggers, 'minReplicaCount: 0').replace(
    'kind: ScaledObject\nmetadata: { name: web, namespace: default }',
    'kind: ScaledObject\nmetadata: { name: web, namespace: default, annotations: { autoscaling.keda.sh/paused: "true" } }',
  );
  for (const policy of ['instant', 'keda'] as const) {
    const { autoscaler, clock, target } = await scaled(text, { policy });
    await clock.advance(400_000);
    assert.equal(target.desired, 1, 'a Deployment without replicas has one');
    await autoscaler[Symbol.asyncDispose]();
  }
  await writeFile(
    join(stateFolder, 'web.json'),
    JSON.stringify({ version: 1, createdAtMs: 0, lastActiveMs: null, originalReplicas: 0, replicas: 4 }),
  );
  const { autoscaler, clock, target } = await scaled(text, { policy: 'instant', stateFolder });
  await clock.advance(400_000);
  assert.equal(target.desired, 4);
  await autoscaler[Symbol.asyncDispose]();
  await rm(stateFolder, { recursive: true });
});

test('restoreToOriginalReplicaCount: the next start begins with the count found at first', async () => {
  const triggers = `    - { type: sluice-pending, metadata: { threshold: '1' } }`;
  for (const [extra, want] of [
    ['advanced: { restoreToOriginalReplicaCount: true }', 3],
    ['', 0],
  ] as const) {
    const stateFolder = await mkdtemp(join(tmpdir(), 'sluice-original-'));
    const first = await scaled(manifest(triggers, extra), { stateFolder }, 3);
    await first.clock.advance(400_000);
    assert.equal(first.target.desired, 0);
    await first.autoscaler[Symbol.asyncDispose]();
    assert.equal(first.target.desired, 0, 'nothing is started for it at the end');
    const second = await scaled(manifest(triggers, extra), { stateFolder });
    assert.equal(second.target.desired, want);
    await second.autoscaler[Symbol.asyncDispose]();
    await rm(stateFolder, { recursive: true });
  }
});

test('cpu: measured before each sync, and scaled by the request', async () => {
  const triggers = `    - { type: cpu, metricType: Utilization, metadata: { value: '50' } }`;
  let cpuMs = 0;
  const { autoscaler, clock, target } = await scaled(
    manifest(triggers, 'minReplicaCount: 1'),
    {
      // Every replica is one process; each uses all of its request of half a core.
      account: (groups) => {
        cpuMs += 7500;
        return Promise.resolve(new Map(groups.map((group) => [group, { cpuMs, memoryBytes: 0 }])));
      },
    },
    1,
  );
  // Young pods are not believed for five minutes unless they were ready before the sample began.
  await clock.advance(46_000);
  const explanation = autoscaler.explain('web');
  assert.ok(explanation.last.some(({ inputs }) => (inputs.snapshot.pods ?? []).length > 0));
  assert.equal(explanation.readings[0]?.isResource, true);
  assert.ok(target.desired >= 2, explanation.last.map((decision) => decision.explanation).join('\\n'));
  await autoscaler[Symbol.asyncDispose]();
});

test('explain: the last decision of each clock, conditions of both, and what is remembered', async () => {
  const triggers = `    - { type: sluice-pending, metadata: { threshold: '1' } }`;
  const { autoscaler, clock } = await scaled(manifest(triggers, 'minReplicaCount: 1'), {}, 1);
  await clock.advance(31_000);
  const { conditions, history, last, scaledObject, state, status } = autoscaler.explain('web');
  assert.deepEqual(last.map(({ inputs }) => inputs.clock).toSorted(), ['hpa', 'keda-poll']);
  assert.ok(conditions.some(({ type }) => type === 'Active'));
  assert.ok(conditions.some(({ type }) => type === 'ScalingActive'));
  assert.equal(state.originalReplicas, 1);
  assert.equal(scaledObject.status.originalReplicaCount, 1);
  assert.equal(status.target, 'web');
  assert.ok(history.length >= 1);
  assert.throws(() => autoscaler.explain('shop'), { code: 'not-found' });
  await autoscaler[Symbol.asyncDispose]();
});
