import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../contract/app-error.ts';
import { createLogger, silentLogger, type LogEvent } from '../../platform/logger.ts';
import { createVirtualClock } from '../../platform/virtual-clock.ts';
import { kedaPolicyOf } from '../decision/decision-fixture.ts';
import { createDecisionState } from '../decision/decision-state.ts';
import type { ScaleDecision } from '../decision/scale-decision.ts';
import type { KedaPolicy } from '../decision/scale-policy.ts';
import { createKedaClock } from '../keda-clock.ts';
import { createLoop } from '../loop.ts';
import { createMemoryTarget } from '../targets/drivers/memory.ts';
import { idleReport, triggerSpec } from './conformance.ts';
import { buildError, specError } from './error-stage.ts';
import type { TriggerEntry } from './trigger-entries.ts';
import { createTriggerSet, triggerSetOf, type TriggerSetOptions } from './trigger-set.ts';
import type { Trigger } from './trigger.ts';

interface Source {
  isUp: boolean;
  /** Refuses new connections; the ones that there are work. */
  isFull: boolean;
  value: number;
  /** As its trigger shows it: how often it was made, connected, asked and closed. */
  readonly seen: { made: number; connected: number; asked: number; closed: number };
  push: () => void;
}

/** `connecting`: as redis; `polled`: as prometheus; `external`: says itself what it offers. */
type Manner = 'connecting' | 'polled' | 'external' | 'pushing';

const source = (value = 0, change: Partial<Source> = {}): Source => ({
  isUp: true,
  isFull: false,
  value,
  push: () => assert.fail('nobody is watching'),
  seen: { made: 0, connected: 0, asked: 0, closed: 0 },
  ...change,
});

function entryOf(
  index: number,
  manner: Manner,
  from: Source,
  change: { useCachedMetrics?: boolean } = {},
): TriggerEntry {
  const metric = {
    name: `s${index}-${manner}`,
    target: { kind: 'AverageValue', value: 5 },
    activationThreshold: 0,
  } as const;
  const make = (): Trigger => {
    from.seen.made += 1;
    let isConnected = false;
    let isDescribed = manner !== 'external';
    return {
      type: manner,
      metrics: () => (isDescribed ? [metric] : []),
      ...(manner === 'connecting'
        ? {
            connect: async () => {
              if (isConnected) return;
              if (!from.isUp || from.isFull) throw buildError('nobody is there');
              from.seen.connected += 1;
              isConnected = true;
            },
          }
        : {}),
      read: async () => {
        from.seen.asked += 1;
        if (!from.isUp) {
          if (manner === 'external') throw specError('it does not answer');
          throw new AppError('upstream-failed', 'no value');
        }
        isDescribed = true;
        return [{ name: metric.name, value: from.value, active: from.value > 0 }];
      },
      ...(manner === 'pushing'
        ? {
            watch: async ({ onActive }, signal) => {
              from.push = onActive;
              await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
              from.push = () => assert.fail('nobody is watching any more');
            },
          }
        : {}),
      [Symbol.asyncDispose]: async () => {
        from.seen.closed += 1;
      },
    };
  };
  const spec = { ...triggerSpec(manner, {}), name: `t${index}`, ...change };
  return { index, spec, first: make(), make };
}

/** The whole loop of policy `keda` over these sources; a line for each decision. */
function begin(
  entries: readonly TriggerEntry[],
  policy: Partial<KedaPolicy> = {},
  rebuild: TriggerSetOptions['rebuild'] = 'scaled-object',
) {
  const clock = createVirtualClock(0);
  const target = createMemoryTarget({ name: 'web', clock, startMs: 0, slots: 1 });
  const decisions: ScaleDecision[] = [];
  const loop = createLoop({
    target,
    slots: 1,
    load: () => idleReport,
    clock,
    logger: silentLogger,
    state: createDecisionState(0),
    record: (decision) => decisions.push(decision),
  });
  // So that failures are counted, without ever being answered.
  const fallback = { failureThreshold: 99, replicas: 1, behavior: 'static' } as const;
  const full = kedaPolicyOf({ pollingIntervalMs: 30_000, fallback, ...policy });
  const triggers = triggerSetOf(entries, {
    clock,
    logger: silentLogger,
    rebuild,
    spec: {
      name: 'web',
      scaledObject: {
        scalingModifiers: full.formula && {
          formula: full.formula.formula,
          target: full.formula.target,
          activationTarget: null,
          metricType: 'AverageValue',
        },
      },
    },
  });
  const running = createKedaClock({
    loop,
    policy: full,
    triggers,
    clock,
    logger: silentLogger,
    desired: () => target.desired,
    hpaPhaseMs: 10_000,
  });
  return {
    clock,
    loop,
    target,
    triggers,
    failures: (name: string) => loop.state.health[name]?.numberOfFailures ?? 0,
    /** What this clock has decided last. */
    last: (by: 'keda-poll' | 'hpa') =>
      decisions.findLast(({ inputs }) => inputs.clock === by)?.reason ?? 'nothing',
    [Symbol.asyncDispose]: async () => {
      await running[Symbol.asyncDispose]();
      await triggers[Symbol.asyncDispose]();
    },
  };
}

test('a healthy trigger is built anew with the failing one, and freezes the object when it cannot be', async () => {
  const [prometheus, redis] = [source(0, { isUp: false }), source(9)];
  await using story = begin([entryOf(0, 'polled', prometheus), entryOf(1, 'connecting', redis)]);
  // Check 1: prometheus fails, redis is active: 0 -> 1, and all scalers are thrown away.
  await story.clock.advance(0);
  assert.equal(story.last('keda-poll'), 'activation');
  assert.deepEqual([redis.seen.connected, redis.seen.closed], [1, 1]);
  assert.equal(story.failures('s0-polled'), 1);
  // Between the checks redis dies. The HPA cannot build it, and counts nothing.
  redis.isUp = false;
  await story.clock.advance(10_000);
  assert.equal(story.last('hpa'), 'metrics-unavailable');
  assert.deepEqual([story.failures('s0-polled'), story.failures('s1-connecting')], [1, 0]);
  // Check 2: prometheus is well again, but the object cannot be built: frozen, and nobody was asked.
  prometheus.isUp = true;
  prometheus.value = 40;
  const asked = prometheus.seen.asked;
  await story.clock.advance(20_000);
  assert.equal(story.last('keda-poll'), 'frozen');
  assert.equal(prometheus.seen.asked, asked);
  assert.match(story.loop.readings[0]?.error ?? '', /^Not asked: trigger 1 \(connecting\) cannot be built/);
  // It comes back: the next request builds all and goes on.
  redis.isUp = true;
  await story.clock.advance(30_000);
  assert.equal(story.last('keda-poll'), 'steady');
  assert.equal(story.last('hpa'), 'load');
});

test('alone, the same outage is an error of asking, and the healthy trigger works', async () => {
  const [prometheus, redis] = [source(0, { isUp: false }), source(9)];
  await using story = begin(
    [entryOf(0, 'polled', prometheus), entryOf(1, 'connecting', redis)],
    { compat: { kubernetes: '1.37', keda: '2.20', freezeTrap: false } },
    'alone',
  );
  await story.clock.advance(0);
  redis.isUp = false;
  prometheus.isUp = true;
  prometheus.value = 40;
  await story.clock.advance(30_000);
  assert.equal(story.last('keda-poll'), 'partial-trigger-error');
  assert.equal(prometheus.seen.made, 1);
});

test('an outage of a connected server: once an error of asking, then frozen; fallback is never reached', async () => {
  const redis = source(9);
  await using story = begin([entryOf(0, 'connecting', redis)], {
    fallback: { failureThreshold: 3, replicas: 4, behavior: 'static' },
  });
  await story.clock.advance(0);
  redis.isUp = false;
  // The HPA's request at 10 s finds the scaler and counts; each later one finds none.
  await story.clock.advance(10_000);
  assert.equal(story.failures('s0-connecting'), 1);
  await story.clock.advance(300_000);
  assert.equal(story.failures('s0-connecting'), 1);
  assert.equal(story.last('keda-poll'), 'frozen');
  assert.equal(story.target.desired, 1);
});

test('a fallback that answers at once keeps the scalers, so the object never freezes', async () => {
  const redis = source(9);
  await using story = begin([entryOf(0, 'connecting', redis)], {
    fallback: { failureThreshold: 0, replicas: 4, behavior: 'static' },
  });
  await story.clock.advance(0);
  redis.isUp = false;
  await story.clock.advance(300_000);
  assert.equal(story.last('keda-poll'), 'steady');
  assert.equal(story.target.desired, 4);
  assert.ok(story.failures('s0-connecting') > 20);
  // The scaler that is kept works again as soon as it is made anew.
  redis.isUp = true;
  await story.clock.advance(30_000);
  assert.equal(story.failures('s0-connecting'), 0);
});

test('the HPA asks metric by metric: what failed before the scalers were cleared counts, what comes after does not', async () => {
  const [first, second] = [source(9), source(9)];
  await using story = begin([entryOf(0, 'connecting', first), entryOf(1, 'polled', second)], {
    minReplicas: 1,
  });
  await story.clock.advance(0);
  first.isUp = false;
  second.isUp = false;
  await story.clock.advance(10_000);
  assert.deepEqual([story.failures('s0-connecting'), story.failures('s1-polled')], [1, 0]);
  assert.deepEqual(
    story.loop.readings.map(({ errorStage }) => errorStage),
    ['fetch', 'unbuilt'],
  );
});

test('under a formula the HPA asks once for all, so both failures count', async () => {
  const [first, second] = [source(9), source(9)];
  await using story = begin([entryOf(0, 'connecting', first), entryOf(1, 'polled', second)], {
    formula: { formula: 't0 + t1', target: '5', activationTarget: 0, metricType: 'AverageValue' },
  });
  await story.clock.advance(0);
  first.isUp = false;
  second.isUp = false;
  await story.clock.advance(10_000);
  assert.deepEqual([story.failures('s0-connecting'), story.failures('s1-polled')], [1, 1]);
});

test('a server that refuses new connections: noticed only when another trigger fails', async () => {
  const [prometheus, postgres] = [source(), source(9, { isFull: true })];
  await using story = begin([entryOf(0, 'polled', prometheus), entryOf(1, 'connecting', postgres)]);
  // Full from the start: there is no scaler yet.
  await story.clock.advance(0);
  assert.equal(story.last('keda-poll'), 'frozen');
  postgres.isFull = false;
  await story.clock.advance(30_000);
  assert.equal(story.last('keda-poll'), 'activation');
  postgres.isFull = true;
  await story.clock.advance(120_000);
  assert.equal(story.last('keda-poll'), 'steady');
  prometheus.isUp = false;
  await story.clock.advance(60_000);
  assert.equal(story.last('keda-poll'), 'frozen');
});

test('what a poll recorded for useCachedMetrics outlives the scalers', async () => {
  const [cached, other] = [source(20), source()];
  await using story = begin(
    [entryOf(0, 'polled', cached, { useCachedMetrics: true }), entryOf(1, 'polled', other)],
    { minReplicas: 1 },
  );
  await story.clock.advance(0);
  const { asked } = cached.seen;
  other.isUp = false;
  cached.value = 0;
  await story.clock.advance(10_000);
  // The record of 20 still asks for 4 replicas, although all scalers were built again.
  assert.equal(cached.seen.asked, asked);
  assert.equal(story.loop.readings[0]?.value, 20);
  assert.equal(story.target.desired, 4);
});

test('an external scaler that has never answered keeps the loop from beginning; later its silence is an error', async () => {
  const [external, redis] = [source(9, { isUp: false }), source(9)];
  await using story = begin([entryOf(0, 'external', external), entryOf(1, 'connecting', redis)]);
  await story.clock.advance(0);
  assert.deepEqual([story.last('keda-poll'), story.target.desired], ['frozen', 0]);
  external.isUp = true;
  await story.clock.advance(30_000);
  assert.equal(story.last('keda-poll'), 'activation');
  external.isUp = false;
  await story.clock.advance(10_000);
  // Each of the HPA's requests asks every scaler what it offers: one that does not answer spoils all of them.
  assert.equal(story.last('hpa'), 'metrics-unavailable');
  await story.clock.advance(20_000);
  assert.equal(story.last('keda-poll'), 'partial-trigger-error');
});

test('an object that has never been ready is tried again with a growing pause', async () => {
  const redis = source(9, { isUp: false });
  await using story = begin([entryOf(0, 'connecting', redis)], { pollingIntervalMs: 3_600_000 });
  await story.clock.advance(0);
  assert.deepEqual([story.last('keda-poll'), redis.seen.made], ['frozen', 1]);
  // After 1 s, 2 s and 4 s more, and not in between.
  await story.clock.advance(7_000);
  assert.equal(redis.seen.made, 4);
  redis.isUp = true;
  await story.clock.advance(7_999);
  assert.equal(story.last('keda-poll'), 'frozen');
  await story.clock.advance(1);
  assert.equal(story.last('keda-poll'), 'activation');
  // From now on at the polling interval.
  redis.value = 0;
  await story.clock.advance(3_500_000);
  assert.equal(story.last('keda-poll'), 'activation');
});

test('a push goes on while the scalers are thrown away, and begins once they have been built', async () => {
  const [pushing, redis] = [source(), source(0, { isUp: false })];
  await using story = begin([entryOf(0, 'pushing', pushing), entryOf(1, 'connecting', redis)]);
  await story.clock.advance(0);
  assert.throws(() => pushing.push(), /nobody is watching/);
  redis.isUp = true;
  await story.clock.advance(30_000);
  redis.isUp = false;
  await story.clock.advance(60_000);
  assert.equal(story.last('keda-poll'), 'frozen');
  pushing.push();
  assert.equal(story.target.desired, 1);
});

test('what making a trigger has to say is said once, and its authentication is resolved each time', async () => {
  const events: string[] = [];
  const logger = createLogger({
    level: 'info',
    now: () => 0,
    write: (line) => events.push((JSON.parse(line) as LogEvent).event),
  });
  const secret: Record<string, string> = { token: 'old' };
  const asked: string[] = [];
  await using triggers = await createTriggerSet({
    spec: {
      name: 'web',
      triggerEnvironment: {},
      scaledObject: {
        name: 'web',
        namespace: 'default',
        scalingModifiers: null,
        source: { file: 'a.yaml', line: 1 },
        triggers: [
          {
            ...triggerSpec('prometheus', {
              serverAddress: 'http://p.example',
              query: 'up',
              threshold: '1',
              authModes: 'bearer',
              treshold: '2',
            }),
            authenticationRef: { kind: 'TriggerAuthentication', name: 'auth' },
          },
        ],
      },
    },
    manifests: {
      configMaps: [
        {
          kind: 'Secret',
          name: 's',
          namespace: 'default',
          source: { file: 'a.yaml', line: 9 },
          data: secret,
        },
      ],
      triggerAuthentications: [
        {
          kind: 'TriggerAuthentication',
          name: 'auth',
          namespace: 'default',
          source: { file: 'a.yaml', line: 20 },
          env: [],
          objects: [{ kind: 'Secret', name: 's', key: 'token', parameter: 'bearerToken' }],
        },
      ],
    },
    clock: createVirtualClock(0),
    logger,
    load: () => idleReport,
    query: () => Promise.resolve([]),
    unsupported: 'refuse',
    rebuild: 'scaled-object',
    fetch: (_url, init) => {
      asked.push(new Headers(init?.headers).get('authorization') ?? '');
      return Promise.resolve(new Response('no', { status: 401 }));
    },
  });
  const poll = () => triggers.read(new AbortController().signal, { by: 'poll', isUnanswered: () => true });
  await poll();
  secret['token'] = 'new';
  await poll();
  // Asked twice a check: the second time by a trigger that was made for it.
  assert.deepEqual(asked, ['Bearer old', 'Bearer old', 'Bearer new', 'Bearer new']);
  assert.deepEqual(events, ['trigger-parameter-unknown', 'trigger-failed']);
});

test('a ScaledJob is built all or none, and an error throws nothing away', async () => {
  const [prometheus, redis] = [source(), source(3)];
  const triggers = triggerSetOf([entryOf(0, 'polled', prometheus), entryOf(1, 'connecting', redis)], {
    clock: createVirtualClock(0),
    logger: silentLogger,
    rebuild: 'scaled-job',
    spec: { name: 'web', scaledObject: { scalingModifiers: null } },
  });
  const stages = async () =>
    (await triggers.read(new AbortController().signal)).map(({ errorStage, value }) => errorStage ?? value);
  redis.isUp = false;
  assert.deepEqual(await stages(), ['unbuilt', 'build']);
  redis.isUp = true;
  prometheus.isUp = false;
  assert.deepEqual(await stages(), ['fetch', 3]);
  redis.isUp = false;
  prometheus.isUp = true;
  assert.deepEqual(await stages(), [0, 'fetch']);
  await triggers[Symbol.asyncDispose]();
  assert.equal(redis.seen.closed, redis.seen.made);
});
