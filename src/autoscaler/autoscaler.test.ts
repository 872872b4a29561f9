import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LoadReport } from '../contract/load.ts';
import { ScalingStatus, type ScalingEvent } from '../contract/scaling.ts';
import { silentLogger } from '../platform/logger.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createVirtualClock, type VirtualClock } from '../platform/virtual-clock.ts';
import { createAutoscaler, type Autoscaler, type AutoscalerOptions } from './autoscaler.ts';
import { builtInManifest } from './manifests/built-in.ts';
import { parseManifests } from './manifests/parse-manifests.ts';
import { toTargetSpecs } from './manifests/target-spec.ts';
import { createMemoryTarget, type MemoryTarget } from './targets/drivers/memory.ts';

const name = 'sluice-replica';
const notResolving: typeof fetch = () =>
  Promise.reject(
    new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ENOTFOUND' }) }),
  );

interface Story {
  readonly clock: VirtualClock;
  readonly target: MemoryTarget;
  readonly autoscaler: Autoscaler;
  readonly metrics: ReturnType<typeof createMetrics>;
  /** What the gateway would report; tells the autoscaler of it. */
  readonly load: (pending: number, inFlight?: readonly string[]) => void;
  /** The rate that the embedded store answers. */
  rate: number;
  readonly end: () => Promise<void>;
}

interface StoryOptions {
  readonly manifest?: string;
  readonly change?: Partial<AutoscalerOptions>;
  readonly startMs?: number;
  readonly slots?: number;
}

async function begin({
  manifest = builtInManifest,
  change,
  slots = 1,
  startMs = 100,
}: StoryOptions = {}): Promise<Story> {
  const clock = createVirtualClock(1_800_000_000_000);
  const manifests = await parseManifests([
    { file: 'test', text: manifest.replace('sluice.dev/slots: "8"', `sluice.dev/slots: "${slots}"`) },
  ]);
  const [spec] = toTargetSpecs(manifests);
  assert.ok(spec);
  const target = createMemoryTarget({ name, clock, startMs, slots });
  const metrics = createMetrics();
  let report: LoadReport = {
    target: name,
    atMs: clock.now(),
    pending: 0,
    inFlight: 0,
    arrivals: 0,
    lastActivityMs: null,
    inFlightByReplica: new Map(),
  };
  const story = { rate: 0 };
  const autoscaler = await createAutoscaler({
    targets: [{ spec, scaleTarget: target }],
    manifests,
    load: () => report,
    policy: 'instant',
    query: () => Promise.resolve([{ labels: {}, value: story.rate }]),
    stateFolder: null,
    clock,
    logger: silentLogger,
    metrics,
    fetch: notResolving,
    ...change,
  });
  return Object.assign(story, {
    clock,
    target,
    autoscaler,
    metrics,
    load: (pending: number, inFlight: readonly string[] = []) => {
      const byReplica = new Map<string, number>();
      for (const id of inFlight) byReplica.set(id, (byReplica.get(id) ?? 0) + 1);
      report = {
        ...report,
        atMs: clock.now(),
        pending,
        inFlight: inFlight.length,
        arrivals: report.arrivals + pending,
        lastActivityMs: clock.now(),
        inFlightByReplica: byReplica,
      };
      autoscaler.notify(name);
    },
    end: async () => {
      await autoscaler[Symbol.asyncDispose]();
      const gone = target[Symbol.asyncDispose]();
      await clock.advance(1000);
      await gone;
    },
  });
}

const lastScale = ({ autoscaler }: Story) =>
  autoscaler.history(name).findLast(({ kind }) => kind === 'scale');
const ids = ({ target }: Story): string[] => target.replicas().map(({ id }) => id);

test('instant: one arrival at zero starts one replica at once; after the cooldown zero again', async () => {
  const story = await begin();
  const { autoscaler, clock, load, target } = story;
  await clock.advance(0);
  assert.equal(target.desired, 0);

  // Decided before notify returns: nothing is awaited.
  load(1);
  assert.equal(target.desired, 1);
  const woken = lastScale(story);
  assert.deepEqual([woken?.from, woken?.to, woken?.inputs.snapshot.pending], [0, 1, 1]);

  // Ready 100 ms later; the request is answered and ends.
  await clock.advance(100);
  load(0, ids(story));
  await clock.advance(1000);
  load(0);
  const endedMs = clock.now();

  // The cooldown of 300 s counts from that end.
  const [status] = autoscaler.status().targets;
  assert.equal(status?.cooldownEndsAtMs, endedMs + 300_000);
  await clock.advance(299_999);
  assert.equal(target.desired, 1);
  await clock.advance(2);
  assert.equal(target.desired, 0);
  assert.equal(lastScale(story)?.reason, 'cooldown-elapsed');
  await story.end();
});

test('instant: replicas follow the requests within the bounds', async () => {
  const story = await begin({ slots: 2, change: { instant: { maxConcurrentStarts: 20 } } });
  story.load(5);
  assert.equal(story.target.desired, 3);
  story.load(100);
  assert.equal(story.target.desired, 10);
  await story.end();
});

test('instant: a trigger that never answers does not delay a decision', async () => {
  const story = await begin({ change: { query: () => new Promise(() => {}) } });
  await story.clock.advance(10);
  story.load(1);
  assert.equal(story.target.desired, 1);
  // After 30 s, and again after the silent retry, it is an error in the status; it never means zero.
  await story.clock.advance(61_000);
  assert.match(story.autoscaler.status().targets[0]?.triggers[0]?.error ?? '', /no value within 30 s/);
  await story.end();
});

test('instant: a trigger type that is not read here is skipped, and the status says so', async () => {
  const manifest = builtInManifest.replace('- type: prometheus', '- type: gcp-pubsub');
  const story = await begin({ manifest });
  story.load(1);
  assert.equal(story.target.desired, 1);
  const [status] = story.autoscaler.status().targets;
  assert.match(
    status?.triggers[0]?.error ?? '',
    /KEDA's trigger "gcp-pubsub" is known, but this Sluice does not read it/,
  );
  await story.end();
});

test('keda: the same manifest is refused', async () => {
  const manifest = builtInManifest.replace('- type: prometheus', '- type: gcp-pubsub');
  await assert.rejects(begin({ manifest, change: { policy: 'keda' } }), {
    code: 'unsupported',
    message: /^test:1: KEDA's trigger "gcp-pubsub"/,
  });
});

test('wrong parameters stop the start with file, trigger and reason', async () => {
  const manifest = builtInManifest.replace('threshold: "5"', 'threshold: "many"');
  await assert.rejects(begin({ manifest }), {
    code: 'invalid-argument',
    message:
      /^test:1: Trigger 0 \(prometheus\) of sluice-replica cannot be used: threshold: expected a number, received "many"/,
  });
});

test('keda: activation on a poll, growth on the next sync of the HPA, zero after the cooldown', async () => {
  const story = await begin({ change: { policy: 'keda' } });
  const { clock, target } = story;
  await clock.advance(1000);

  // An arrival is nothing to a cluster.
  story.load(1);
  assert.equal(target.desired, 0);

  // A rate of exactly 1 does not activate, 23 does, on the poll at 30 s: to 1, whatever the value.
  story.rate = 1;
  await clock.advance(29_500);
  assert.equal(target.desired, 0);
  story.rate = 23;
  await clock.advance(30_000);
  // The HPA then: ceil(23 / 5) = 5, by the legacy limit 4 first.
  await clock.advance(30_000);
  const counts = story.autoscaler.history(name).filter(({ kind }) => kind === 'scale');
  assert.deepEqual(
    counts.map(({ inputs, to }) => `${inputs.clock} ${to}`),
    ['keda-poll 1', 'hpa 4', 'hpa 5'],
  );

  // Idle: the HPA holds for its window, KEDA goes to zero after the cooldown.
  story.rate = 0;
  await clock.advance(60_000);
  const before = story.autoscaler.history(name).length;
  const ends = new Set<number | null | undefined>();
  for (let turn = 0; turn < 46; turn += 1) {
    await clock.advance(5000);
    ends.add(story.autoscaler.status().targets[0]?.cooldownEndsAtMs);
  }
  assert.equal(target.desired, 5);
  // The HPA speaks twice as often as the poll and knows no cooldown: the countdown goes on all the same.
  assert.deepEqual(
    [...ends].map((value) => typeof value),
    ['number'],
  );
  // Each clock repeats itself, and that is no news.
  assert.equal(story.autoscaler.history(name).length, before);
  await clock.advance(60_000);
  assert.equal(target.desired, 0);
  assert.equal(lastScale(story)?.inputs.clock, 'keda-poll');
  await story.end();
});

test('a minimum is started at once, without any request', async () => {
  const story = await begin({
    manifest: builtInManifest.replace('minReplicaCount: 0', 'minReplicaCount: 2'),
  });
  assert.equal(story.target.desired, 2);
  await story.end();
});

test('the status fits the contract; events tell of decisions and changes', async () => {
  const story = await begin();
  const events: ScalingEvent[] = [];
  const stop = story.autoscaler.onEvent((event) => events.push(event));
  story.load(1);
  await story.clock.advance(500);
  const status = ScalingStatus.parse(story.autoscaler.status());
  assert.equal(status.targets[0]?.desiredReplicas, 1);
  assert.equal(status.targets[0]?.replicas[0]?.state, 'ready');
  assert.deepEqual(status.targets[0]?.triggers[0], {
    name: 's0-prometheus',
    type: 'prometheus',
    active: false,
    value: 0,
    threshold: 5,
    activationThreshold: 1,
    error: null,
  });
  assert.ok(events.some((event) => event.type === 'decision' && event.decision.to === 1));
  const statuses = events.filter(({ type }) => type === 'status').length;
  assert.ok(statuses >= 1 && statuses <= 5, `${statuses} status events in 500 ms`);
  stop();
  await story.end();
});

test('a listener that throws stops neither decisions nor the other listeners', async () => {
  const story = await begin();
  const events: ScalingEvent[] = [];
  story.autoscaler.onEvent(() => {
    throw new Error('went away');
  });
  story.autoscaler.onEvent((event) => events.push(event));
  story.load(1);
  await story.clock.advance(500);
  assert.equal(story.target.desired, 1);
  assert.ok(events.some(({ type }) => type === 'decision'));
  await story.end();
});

test('keda: every tick is kept, up to a bound; the clocks of the HPA are a choice', async () => {
  const change = { policy: 'keda', hpaSyncPeriodMs: 4000, hpaPhaseMs: 1000 } as const;
  const { autoscaler, clock, end } = await begin({ change });
  const beganMs = clock.now();
  await clock.advance(13_500);
  assert.deepEqual(
    autoscaler.decisions(name).map(({ inputs }) => [inputs.clock, inputs.nowMs - beganMs]),
    [
      ['keda-poll', 0],
      ['hpa', 1000],
      ['hpa', 5000],
      ['hpa', 9000],
      ['hpa', 13_000],
    ],
  );
  await clock.advance(1_000_000);
  assert.equal(autoscaler.decisions(name).length, 200);
  await end();
});

test('metrics: replicas by state, decisions, and the stages of a cold start', async () => {
  const story = await begin();
  story.load(1);
  await story.clock.advance(200);
  const text = story.metrics.text();
  assert.match(text, /sluice_replicas\{state="ready",target="sluice-replica"\} 1\n/);
  assert.match(text, /sluice_decisions_total\{kind="scale",reason="[a-z-]+",target="sluice-replica"\} 1\n/);
  assert.match(text, /sluice_cold_start_seconds_sum\{stage="total",target="sluice-replica"\} 0\.1\n/);
  await story.end();
});

test('the last activity survives a restart; a broken file counts as none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-state-'));
  const file = join(folder, `${name}.json`);
  const first = await begin({ change: { stateFolder: folder } });
  first.load(1);
  const atMs = first.clock.now();
  await first.end();
  const kept = JSON.parse(await readFile(file, 'utf8')) as { lastActiveMs: number };
  assert.equal(kept.lastActiveMs, atMs);

  // Restarted with a replica still wanted: the cooldown goes on from the old moment, not from now.
  await writeFile(file, JSON.stringify({ ...kept, lastActiveMs: atMs - 200_000 }));
  const second = await begin({ change: { stateFolder: folder } });
  second.target.scaleTo(1, []);
  await second.clock.advance(99_000);
  assert.equal(second.target.desired, 1);
  await second.clock.advance(2000);
  assert.equal(second.target.desired, 0);
  await second.end();

  await writeFile(file, '{ "version": ');
  const third = await begin({ change: { stateFolder: folder } });
  third.load(1);
  assert.equal(third.target.desired, 1);
  await third.end();
  await rm(folder, { recursive: true });
});

test('failures counted towards fallback survive a restart, as in the status of a ScaledObject', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-state-'));
  const change: Partial<AutoscalerOptions> = {
    policy: 'keda',
    stateFolder: folder,
    query: () => Promise.reject(new Error('the store is broken')),
  };
  const manifest = builtInManifest.replace(
    'maxReplicaCount: 10',
    'maxReplicaCount: 10\n  fallback: { failureThreshold: 3, replicas: 2 }',
  );
  const first = await begin({ change, manifest });
  // Polls at 0, 30 and 60 s: three failures are not yet more than the threshold.
  await first.clock.advance(61_000);
  assert.equal(first.target.desired, 0);
  await first.end();
  const second = await begin({ change, manifest });
  await second.clock.advance(1000);
  assert.equal(second.target.desired, 1, 'the fourth counts as active');
  await second.end();
  await rm(folder, { recursive: true });
});

test('a target nobody knows is named in the error', async () => {
  const story = await begin();
  assert.throws(() => story.autoscaler.notify('other'), {
    code: 'not-found',
    message: /"other".*sluice-replica/,
  });
  await story.end();
});
