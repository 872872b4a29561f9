import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { ask, startGateway, startReplica, talk, until, type TestReplica } from './gateway-fixture.ts';
import type { Route, StaticAnswer, Upstream } from './route/route.ts';

const shop = (more: Partial<Route>): readonly Route[] => [
  { name: 'web', target: 'shop', rules: [], ...more },
];
const text = (body: string, status = 503): StaticAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: { kind: 'text', text: body },
});
const sorry = text('<p>Starting', 503);

test('placeholder: given at once while nothing is ready, and it is demand', async () => {
  await using replica = await startReplica((_, response) => void response.end('real'));
  await using open = await startGateway({ routes: shop({ placeholder: sorry }) });
  const told: number[] = [];
  open.gateway.onLoadChange((_, change) => {
    if (change === 'arrival') told.push(open.gateway.load('shop').refusedAtMs ?? 0);
  });
  const first = await ask(open.port, { method: 'POST', body: 'x' });
  assert.deepEqual([first.status, first.body], [503, '<p>Starting']);
  assert.equal(first.headers['content-type'], 'text/html');
  assert.equal(first.headers['cache-control'], 'no-store');
  assert.equal(first.headers['x-keda-http-cold-start'], undefined);
  assert.ok((told[0] ?? 0) > 0, 'whoever listens learns of it as of a request that was refused');
  assert.equal(open.gateway.load('shop').arrivals, 1);
  assert.equal(open.gateway.routeLoad('web').arrivals, 1);
  open.gateway.setReplicas('shop', [replica.endpoint]);
  assert.equal((await ask(open.port)).body, 'real');
});

const files: readonly {
  name: string;
  path: string;
  key?: string;
  want: readonly [number, string, string | undefined];
}[] = [
  { name: 'the root is index.html', path: '/?x=1', want: [418, '<h1>', 'text/html; charset=utf-8'] },
  { name: 'a file by its path', path: '/a.css', want: [418, 'p {}', 'text/css; charset=utf-8'] },
  { name: 'an unknown path has an empty body', path: '/favicon.ico', want: [418, '', undefined] },
  {
    name: 'a key in place of the path',
    path: '/a.css',
    key: 'index.html',
    want: [418, '<h1>', 'text/html; charset=utf-8'],
  },
  { name: 'a path that only objects have', path: '/constructor', want: [418, '', undefined] },
];
for (const { name, path, key = null, want } of files) {
  test(`placeholder from a ConfigMap: ${name}`, async () => {
    const data = { 'index.html': '<h1>', 'a.css': 'p {}' };
    const placeholder: StaticAnswer = {
      status: 418,
      headers: {},
      body: { kind: 'files', name: 'pages', data, key },
    };
    await using open = await startGateway({ routes: shop({ placeholder }) });
    const { status, body, headers } = await ask(open.port, { path });
    assert.deepEqual([status, body, headers['content-type']], want);
  });
}

test('placeholder from a ConfigMap that is missing, or lacks the key: 500, and the log says which', async () => {
  for (const data of [null, {}]) {
    const logged: unknown[] = [];
    const logger = {
      debug() {},
      info() {},
      warn: (event: unknown) => logged.push(event),
      error: (event: unknown) => logged.push(event),
      child: () => logger,
    };
    const placeholder: StaticAnswer = {
      status: 200,
      headers: {},
      body: { kind: 'files', name: 'pages', data, key: 'a' },
    };
    await using open = await startGateway({ logger, routes: shop({ placeholder }) });
    const { status, body } = await ask(open.port);
    assert.equal(status, 500);
    assert.doesNotMatch(body, /pages/);
    assert.match(
      JSON.stringify(logged, (_, value) =>
        value instanceof Error ? { message: value.message, cause: value.cause } : value,
      ),
      /ConfigMap \\"pages\\"/,
    );
  }
});

test('overflow: up to maxPending are held, the rest get the placeholder or a 503', async () => {
  for (const [overflow, status, body] of [
    ['placeholder', 503, /Starting/],
    ['reject', 503, /route web holds 1 requests already/],
  ] as const) {
    await using replica = await startReplica((_, response) => void response.end('real'));
    const placeholder = overflow === 'placeholder' ? { placeholder: sorry } : {};
    await using open = await startGateway({ routes: shop({ ...placeholder, maxPending: 1, overflow }) });
    const held = ask(open.port);
    await until(() => open.gateway.load('shop').pending === 1);
    const second = await ask(open.port);
    assert.equal(second.status, status);
    assert.match(second.body, body);
    assert.ok(open.gateway.routeLoad('web').refusedAtMs !== undefined);
    open.gateway.setReplicas('shop', [replica.endpoint]);
    assert.equal((await held).body, 'real');
  }
});

test('static routes: no demand, whether the answer is theirs or a replica gives it', async () => {
  await using replica = await startReplica(
    (request, response) => void response.end(`replica ${request.url}`),
  );
  const staticRoutes: Route['staticRoutes'] = [
    {
      rules: [{ paths: ['/healthz'] }, { paths: ['/readyz'] }],
      answer: text('up', 200),
      mode: 'when-unavailable',
    },
    { rules: [{ paths: ['/always'] }], answer: text('fixed', 200), mode: 'always' },
  ];
  await using open = await startGateway({ routes: shop({ staticRoutes }) });
  const bodies = async () => {
    const asked = ['/healthz', '/readyz/x', '/always'].map(
      async (path) => (await ask(open.port, { path })).body,
    );
    return await Promise.all(asked);
  };
  assert.deepEqual(await bodies(), ['up', 'up', 'fixed']);
  open.gateway.setReplicas('shop', [replica.endpoint]);
  assert.deepEqual(await bodies(), ['replica /healthz', 'replica /readyz/x', 'fixed']);
  assert.equal(open.gateway.load('shop').arrivals, 0);
  assert.equal(open.metric('http_requests_total', { target: 'shop', method: 'GET' }), 0);
  assert.equal(open.metric('sluice_static_requests_total', { target: 'shop' }), 6);
});

test('static routes: a probe takes no slot, and its replica is not drained before it ends', async () => {
  const answers: ServerResponse[] = [];
  await using replica = await startReplica((_, response) => void answers.push(response), { slots: 1 });
  const staticRoutes: Route['staticRoutes'] = [
    { rules: [{ paths: ['/healthz'] }], answer: text('up', 200), mode: 'when-unavailable' },
  ];
  await using open = await startGateway({ routes: shop({ staticRoutes }) }, [replica.endpoint]);
  const probe = ask(open.port, { path: '/healthz' });
  await until(() => answers.length === 1);
  assert.equal(open.gateway.load('shop').inFlight, 0);
  const question = ask(open.port);
  await until(() => answers.length === 2, 'the only slot being free for the question');
  answers[1]?.end('answered');
  assert.equal((await question).body, 'answered');
  let drained = false;
  const done = open.gateway.whenDrained('replica-1').then(() => (drained = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(drained, false);
  answers[0]?.end();
  await Promise.all([probe, done]);
});

const upstreamOf = ({ endpoint }: TestReplica): Upstream => {
  if (endpoint.address.kind !== 'tcp') throw new Error('expected a port');
  return { name: 'spare', host: endpoint.address.host, port: endpoint.address.port };
};

test('fallback: asked when no replica became ready in time, without the cold start header', async () => {
  const clock = createVirtualClock(5000);
  await using spare = await startReplica((_, response) => void response.end('spare'));
  const timeouts = { readinessMs: 25 };
  await using open = await startGateway({ clock, routes: shop({ timeouts, fallback: upstreamOf(spare) }) });
  const reply = ask(open.port, { method: 'POST', body: 'kept' });
  await until(() => open.gateway.load('shop').pending === 1);
  await clock.advance(25);
  const { body, headers } = await reply;
  assert.equal(body, 'spare');
  assert.equal(headers['x-keda-http-cold-start'], undefined);
  assert.equal(headers['x-sluice-held-ms'], '25');
});

test('fallback: without a bound of its own a wait ends after 30 s', async () => {
  const clock = createVirtualClock(5000);
  await using spare = await startReplica((_, response) => void response.end('spare'));
  const timeouts = { readinessMs: 0 };
  await using open = await startGateway({ clock, routes: shop({ timeouts, fallback: upstreamOf(spare) }) });
  const reply = ask(open.port);
  await until(() => open.gateway.load('shop').pending === 1);
  await clock.advance(29_999);
  assert.equal(open.gateway.load('shop').pending, 1);
  await clock.advance(1);
  assert.equal((await reply).body, 'spare');
});

test('fallback: another scale target answers if it is ready, which is no demand on it; else 502', async () => {
  const clock = createVirtualClock(5000);
  await using spare = await startReplica((_, response) => void response.end('spare'), {
    target: 'spare',
    slots: 0,
  });
  const routes: readonly Route[] = [
    ...shop({ timeouts: { readinessMs: 25 }, fallback: { kind: 'target', name: 'spare' } }),
    { name: 'spare', target: 'spare', rules: [{ hosts: ['spare.example'] }] },
  ];
  await using open = await startGateway({ clock, routes });
  const replyAfterWait = async () => {
    const reply = ask(open.port);
    await until(() => open.gateway.load('shop').pending === 1);
    await clock.advance(25);
    return await reply;
  };
  const without = await replyAfterWait();
  assert.equal(without.status, 502);
  assert.match(without.body, /fallback spare has no ready replica/);
  open.gateway.setReplicas('spare', [spare.endpoint]);
  assert.equal((await replyAfterWait()).body, 'spare');
  assert.equal(open.gateway.load('spare').arrivals, 0);
});

test('fallback: one that refuses connections is a 502 that names it', async () => {
  const clock = createVirtualClock(5000);
  const gone = await startReplica(() => {});
  await gone[Symbol.asyncDispose]();
  await using open = await startGateway({
    clock,
    routes: shop({ timeouts: { readinessMs: 25 }, fallback: upstreamOf(gone) }),
  });
  const reply = ask(open.port);
  await until(() => open.gateway.load('shop').pending === 1);
  await clock.advance(25);
  const { status, body } = await reply;
  assert.equal(status, 502);
  assert.match(body, /fallback spare cannot be reached/);
});

const waits: readonly { name: string; timeouts: NonNullable<Route['timeouts']>; goneAfterMs: number }[] = [
  { name: "its own in place of the gateway's", timeouts: { readinessMs: 25 }, goneAfterMs: 25 },
  { name: "longer than the gateway's", timeouts: { readinessMs: 90_000 }, goneAfterMs: 90_000 },
  {
    name: 'none, but the request has a deadline',
    timeouts: { readinessMs: 0, requestMs: 70_000 },
    goneAfterMs: 70_000,
  },
  {
    name: 'the deadline of the request comes first',
    timeouts: { readinessMs: 50, requestMs: 40 },
    goneAfterMs: 40,
  },
];
for (const { name, timeouts, goneAfterMs } of waits) {
  test(`readiness timeout of a route: ${name}`, async () => {
    const clock = createVirtualClock(5000);
    await using open = await startGateway({ clock, routes: shop({ timeouts }) });
    const reply = ask(open.port);
    await until(() => open.gateway.load('shop').pending === 1);
    await clock.advance(goneAfterMs - 1);
    assert.equal(open.gateway.load('shop').pending, 1);
    await clock.advance(1);
    assert.equal((await reply).status, 504);
  });
}

test('readiness timeout of a route: when the deadline of the request is over too, no fallback is asked', async () => {
  const clock = createVirtualClock(5000);
  await using spare = await startReplica(() => assert.fail('nobody has time for this answer'));
  const timeouts = { readinessMs: 50, requestMs: 50 };
  await using open = await startGateway({ clock, routes: shop({ timeouts, fallback: upstreamOf(spare) }) });
  const reply = ask(open.port);
  await until(() => open.gateway.load('shop').pending === 1);
  await clock.advance(50);
  assert.equal((await reply).status, 504);
});

test('request timeout: a replica that has not answered by then is a 504, one in the middle is cut', async () => {
  const clock = createVirtualClock(5000);
  const answers: ServerResponse[] = [];
  await using replica = await startReplica((_, response) => void answers.push(response));
  await using open = await startGateway({ clock, routes: shop({ timeouts: { requestMs: 1000 } }) }, [
    replica.endpoint,
  ]);
  const silent = ask(open.port);
  const begun = ask(open.port);
  const cut = assert.rejects(begun, { code: 'ECONNRESET' });
  await until(() => answers.length === 2);
  answers[1]?.write('some');
  await until(
    () => open.metric('http_responses_total', { code: '200' }) === 0 && answers[1]?.headersSent === true,
  );
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(1000);
  const { status, body } = await silent;
  assert.equal(status, 504);
  assert.match(body, /within the time that its route allows/);
  await cut;
  await until(() => open.gateway.load('shop').inFlight === 0);
});

test('request timeout: a tunnel ends too', async () => {
  const clock = createVirtualClock(5000);
  await using replica = await startReplica(() => {});
  replica.server.on('upgrade', (_, socket) => {
    socket.on('error', () => {}).on('end', () => socket.end());
    socket.resume();
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  });
  await using open = await startGateway({ clock, routes: shop({ timeouts: { requestMs: 1000 } }) }, [
    replica.endpoint,
  ]);
  const { socket, answer } = talk(
    open.port,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
  );
  await once(socket, 'data');
  await clock.advance(1000);
  assert.match(await answer, /^HTTP\/1.1 101/);
});

test('response header timeout of a route: its own, or none', async () => {
  for (const [responseHeaderMs, status] of [
    [10, 504],
    [0, 200],
  ] as const) {
    const clock = createVirtualClock(5000);
    const answers: ServerResponse[] = [];
    await using replica = await startReplica((_, response) => void answers.push(response));
    await using open = await startGateway({ clock, routes: shop({ timeouts: { responseHeaderMs } }) }, [
      replica.endpoint,
    ]);
    const reply = ask(open.port);
    await until(() => answers.length === 1);
    await clock.advance(responseHeaderMs === 0 ? 3_600_000 : responseHeaderMs);
    answers[0]?.end();
    assert.equal((await reply).status, status);
  }
});

test('the cold start header can be switched off', async () => {
  await using replica = await startReplica((_, response) => void response.end());
  await using open = await startGateway({ coldStartHeader: false }, [replica.endpoint]);
  assert.equal((await ask(open.port)).headers['x-keda-http-cold-start'], undefined);
});

test('load by route: each has its own part of what its scale target has', async () => {
  const answers: ServerResponse[] = [];
  await using replica = await startReplica((_, response) => void answers.push(response), { slots: 1 });
  const routes: readonly Route[] = [
    { name: 'blue', target: 'shop', rules: [{ hosts: ['blue.example'] }] },
    { name: 'red', target: 'shop', rules: [{ hosts: ['red.example'] }] },
  ];
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const blue = ask(open.port, { headers: { host: 'blue.example' } });
  await until(() => answers.length === 1);
  const red = ask(open.port, { headers: { host: 'red.example' } });
  await until(() => open.gateway.load('shop').pending === 1);
  const of = (route: string) => {
    const { target, pending, inFlight, arrivals } = open.gateway.routeLoad(route);
    return { target, pending, inFlight, arrivals };
  };
  assert.deepEqual(of('blue'), { target: 'shop', pending: 0, inFlight: 1, arrivals: 1 });
  assert.deepEqual(of('red'), { target: 'shop', pending: 1, inFlight: 0, arrivals: 1 });
  answers[0]?.end();
  await until(() => answers.length === 2);
  answers[1]?.end();
  await Promise.all([blue, red]);
  assert.deepEqual(of('red'), { target: 'shop', pending: 0, inFlight: 0, arrivals: 1 });
  assert.equal(of('nobody').arrivals, 0);
});
