import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, type LogEvent } from '../../platform/logger.ts';
import { parseGoDuration } from '../manifests/go-duration.ts';
import { loadTriggerDriver } from './catalog.ts';
import { idleReport, testTrigger, triggerDependencies, triggerSpec } from './conformance.ts';
import { parseParameters, type ParameterSpec } from './parameters.ts';
import { valueOfAnswer, valueOfVector } from './drivers/prometheus/result-value.ts';
import type { TriggerDependencies } from './trigger.ts';

const signal = new AbortController().signal;
const prometheus = {
  serverAddress: 'http://prometheus.example:9090',
  query: 'sum(rate(http_requests_total{job="sluice"}[2m]))',
  threshold: '5',
  activationThreshold: '1',
};
const cron = { timezone: 'Europe/Berlin', start: '0 8 * * *', end: '0 18 * * *', desiredReplicas: '3' };
const answering =
  (body: string, status = 200): typeof fetch =>
  () =>
    Promise.resolve(new Response(body, { status }));
const vector = (value: string): string =>
  JSON.stringify({ data: { result: [{ metric: {}, value: [1, value] }] } });

testTrigger('prometheus', prometheus, { fetch: answering(vector('2')) });
testTrigger('cron', cron);
testTrigger('sluice-pending', { threshold: '4' });

async function make(
  type: string,
  metadata: Readonly<Record<string, string>>,
  change: Partial<TriggerDependencies> = {},
) {
  return (await loadTriggerDriver(type))(triggerSpec(type, metadata), triggerDependencies(change));
}

test('prometheus asks as KEDA asks', async () => {
  let asked = '';
  let headers = new Headers();
  const trigger = await make(
    'prometheus',
    {
      ...prometheus,
      namespace: 'n',
      queryParameters: 'a=1, b=2',
      customHeaders: 'X-Scope=team',
      authModes: 'bearer',
    },
    {
      authParams: { bearerToken: 'secret' },
      fetch: (url, init) => {
        asked = url instanceof URL ? url.href : '';
        headers = new Headers(init?.headers);
        return Promise.resolve(new Response(vector('1')));
      },
    },
  );
  const [reading] = await trigger.read(Date.parse('2026-11-23T10:00:00Z'), signal);
  // A rate of exactly the activation threshold does not activate.
  assert.deepEqual(reading, { name: 's0-prometheus', value: 1, active: false });
  const url = new URL(asked);
  assert.equal(url.pathname, '/api/v1/query');
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    query: prometheus.query,
    time: '2026-11-23T10:00:00.000Z',
    namespace: 'n',
    a: '1',
    b: '2',
  });
  assert.equal(headers.get('authorization'), 'Bearer secret');
  assert.equal(headers.get('x-scope'), 'team');
});

test('an address in cluster DNS that does not resolve is answered by the embedded store; the log says so once', async () => {
  const events: LogEvent[] = [];
  const logger = createLogger({
    level: 'info',
    now: () => 0,
    write: (line) => events.push(JSON.parse(line) as LogEvent),
  });
  let fetched = 0;
  const trigger = await make(
    'prometheus',
    { ...prometheus, serverAddress: 'http://prometheus-server.monitoring.svc.cluster.local:9090' },
    {
      logger,
      fetch: () => {
        fetched += 1;
        return Promise.reject(
          new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ENOTFOUND' }) }),
        );
      },
      query: (promql, atMs) =>
        Promise.resolve([{ labels: {}, value: promql === prometheus.query && atMs === 7 ? 12 : 0 }]),
    },
  );
  for (const _turn of [1, 2]) {
    assert.deepEqual(await trigger.read(7, signal), [{ name: 's0-prometheus', value: 12, active: true }]);
  }
  assert.equal(fetched, 1);
  assert.deepEqual(
    events.map(({ event }) => event),
    ['prometheus-embedded'],
  );
});

test('oauth: one token for several reads, renewed before it ends', async () => {
  const asked: string[] = [];
  const trigger = await make(
    'prometheus',
    { ...prometheus, authModes: 'oauth' },
    {
      authParams: {
        oauthTokenURI: 'http://id.example/token',
        clientID: 'me',
        clientSecret: 's',
        scopes: 'a,b',
      },
      fetch: (url, init) => {
        const text = url instanceof URL ? url.href : url instanceof Request ? url.url : url;
        const isToken = text.startsWith('http://id.example');
        const sign = new Headers(init?.headers).get('authorization');
        asked.push(isToken ? `token ${typeof init?.body === 'string' ? init.body : ''}` : (sign ?? ''));
        return Promise.resolve(
          isToken ? Response.json({ access_token: 't', expires_in: 60 }) : new Response(vector('1')),
        );
      },
    },
  );
  for (const nowMs of [0, 40_000, 55_000]) await trigger.read(nowMs, signal);
  const token = 'token grant_type=client_credentials&scope=a+b';
  assert.deepEqual(asked, [token, 'Bearer t', 'Bearer t', token, 'Bearer t']);
});

test('oauth: a client without a secret names itself in the form', async () => {
  const forms: string[] = [];
  const trigger = await make(
    'prometheus',
    { ...prometheus, authModes: 'oauth' },
    {
      authParams: { oauthTokenURI: 'http://id.example/token', clientID: 'me' },
      fetch: (url, init) => {
        const text = url instanceof URL ? url.href : url instanceof Request ? url.url : url;
        if (!text.startsWith('http://id.example')) return Promise.resolve(new Response(vector('1')));
        const form = typeof init?.body === 'string' ? init.body : '';
        forms.push(form);
        return Promise.resolve(
          form.includes('client_id')
            ? Response.json({ access_token: 't' })
            : new Response('', { status: 401 }),
        );
      },
    },
  );
  await trigger.read(0, signal);
  assert.deepEqual(forms, ['grant_type=client_credentials', 'grant_type=client_credentials&client_id=me']);
});

for (const [name, metadata, authParams, want] of [
  [
    'tls without its key',
    { authModes: 'tls' },
    { cert: 'c' },
    /key: expected a value because authModes has tls/,
  ],
  [
    'bearer without its token',
    { authModes: 'bearer' },
    {},
    /bearerToken: expected a value because authModes has bearer/,
  ],
  ['two that exclude one another', { authModes: 'basic,bearer' }, {}, /basic and bearer exclude one another/],
] as const) {
  test(`prometheus refuses ${name}`, () =>
    assert.rejects(make('prometheus', { ...prometheus, ...metadata }, { authParams }), want));
}

test('an unresolved address outside cluster DNS stays an error', async () => {
  const cause = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  const trigger = await make('prometheus', prometheus, {
    fetch: () => Promise.reject(new TypeError('fetch failed', { cause })),
  });
  await assert.rejects(trigger.read(0, signal), {
    code: 'upstream-failed',
    message: /cannot be asked: getaddrinfo/,
  });
});

test('an answer other than 2xx is an error naming the status', async () => {
  const trigger = await make('prometheus', prometheus, { fetch: answering('down', 503) });
  await assert.rejects(trigger.read(0, signal), /answered with status 503: down/);
});

const answers: readonly { name: string; body: string; want: number | RegExp; strict?: number | RegExp }[] = [
  { name: 'a number', body: vector('3.5'), want: 3.5, strict: 3.5 },
  { name: 'an empty object', body: '{}', want: 0, strict: /no series/ },
  { name: 'no series', body: '{"data":{"result":[]}}', want: 0, strict: /no series/ },
  { name: 'an empty pair', body: '{"data":{"result":[{"value":[]}]}}', want: 0, strict: /empty value/ },
  { name: 'half a pair', body: '{"data":{"result":[{"value":["1"]}]}}', want: /without its number/ },
  { name: 'NaN', body: vector('NaN'), want: 0, strict: /NaN/ },
  { name: 'infinity', body: vector('+Inf'), want: 0, strict: /Infinity/ },
  { name: 'null', body: '{"data":{"result":[{"value":["1",null]}]}}', want: -1, strict: -1 },
  { name: 'text', body: vector('many'), want: /expected a number/ },
  {
    name: 'two series',
    body: '{"data":{"result":[{"value":[1,"1"]},{"value":[1,"2"]}]}}',
    want: /2 series, expected one/,
  },
  { name: 'a scalar', body: '{"data":{"resultType":"scalar","result":[1,"2"]}}', want: /no instant vector/ },
  { name: 'no JSON', body: '<html>', want: /not JSON/ },
];
for (const { name, body, want, strict = want } of answers) {
  test(`prometheus result: ${name}`, () => {
    for (const [ignoreNullValues, wanted] of [
      [true, want],
      [false, strict],
    ] as const) {
      if (typeof wanted === 'number') assert.equal(valueOfAnswer(body, ignoreNullValues), wanted);
      else assert.throws(() => valueOfAnswer(body, ignoreNullValues), wanted);
    }
  });
}

test('the embedded store follows the same rules', () => {
  assert.equal(valueOfVector([], true), 0);
  assert.throws(() => valueOfVector([], false), /no series/);
  assert.equal(valueOfVector([{ labels: {}, value: Number.NaN }], true), 0);
  assert.throws(
    () =>
      valueOfVector(
        [
          { labels: {}, value: 1 },
          { labels: {}, value: 2 },
        ],
        true,
      ),
    /2 series/,
  );
});

test('cron: active from start to end, in its time zone, and named as KEDA names it', async () => {
  const trigger = await make('cron', cron, { index: 2 });
  const name = 's2-cron-Europe-Berlin-08xxx-018xxx';
  // Winter: Berlin is an hour ahead of UTC.
  for (const [time, active] of [
    ['2026-11-23T06:59:59Z', false],
    ['2026-11-23T07:00:00Z', true],
    ['2026-11-23T16:59:59Z', true],
    ['2026-11-23T17:00:00Z', false],
  ] as const) {
    assert.deepEqual(
      await trigger.read(Date.parse(time), signal),
      [{ name, value: active ? 3 : 0, active }],
      time,
    );
  }
});

const cronRefused: readonly { name: string; change: Record<string, string>; want: RegExp }[] = [
  { name: 'seconds', change: { start: '0 0 8 * * *' }, want: /start: expected five cron fields/ },
  { name: 'a macro', change: { end: '@daily' }, want: /end: expected five cron fields/ },
  {
    name: 'nonsense',
    change: { start: '0 25 * * *' },
    want: /start: expected five cron fields .* hour 0-23.* received "0 25 \* \* \*"/,
  },
  {
    name: 'start equal to end',
    change: { end: '0 8 * * *' },
    want: /end: expected another moment than start, received the same/,
  },
  {
    name: 'zero replicas',
    change: { desiredReplicas: '0' },
    want: /desiredReplicas: expected a number other than 0/,
  },
];
for (const { name, change, want } of cronRefused) {
  test(`cron refuses ${name}`, () => assert.rejects(make('cron', { ...cron, ...change }), want));
}

test('cron: a step from a start, as KEDA reads it', async () => {
  const trigger = await make('cron', {
    ...cron,
    start: '5/10 * * * *',
    end: '9/10 * * * *',
    timezone: 'UTC',
  });
  for (const [time, active] of [
    ['2026-11-23T07:04:59Z', false],
    ['2026-11-23T07:05:00Z', true],
    ['2026-11-23T07:09:00Z', false],
  ] as const) {
    const [reading] = await trigger.read(Date.parse(time), signal);
    assert.equal(reading?.active, active, time);
  }
});

test('cron: an unknown time zone fails only when it is read', async () => {
  const trigger = await make('cron', { ...cron, timezone: 'Mars/Olympus' });
  await assert.rejects(trigger.read(0, signal), /"Mars\/Olympus" is no known time zone/);
});

test('sluice-pending counts held and running requests', async () => {
  const trigger = await make(
    'sluice-pending',
    { threshold: '4', activationThreshold: '2' },
    { load: () => ({ ...idleReport, pending: 2, inFlight: 1 }) },
  );
  assert.deepEqual(await trigger.read(0, signal), [{ name: 's0-sluice-pending', value: 3, active: true }]);
});

test('sluice-pending counts a refusal as one request: somebody is asking', async () => {
  const trigger = await make(
    'sluice-pending',
    { threshold: '4', activationThreshold: '0' },
    { load: () => ({ ...idleReport, refusedAtMs: 0 }) },
  );
  assert.deepEqual(await trigger.read(0, signal), [{ name: 's0-sluice-pending', value: 1, active: true }]);
});

test("KEDA's other types are recognised, names that KEDA does not know are not", async () => {
  await assert.rejects(loadTriggerDriver('azure-monitor'), {
    code: 'unsupported',
    message: /"azure-monitor" is known/,
  });
  await assert.rejects(loadTriggerDriver('promethues'), { code: 'invalid-argument' });
});

const one = (spec: Partial<ParameterSpec>): { value: ParameterSpec } => ({
  value: { names: ['value'], type: 'string', from: ['triggerMetadata'], ...spec },
});
const parameters: readonly {
  name: string;
  spec: Partial<ParameterSpec>;
  metadata?: Record<string, string>;
  auth?: Record<string, string>;
  env?: Record<string, string>;
  want: unknown;
}[] = [
  { name: 'trims', spec: {}, metadata: { value: '  a b ' }, want: 'a b' },
  { name: 'blank equals missing', spec: { default: 'd' }, metadata: { value: '  ' }, want: 'd' },
  { name: 'a missing optional one is null', spec: { optional: true }, want: null },
  {
    name: 'a missing mandatory one is a problem',
    spec: {},
    want: /value: expected a value, received nothing/,
  },
  { name: 'aliases', spec: { names: ['value', 'old'] }, metadata: { old: 'x' }, want: 'x' },
  {
    name: 'blank in the first place goes on to the next',
    spec: { from: ['triggerMetadata', 'authParams'] },
    metadata: { value: '' },
    auth: { value: 'a' },
    want: 'a',
  },
  {
    name: 'the order of places counts',
    spec: { from: ['authParams', 'triggerMetadata'] },
    metadata: { value: 'm' },
    auth: { value: 'a' },
    want: 'a',
  },
  {
    name: 'the environment through FromEnv',
    spec: { from: ['triggerMetadata', 'resolvedEnv'] },
    metadata: { valueFromEnv: 'KEY' },
    env: { KEY: 'e' },
    want: 'e',
  },
  { name: 'Go booleans', spec: { type: 'boolean' }, metadata: { value: 'T' }, want: true },
  { name: 'yes is no boolean', spec: { type: 'boolean' }, metadata: { value: 'yes' }, want: /true or false/ },
  { name: 'integers', spec: { type: 'integer' }, metadata: { value: '-12' }, want: -12 },
  {
    name: 'no exponent in integers',
    spec: { type: 'integer' },
    metadata: { value: '1e3' },
    want: /a whole number/,
  },
  {
    name: 'no plus in integers',
    spec: { type: 'integer' },
    metadata: { value: '+5' },
    want: /a whole number/,
  },
  { name: 'no leading zero', spec: { type: 'integer' }, metadata: { value: '07' }, want: /a whole number/ },
  { name: 'floats', spec: { type: 'float' }, metadata: { value: '1.5e2' }, want: 150 },
  {
    name: 'no float without its digits',
    spec: { type: 'float' },
    metadata: { value: '.5' },
    want: /a number/,
  },
  { name: 'durations', spec: { type: 'duration' }, metadata: { value: '1m30s' }, want: 90_000 },
  {
    name: 'bare numbers are milliseconds',
    spec: { type: 'duration' },
    metadata: { value: '1000' },
    want: 1000,
  },
  { name: 'negative durations', spec: { type: 'duration' }, metadata: { value: '-1s' }, want: /a duration/ },
  { name: 'lists', spec: { type: 'strings' }, metadata: { value: 'a, b ,c' }, want: ['a', 'b', 'c'] },
  {
    name: 'another separator',
    spec: { type: 'strings', separator: ';' },
    metadata: { value: 'a,b;c' },
    want: ['a,b', 'c'],
  },
  {
    name: 'ranges',
    spec: { type: 'integers', range: '-' },
    metadata: { value: '1-3,8' },
    want: [1, 2, 3, 8],
  },
  {
    name: 'a falling range is empty',
    spec: { type: 'integers', range: '-' },
    metadata: { value: '5-3' },
    want: [],
  },
  { name: 'maps', spec: { type: 'map' }, metadata: { value: 'a=1, b=x' }, want: { a: '1', b: 'x' } },
  {
    name: 'a map with two = in a pair, which KEDA refuses',
    spec: { type: 'map' },
    metadata: { value: 'a=1, b=x=y' },
    want: /pairs such as name=value/,
  },
  {
    name: 'a map without =',
    spec: { type: 'map' },
    metadata: { value: 'a=1,b' },
    want: /pairs such as name=value/,
  },
  {
    name: 'closed lists',
    spec: { enum: ['a', 'b'] },
    metadata: { value: 'c' },
    want: /expected a or b, received "c"/,
  },
  {
    name: 'items that exclude one another',
    spec: { type: 'strings', exclusiveSet: ['a', 'b'] },
    metadata: { value: 'a,b' },
    want: /a and b exclude one another/,
  },
  {
    name: 'a removed parameter',
    spec: { deprecated: 'Use other.' },
    metadata: { value: 'x' },
    want: /value: Use other\./,
  },
];
for (const { name, spec, metadata = {}, auth = {}, env = {}, want } of parameters) {
  test(`parameters: ${name}`, () => {
    const parsed = parseParameters(one(spec), {
      triggerMetadata: metadata,
      authParams: auth,
      resolvedEnv: env,
    });
    if (want instanceof RegExp) assert.match(parsed.problems.join('\n'), want);
    else assert.deepEqual([parsed.problems, parsed.values?.value], [[], want]);
  });
}

test('parameters: all problems at once, unknown keys named', () => {
  const parsed = parseParameters(
    {
      a: { names: ['a'], type: 'integer', from: ['triggerMetadata'] },
      b: { names: ['b'], type: 'string', from: ['triggerMetadata'] },
    },
    { triggerMetadata: { a: 'x', treshold: '1' }, authParams: {}, resolvedEnv: {} },
  );
  assert.equal(parsed.values, null);
  assert.equal(parsed.problems.length, 2);
  assert.deepEqual(parsed.unknownKeys, ['treshold']);
});

test('Go durations', () => {
  for (const [text, want] of [
    ['300ms', 300],
    ['1.5h', 5_400_000],
    ['0', 0],
    ['-2s', -2000],
    ['5', null],
    ['1 s', null],
    ['', null],
  ] as const) {
    assert.equal(parseGoDuration(text), want, text);
  }
});
