import assert from 'node:assert/strict';
import { connect } from 'node:http2';
import { test } from 'node:test';
import type { LoadReport } from '../../contract/load.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLogger, silentLogger, type LogEvent } from '../../platform/logger.ts';
import { createVirtualClock } from '../../platform/virtual-clock.ts';
import { idleReport, testTrigger, triggerDependencies, triggerSpec } from '../triggers/conformance.ts';
import { createTrigger } from '../triggers/drivers/external.ts';
import type { TriggerDependencies } from '../triggers/trigger.ts';
import { createScalerClient } from './external-scaler-client.ts';
import { createGatewayScaler } from './gateway-scaler.ts';
import { createFrameReader, frame } from './grpc-frames.ts';
import * as messages from './messages.ts';
import { readFields } from './protobuf.ts';
import { openGatewayScaler } from './open-gateway-scaler.ts';
import { createRateWindow } from './rate-window.ts';
import type { ScalerRoute } from './scaler-wish.ts';
import { serveExternalScaler } from './serve-external-scaler.ts';

const signal = new AbortController().signal;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// Written by Google's protobuf runtime (Python) from the same descriptor.
const golden: readonly { name: string; bytes: string; encode: () => Uint8Array }[] = [
  {
    name: 'a reference with metadata',
    bytes: '0a02736f12026e731a0c0a0161120762c3a420e282ac',
    encode: () => messages.encodeRef({ name: 'so', namespace: 'ns', scalerMetadata: { a: 'bä €' } }),
  },
  { name: 'active', bytes: '0801', encode: () => messages.encodeIsActive(true) },
  { name: 'inactive is empty', bytes: '', encode: () => messages.encodeIsActive(false) },
  {
    name: 'specs',
    bytes: '0a0e0a016d1002190000000000000440',
    encode: () => messages.encodeMetricSpecs([{ metricName: 'm', target: 2.5 }]),
  },
];

// It stands before the first test: whoever is waited for between tests is late for their end.
const running = gateway();
const server = await serveExternalScaler({
  service: running.scaler,
  host: '127.0.0.1',
  port: 0,
  clock: systemClock,
  logger: silentLogger,
  streamEveryMs: 5,
});
const scalerAddress = `127.0.0.1:${server.port}`;
test.after(() => server[Symbol.asyncDispose]());

for (const { bytes, encode, name } of golden) {
  test(`protobuf: ${name}`, () => {
    // Rounded to 3 by us, cut to 2 by others: only the deprecated whole number differs.
    assert.equal(hex(encode()).replace('1003', '1002'), bytes);
  });
}

test('protobuf: what was written is read, with numbers of every size', () => {
  const ref = { name: 'so', namespace: 'ns', scalerMetadata: { a: '1', long: 'x'.repeat(300) } };
  assert.deepEqual(messages.decodeRef(messages.encodeRef(ref)), ref);
  const request = { ref, metricName: 'm' };
  assert.deepEqual(messages.decodeMetricsRequest(messages.encodeMetricsRequest(request)), request);
  for (const value of [0, 1, 0.125, 127, 128, 2 ** 31, 9.2e15, -5]) {
    assert.deepEqual(messages.decodeMetricValues(messages.encodeMetricValues([{ metricName: 'm', value }])), [
      { metricName: 'm', value },
    ]);
  }
});

test('protobuf: an empty value of a map is read', () => {
  const bytes = Buffer.from('0a02736f12026e731a0c0a0161120762c3a420e282ac1a050a01781200', 'hex');
  assert.deepEqual(messages.decodeRef(bytes).scalerMetadata, { a: 'bä €', x: '' });
});

test('protobuf: a float of 0 falls back to the whole number; a broken message is told', () => {
  // metricName m, metricValue 7, metricValueFloat absent.
  assert.deepEqual(messages.decodeMetricValues(Buffer.from('0a050a016d1007', 'hex')), [
    { metricName: 'm', value: 7 },
  ]);
  for (const broken of ['0a05', '08', 'ff', '0b']) {
    assert.throws(() => [...readFields(Buffer.from(broken, 'hex'))], RangeError, broken);
  }
});

test('frames: the same messages under any chunking', () => {
  const sent = [Buffer.from('one'), Buffer.alloc(0), Buffer.from('three')];
  const bytes = Buffer.concat(sent.map(frame));
  for (let size = 1; size <= bytes.length; size += 1) {
    const read = createFrameReader();
    const got: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      got.push(...read(bytes.subarray(at, at + size)).map((message) => Buffer.from(message).toString()));
    }
    assert.deepEqual(got, ['one', '', 'three']);
  }
  assert.throws(() => createFrameReader()(Buffer.from([1, 0, 0, 0, 0])), { code: 'unsupported' });
  assert.throws(() => createFrameReader()(Buffer.from([0, 255, 0, 0, 0])), { code: 'too-large' });
});

test('rate window: partial, with holes, with late and too old records, and after a pause', () => {
  const window = createRateWindow(5000, 1000);
  const at = (seconds: number): number => (1_719_403_200 + seconds) * 1000;
  for (const second of [0, 1, 2, 3, 4]) window.record(at(second), second + 1);
  assert.deepEqual(
    [4, 3.6, 6, 10].map((second) => window.average(at(second))),
    [3, 3, 2.4, 0],
  );
  window.record(at(6), 91);
  assert.equal(window.average(at(6)), 20.6);
  window.record(at(60), 1984);
  assert.equal(window.average(at(60)), 1984);
  window.record(at(57), 4);
  assert.equal(window.average(at(60)), 497);
});

test('rate window: time that was counted in vain is covered, also a whole window of it', () => {
  const window = createRateWindow(5000, 1000);
  const at = (seconds: number): number => (1_719_403_200 + seconds) * 1000;
  window.passedTo(at(0));
  window.record(at(2), 6);
  assert.equal(window.average(at(2)), 2);
  window.passedTo(at(60));
  window.record(at(60), 1);
  assert.equal(window.average(at(60)), 0.2);
  window.passedTo(at(59));
  assert.equal(window.average(at(60)), 0.2);
});

function gateway() {
  const clock = createVirtualClock(1_800_000_000_000);
  const report = { ...idleReport, target: 'web' };
  const state: { report: LoadReport } = { report };
  const scaler = createGatewayScaler({
    targets: [{ name: 'web', slots: 8 }],
    load: () => state.report,
    clock,
  });
  const set = (change: Partial<LoadReport>): void => {
    state.report = { ...state.report, ...change };
    scaler.loadChanged('web');
  };
  return { clock, scaler, set };
}
const ref = (scalerMetadata: Record<string, string>) => ({
  name: 'so',
  namespace: 'default',
  scalerMetadata,
});

test('gateway: concurrency counts held requests, the rate misses none', async () => {
  const { clock, scaler, set } = gateway();
  const both = ref({ interceptorRoute: 'web', concurrency: '4', requestRate: '2', window: '10s' });
  assert.deepEqual(scaler.metricSpecs(both), [
    { metricName: 'http_web_concurrency', target: 4 },
    { metricName: 'http_web_rate', target: 2 },
  ]);
  assert.equal(scaler.isActive(both), false);
  // The very first request counts.
  set({ pending: 1, arrivals: 1 });
  assert.deepEqual(scaler.metricValues(both, 'http_web_concurrency'), [
    { metricName: 'http_web_concurrency', value: 1 },
  ]);
  assert.equal(scaler.metricValues(both, 'http_web_rate')[0]?.value, 1);
  // Answered: the rate keeps it active until the window has passed.
  set({ pending: 0 });
  await clock.advance(4000);
  assert.equal(scaler.metricValues(both, 'http_web_rate')[0]?.value, 0.2);
  assert.equal(scaler.isActive(both), true);
  await clock.advance(6000);
  assert.equal(scaler.isActive(both), false);
});

test('gateway: a request that found no place to wait is demand as well', () => {
  const { clock, scaler, set } = gateway();
  set({ refusedAtMs: clock.now(), arrivals: 40 });
  assert.equal(scaler.isActive(ref({ interceptorRoute: 'web' })), true);
  assert.deepEqual(scaler.metricValues(ref({ interceptorRoute: 'web' }), 'http_web_concurrency'), [
    { metricName: 'http_web_concurrency', value: 1 },
  ]);
});

test('gateway: without a wish it is concurrency at the slots; what it does not know it names', () => {
  const { scaler } = gateway();
  assert.deepEqual(scaler.metricSpecs(ref({ interceptorRoute: 'web' })), [
    { metricName: 'http_web_concurrency', target: 8 },
  ]);
  assert.throws(() => scaler.metricSpecs(ref({ interceptorRoute: 'shop' })), {
    code: 'not-found',
    message: /"shop".*web/,
  });
  assert.throws(
    () => scaler.metricSpecs(ref({ interceptorRoute: 'web', requestRate: '-1' })),
    /requestRate: expected a number > 0/,
  );
  assert.throws(() => scaler.metricValues(ref({ interceptorRoute: 'web' }), 'x'), { code: 'not-found' });
});

/** A gateway with two routes to one target, one of them known as an HTTPScaledObject as well. */
function routedGateway(metrics: {
  readonly shop?: ScalerRoute['objects'][number]['scalingMetric'];
  readonly old?: ScalerRoute['objects'][number]['scalingMetric'];
}) {
  const clock = createVirtualClock(1_800_000_000_000);
  const concurrency = { concurrency: 5, requestRate: null };
  const object = (kind: 'HTTPScaledObject' | 'InterceptorRoute', name: string, key: 'old' | 'shop') => ({
    kind,
    name,
    namespace: 'default',
    scalingMetric: metrics[key] ?? concurrency,
  });
  const reports = new Map<string, LoadReport>();
  const reportOf = (name: string): LoadReport => reports.get(name) ?? { ...idleReport, target: 'web' };
  const scaler = createGatewayScaler({
    targets: [{ name: 'web', slots: 8 }],
    routes: [
      { name: 'default/shop', target: 'web', objects: [object('InterceptorRoute', 'shop', 'shop')] },
      {
        name: 'default/old',
        target: 'web',
        objects: [object('InterceptorRoute', 'old', 'shop'), object('HTTPScaledObject', 'old', 'old')],
      },
    ],
    load: reportOf,
    routeLoad: reportOf,
    clock,
  });
  const set = (name: string, change: Partial<LoadReport>): void => {
    reports.set(name, { ...reportOf(name), ...change });
    scaler.loadChanged('web');
  };
  return { clock, scaler, set };
}

test('routes: each counts its own, by the metrics of its object, whatever the metadata says', () => {
  const { scaler, set } = routedGateway({
    shop: { concurrency: 5, requestRate: { target: 7, windowMs: 10_000, granularityMs: 1000 } },
  });
  const shop = ref({ interceptorRoute: 'shop', concurrency: '99' });
  assert.deepEqual(scaler.metricSpecs(shop), [
    { metricName: 'http_shop_concurrency', target: 5 },
    { metricName: 'http_shop_rate', target: 7 },
  ]);
  set('default/old', { pending: 3, arrivals: 3 });
  assert.equal(scaler.isActive(shop), false);
  set('default/shop', { pending: 1, inFlight: 1, arrivals: 2 });
  assert.equal(scaler.isActive(shop), true);
  assert.deepEqual(
    ['http_shop_concurrency', 'http_shop_rate'].map((name) => scaler.metricValues(shop, name)[0]?.value),
    [2, 2],
  );
  assert.throws(() => scaler.metricSpecs({ ...shop, namespace: 'other' }), { code: 'not-found' });
});

test('routes: an HTTPScaledObject has one metric under its own name, a rate rounded up', async () => {
  const { clock, scaler, set } = routedGateway({
    old: { concurrency: null, requestRate: { target: 7, windowMs: 60_000, granularityMs: 1000 } },
  });
  const old = ref({ httpScaledObject: 'old' });
  assert.deepEqual(scaler.metricSpecs(old), [{ metricName: 'http-default_002Fold', target: 7 }]);
  await clock.advance(120_000);
  set('default/old', { arrivals: 61 });
  // 61 requests of a minute, as a cluster counts that has looked on all the time.
  assert.equal(scaler.metricValues(old, 'http-default_002Fold')[0]?.value, 2);
  assert.throws(() => scaler.metricSpecs(ref({ httpScaledObject: 'shop' })), {
    code: 'not-found',
    message: /no HTTPScaledObject "shop" in namespace "default".*default\/old/,
  });
});

test('routes: an arrival makes its trigger active at that moment, also one that was answered at once', () => {
  const { scaler, set } = routedGateway({});
  const heard: boolean[] = [];
  scaler.onChange(() => heard.push(scaler.isActive(ref({ interceptorRoute: 'shop' }))));
  set('default/shop', { arrivals: 1 });
  set('default/shop', {});
  set('default/old', { arrivals: 1 });
  assert.deepEqual(heard, [true, false, false]);
});

test('routes: all requests of the gateway together', () => {
  const { scaler, set } = routedGateway({});
  set('web', { inFlight: 2, pending: 3 });
  const all = ref({ interceptorTargetPendingRequests: '1000' });
  assert.deepEqual(scaler.metricSpecs(all), [{ metricName: 'http-default_002Fso', target: 1000 }]);
  assert.equal(scaler.metricValues(all, 'http-default_002Fso')[0]?.value, 5);
  assert.equal(scaler.isActive(all), true);
});

for (const type of ['external', 'external-push'])
  testTrigger(type, { scalerAddress, interceptorRoute: 'web' });

test('external: reads what the gateway serves, metadata and all', async () => {
  const trigger = createTrigger(
    triggerSpec('external', {
      scalerAddress,
      interceptorRouteFromEnv: 'ROUTE',
      interceptorRoute: 'web',
      requestRate: '3',
    }),
    triggerDependencies({ index: 2, resolvedEnv: { ROUTE: 'ignored' } }),
  );
  running.set({ inFlight: 3, arrivals: 3 });
  const [reading] = await trigger.read(0, signal);
  assert.equal(reading?.name, 's2-http_web_rate');
  assert.equal(trigger.metrics()[0]?.target.value, 3);
  running.set({ inFlight: 0 });
  await trigger[Symbol.asyncDispose]();
});

test('external: a server that is not there, or does not know the target, is an error of the specification', async () => {
  for (const [metadata, want] of [
    [{ scalerAddress: '127.0.0.1:1' }, /ECONNREFUSED/],
    [{ scalerAddress, interceptorRoute: 'shop' }, /status 5: There is no route and no scale target "shop"/],
  ] as const) {
    const trigger = createTrigger(triggerSpec('external', metadata), triggerDependencies());
    await assert.rejects(trigger.read(0, signal), (error: Error & { details?: { stage?: string } }) => {
      assert.equal(error.details?.stage, 'spec');
      assert.match(error.message, want);
      return true;
    });
    assert.deepEqual(trigger.metrics(), []);
    await trigger[Symbol.asyncDispose]();
  }
});

test('external-push: the first arrival is pushed', async () => {
  const over = new AbortController();
  const trigger = createTrigger(
    triggerSpec('external-push', { scalerAddress, interceptorRoute: 'web' }),
    triggerDependencies({ clock: systemClock }),
  );
  const pushed = Promise.withResolvers<void>();
  const offered = Promise.withResolvers<void>();
  const watching = trigger.watch?.({ onActive: pushed.resolve, onChange: offered.resolve }, over.signal);
  await offered.promise;
  assert.equal(trigger.metrics()[0]?.name, 's0-http_web_concurrency');
  running.set({ pending: 1 });
  await pushed.promise;
  running.set({ pending: 0 });
  over.abort();
  await watching;
  await trigger[Symbol.asyncDispose]();
});

const clusterAddress = 'keda-add-ons-http-external-scaler.invalid:9090';

test("external: a route's trigger whose address leads nowhere is answered by this gateway, and the log says so once", async () => {
  const { scaler, set } = routedGateway({});
  const events: LogEvent[] = [];
  let asked = 0;
  const embedded = (metadata: Record<string, string>, change: Partial<TriggerDependencies> = {}) =>
    createTrigger(
      triggerSpec('external-push', { scalerAddress: clusterAddress, ...metadata }),
      triggerDependencies({
        gatewayScaler: {
          open: () => {
            asked += 1;
            return Promise.resolve(scaler);
          },
        },
        logger: createLogger({
          level: 'info',
          now: () => 0,
          write: (line) => events.push(JSON.parse(line) as LogEvent),
        }),
        ...change,
      }),
    );
  await using trigger = embedded({ interceptorRoute: 'shop' });
  assert.deepEqual(await trigger.read(0, signal), [
    { name: 's0-http_shop_concurrency', value: 0, active: false },
  ]);
  set('default/shop', { pending: 2, arrivals: 2 });
  assert.deepEqual(await trigger.read(0, signal), [
    { name: 's0-http_shop_concurrency', value: 2, active: true },
  ]);
  assert.deepEqual(trigger.metrics(), [
    {
      name: 's0-http_shop_concurrency',
      target: { kind: 'AverageValue', value: 5 },
      activationThreshold: null,
    },
  ]);
  assert.deepEqual(
    events.map((event) => [event['event'], event['scalerAddress']]),
    [['external-scaler-embedded', clusterAddress]],
  );

  await using missing = embedded({ interceptorRoute: 'nobody' });
  await assert.rejects(missing.read(0, signal), (error: Error & { details?: { stage?: string } }) => {
    assert.equal(error.details?.stage, 'spec');
    assert.match(error.message, /There is no route and no scale target "nobody"/);
    return true;
  });
  // Its watch waits for the end; it throws nothing at the gateway.
  const over = new AbortController();
  const watching = missing.watch?.({ onActive: () => assert.fail(), onChange: () => {} }, over.signal);
  await missing.read(0, signal).catch(() => {});
  set('default/shop', { arrivals: 3 });
  over.abort();
  await watching;

  asked = 0;
  await using other = embedded({ queue: 'a' });
  await assert.rejects(other.read(0, signal), /ENOTFOUND|EAI_AGAIN/);
  await using here = embedded({ interceptorRoute: 'shop', scalerAddress: '127.0.0.1:1' });
  await assert.rejects(here.read(0, signal), /ECONNREFUSED/);
  assert.equal(asked, 0);
});

test('external-push: this gateway pushes an arrival of its route at once, then at most every 200 ms', async () => {
  const { clock, scaler, set } = routedGateway({});
  await using trigger = createTrigger(
    triggerSpec('external-push', { scalerAddress: clusterAddress, interceptorRoute: 'shop' }),
    triggerDependencies({ gatewayScaler: { open: () => Promise.resolve(scaler) }, clock }),
  );
  await trigger.read(0, signal);
  const over = new AbortController();
  let pushes = 0;
  const begun = Promise.withResolvers<void>();
  const onChange = scaler.onChange.bind(scaler);
  scaler.onChange = (listener) => {
    begun.resolve();
    return onChange(listener);
  };
  const watching = trigger.watch?.({ onActive: () => (pushes += 1), onChange: () => {} }, over.signal);
  await begun.promise;
  set('default/old', { arrivals: 1 });
  assert.equal(pushes, 0);
  // Answered before anybody could look.
  set('default/shop', { arrivals: 1 });
  set('default/shop', {});
  assert.equal(pushes, 1);
  await clock.advance(150);
  set('default/shop', { arrivals: 2 });
  set('default/shop', { arrivals: 3 });
  assert.equal(pushes, 1);
  await clock.advance(50);
  assert.equal(pushes, 2);
  await clock.advance(1000);
  assert.equal(pushes, 2);
  set('default/shop', { arrivals: 4 });
  set('default/shop', { arrivals: 5 });
  over.abort();
  await watching;
  await clock.advance(1000);
  set('default/shop', { arrivals: 6 });
  assert.equal(pushes, 3);
});

test('external-push: a gateway that is asked to be silent pushes nothing', async () => {
  const { scaler, set } = routedGateway({});
  const over = new AbortController();
  await using trigger = createTrigger(
    triggerSpec('external-push', { scalerAddress: clusterAddress, interceptorRoute: 'shop' }),
    triggerDependencies({ gatewayScaler: { open: () => Promise.resolve(scaler), isSilent: true } }),
  );
  await trigger.read(0, signal);
  const watching = trigger.watch?.({ onActive: () => assert.fail(), onChange: () => {} }, over.signal);
  await trigger.read(0, signal);
  set('default/shop', { pending: 1, arrivals: 1 });
  assert.equal((await trigger.read(0, signal))[0]?.active, true, 'polls say it all the same');
  over.abort();
  await watching;
});

test('external-push: connects again after 2 s, doubling to a minute', async () => {
  const clock = createVirtualClock(0);
  const waits: number[] = [];
  const over = new AbortController();
  const watching = createTrigger(
    triggerSpec('external-push', { scalerAddress: '127.0.0.1:1' }),
    triggerDependencies({
      clock: {
        ...clock,
        sleep: (ms) => {
          waits.push(ms);
          if (waits.length >= 14) over.abort();
          return Promise.resolve();
        },
      },
    }),
  ).watch?.({ onActive: () => assert.fail(), onChange: () => assert.fail() }, over.signal);
  await watching;
  // Two streams, each with its own wait.
  const own = waits.filter((_ms, index) => index % 2 === 0).slice(0, 6);
  assert.deepEqual(own, [2000, 4000, 8000, 16_000, 32_000, 60_000]);
});

test('server: an unknown method and a broken message have gRPC statuses', async () => {
  const client = createScalerClient({ address: scalerAddress, tls: null });
  // A method of a later contract.
  const later = 'GetNothing' as messages.ScalerMethod;
  await assert.rejects(client.ask(later, new Uint8Array(0), signal), { code: 'unsupported' });
  await assert.rejects(
    client.ask('IsActive', Buffer.from('ff', 'hex'), signal),
    /status 3: The message cannot be read/,
  );
  await client[Symbol.asyncDispose]();
});

test('server: a call without a message ends with a status, and a taken port is told', async () => {
  const session = connect(`http://${scalerAddress}`);
  const call = session.request({ ':method': 'POST', ':path': `${messages.servicePath}IsActive` });
  const status = Promise.withResolvers<unknown>();
  call.once('response', (headers) => status.resolve(headers['grpc-status']));
  call.end();
  assert.equal(await status.promise, '3');
  session.destroy();
  await assert.rejects(
    serveExternalScaler({
      service: running.scaler,
      host: '127.0.0.1',
      port: server.port,
      clock: systemClock,
      logger: silentLogger,
    }),
    { code: 'unavailable' },
  );
});

test('opened for a gateway, it follows its load, and lets go of it at the end', () => {
  const listeners = new Set<(target: string) => void>();
  let report: LoadReport = { ...idleReport, target: 'web' };
  const asked = ref({ interceptorRoute: 'web', requestRate: '1' });
  {
    using opened = openGatewayScaler({
      targets: [{ name: 'web', slots: 2 }],
      load: () => report,
      onLoadChange: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      clock: createVirtualClock(0),
    });
    let active = 0;
    opened.onChange(() => (active += opened.isActive(asked) ? 1 : 0));
    report = { ...report, inFlight: 2, arrivals: 5 };
    for (const listener of listeners) listener('web');
    assert.equal(active, 1);
  }
  assert.equal(listeners.size, 0);
});
