import { HttpResponse } from '../platform/http-message.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { AppError } from '../contract/app-error.ts';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { ask, startGateway, startReplica, talk, until } from './gateway-fixture.ts';

test('a request at 0 replicas is held, and released the moment a replica is ready', async () => {
  await using replica = await startReplica((_, response) => void response.end('hello'));
  const clock = createVirtualClock(5000);
  await using held = await startGateway({ clock });
  const changes: string[] = [];
  held.gateway.onLoadChange((target, change) => {
    const { pending, inFlight, arrivals } = held.gateway.load(target);
    changes.push(`${target} ${change} pending=${pending} inFlight=${inFlight} arrivals=${arrivals}`);
  });
  const reply = ask(held.port);
  await until(() => held.gateway.load('shop').pending === 1);
  // The rate that must wake a replica sees the request while it is held.
  assert.equal(held.metric('http_requests_total', { target: 'shop', method: 'GET' }), 1);
  assert.equal(held.metric('http_responses_total', { target: 'shop' }), 0);
  assert.equal(held.metric('sluice_requests_pending', { target: 'shop' }), 1);
  // A starting replica releases nobody.
  held.gateway.setReplicas('shop', [{ ...replica.endpoint, state: 'starting' }]);
  assert.equal(held.gateway.load('shop').pending, 1);
  await clock.advance(1234);
  held.gateway.setReplicas('shop', [replica.endpoint]);
  assert.equal(held.gateway.load('shop').pending, 0, 'released in the same turn');
  assert.deepEqual([...held.gateway.load('shop').inFlightByReplica], [['replica-1', 1]]);
  const { status, body, headers } = await reply;
  assert.equal(status, 200);
  assert.equal(body, 'hello');
  assert.equal(headers['x-keda-http-cold-start'], 'true');
  assert.equal(headers['x-sluice-held-ms'], '1234');
  assert.equal(headers['x-sluice-replica'], 'replica-1');
  assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/);
  await until(() => changes.length === 2);
  assert.deepEqual(changes, [
    'shop arrival pending=1 inFlight=0 arrivals=1',
    'shop end pending=0 inFlight=0 arrivals=1',
  ]);
  assert.deepEqual(held.gateway.load('shop'), {
    target: 'shop',
    atMs: 6234,
    pending: 0,
    inFlight: 0,
    arrivals: 1,
    lastActivityMs: 6234,
    inFlightByReplica: new Map(),
  });
  assert.equal(held.metric('sluice_cold_starts_total', { target: 'shop' }), 1);
  assert.equal(held.metric('http_responses_total', { target: 'shop', code: '200', method: 'GET' }), 1);
});

test('a request that finds a free slot was not held and is no cold start', async () => {
  await using replica = await startReplica((_, response) => void response.end());
  await using open = await startGateway({}, [replica.endpoint]);
  const { headers } = await ask(open.port, { headers: { 'x-request-id': 'mine-1' } });
  assert.equal(headers['x-keda-http-cold-start'], 'false');
  assert.equal(headers['x-sluice-held-ms'], '0');
  assert.equal(headers['x-request-id'], 'mine-1');
});

test('waiting for a busy replica is holding, but no cold start', async () => {
  const answers: ServerResponse[] = [];
  await using replica = await startReplica((_, response) => void answers.push(response), { slots: 1 });
  await using busy = await startGateway({}, [replica.endpoint]);
  const first = ask(busy.port);
  await until(() => answers.length === 1);
  const second = ask(busy.port);
  await until(() => busy.gateway.load('shop').pending === 1);
  answers[0]?.end('one');
  await first;
  await until(() => answers.length === 2, 'the second request reached the replica');
  answers[1]?.end('two');
  assert.equal((await second).headers['x-keda-http-cold-start'], 'false');
});

test('500 held requests are answered in the order of their arrival, never above the slots', async () => {
  const seen: string[] = [];
  let atOnce = 0;
  let most = 0;
  await using replica = await startReplica(
    (request, response) => {
      seen.push(String(request.url));
      atOnce += 1;
      most = Math.max(most, atOnce);
      setImmediate(() => {
        atOnce -= 1;
        response.end();
      });
    },
    { slots: 1 },
  );
  await using held = await startGateway();
  const replies: Promise<{ status: number }>[] = [];
  const want: string[] = [];
  for (let index = 0; index < 500; index += 1) {
    want.push(`/${index}`);
    replies.push(ask(held.port, { path: `/${index}` }));
    if (index % 50 === 49) await until(() => held.gateway.load('shop').pending === index + 1);
  }
  held.gateway.setReplicas('shop', [replica.endpoint]);
  const statuses = new Set((await Promise.all(replies)).map(({ status }) => status));
  assert.deepEqual([...statuses], [200]);
  // Connections of one batch are accepted in any order: batches keep theirs.
  const batchOf = (path: string): number => Math.floor(Number(path.slice(1)) / 50);
  assert.deepEqual(seen.map(batchOf), want.map(batchOf));
  assert.equal(new Set(seen).size, 500);
  assert.equal(most, 1);
});

test('requests fill the busiest replica first and never go above its slots', async () => {
  const answers: ServerResponse[] = [];
  const keep = (_: unknown, response: ServerResponse): void => void answers.push(response);
  await using a = await startReplica(keep, { id: 'a', slots: 2 });
  await using b = await startReplica(keep, { id: 'b', slots: 3 });
  await using packed = await startGateway({}, [a.endpoint, b.endpoint]);
  const replies: Promise<unknown>[] = [];
  const loads: string[] = [];
  for (let index = 1; index <= 6; index += 1) {
    replies.push(ask(packed.port));
    await until(() => packed.gateway.load('shop').arrivals === index);
    const { inFlightByReplica, pending } = packed.gateway.load('shop');
    loads.push(`a=${inFlightByReplica.get('a') ?? 0} b=${inFlightByReplica.get('b') ?? 0} held=${pending}`);
  }
  assert.deepEqual(loads, [
    'a=1 b=0 held=0',
    'a=2 b=0 held=0',
    'a=2 b=1 held=0',
    'a=2 b=2 held=0',
    'a=2 b=3 held=0',
    'a=2 b=3 held=1',
  ]);
  await until(() => answers.length === 5);
  for (const answer of answers.splice(0)) answer.end();
  await until(() => answers.length === 1);
  answers[0]?.end();
  await Promise.all(replies);
});

test('beyond the bound: 503 with Retry-After and our error body; the held ones stay', async () => {
  await using full = await startGateway({ hold: { maxPending: 2 } });
  const waiting = [ask(full.port), ask(full.port)];
  await until(() => full.gateway.load('shop').pending === 2);
  const refused = await ask(full.port);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers['retry-after'], '1');
  assert.match(refused.body, /"code":"unavailable"/);
  assert.match(refused.body, /waiting room is full/);
  assert.equal(full.metric('sluice_requests_rejected_total', { target: 'shop', reason: 'queue-full' }), 1);
  assert.equal(full.gateway.load('shop').pending, 2);
  assert.equal(full.gateway.load('shop').arrivals, 3, 'a refused request is demand too');
  await using replica = await startReplica((_, response) => void response.end());
  full.gateway.setReplicas('shop', [replica.endpoint]);
  assert.deepEqual(
    (await Promise.all(waiting)).map(({ status }) => status),
    [200, 200],
  );
});

test('body bytes in memory are bounded: what is declared counts, and of a long body no more than is read ahead', async () => {
  await using full = await startGateway({ hold: { maxPendingBytes: 70_000 } });
  const hangUp = new AbortController();
  // 20 MB declared, 64 KiB counted: fits.
  const upload = talk(full.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\nx');
  await until(() => full.gateway.load('shop').pending === 1);
  const small = ask(full.port, { method: 'POST', body: 'x'.repeat(1000), signal: hangUp.signal }).catch(
    String,
  );
  await until(() => full.gateway.load('shop').pending === 2);
  assert.equal((await ask(full.port, { method: 'POST', body: 'x'.repeat(10_000) })).status, 503);
  upload.socket.destroy();
  await until(() => full.gateway.load('shop').pending === 1);
  hangUp.abort();
  await small;
});

test('after the timeout: 504 with Retry-After', async () => {
  const clock = createVirtualClock();
  await using late = await startGateway({ clock, hold: { timeoutMs: 60_000 } });
  const reply = ask(late.port);
  await until(() => late.gateway.load('shop').pending === 1);
  await clock.advance(59_999);
  assert.equal(late.gateway.load('shop').pending, 1);
  await clock.advance(1);
  const { status, headers, body } = await reply;
  assert.equal(status, 504);
  assert.equal(headers['retry-after'], '5');
  assert.match(body, /within 60000 ms.*"code":"deadline-exceeded"/);
  assert.equal(late.metric('http_responses_total', { target: 'shop', code: '504', method: 'GET' }), 1);
});

test('a client that hangs up leaves the room at once, and the load ends', async () => {
  await using held = await startGateway();
  let ends = 0;
  held.gateway.onLoadChange((_, change) => void (ends += change === 'end' ? 1 : 0));
  const plain = talk(held.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const upgrade = talk(
    held.port,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
  );
  await until(() => held.gateway.load('shop').pending === 2);
  plain.socket.destroy();
  await until(() => held.gateway.load('shop').pending === 1);
  upgrade.socket.end();
  await until(() => held.gateway.load('shop').pending === 0);
  await until(() => ends === 2);
  assert.equal(held.metric('http_responses_total', { target: 'shop', code: '499', method: 'GET' }), 2);
});

test('the body of a held request is not read', async () => {
  await using held = await startGateway();
  const { socket } = talk(held.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n');
  await once(socket, 'connect');
  const piece = Buffer.alloc(2 ** 20);
  for (let index = 0; index < 40; index += 1) socket.write(piece);
  await until(() => held.gateway.load('shop').pending === 1);
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  // The kernel's buffers take a few MB; the rest stays with the client.
  assert.ok(socket.writableLength > 20 * 2 ** 20, `${socket.writableLength} bytes stay with the client`);
  socket.destroy();
});

test('two targets share a full room evenly', async () => {
  await using shared = await startGateway({
    routes: [
      { name: 'shop', target: 'shop', rules: [] },
      { name: 'blog', target: 'blog', rules: [{ hosts: ['blog.example'] }] },
    ],
    hold: { maxPendingTotal: 4 },
  });
  const shop = Array.from({ length: 4 }, () => ask(shared.port).catch(String));
  await until(() => shared.gateway.load('shop').pending === 4);
  const blog = Array.from({ length: 2 }, () =>
    ask(shared.port, { headers: { host: 'blog.example' } }).catch(String),
  );
  await until(() => shared.gateway.load('blog').pending === 2);
  assert.equal(shared.gateway.load('shop').pending, 2);
  assert.equal(shared.metric('sluice_requests_rejected_total', { target: 'shop', reason: 'displaced' }), 2);
  const third = await ask(shared.port, { headers: { host: 'blog.example' } });
  assert.equal(third.status, 503);
  await shared.gateway.close(0);
  await Promise.all([...shop, ...blog]);
});

test('draining: no new requests, and whenDrained resolves after the last', async () => {
  const answers: ServerResponse[] = [];
  await using old = await startReplica((_, response) => void answers.push(response), { id: 'old' });
  await using next = await startReplica((_, response) => void response.end('next'), { id: 'next' });
  await using open = await startGateway({}, [old.endpoint]);
  const slow = ask(open.port);
  await until(() => answers.length === 1);
  open.gateway.setReplicas('shop', [{ ...old.endpoint, state: 'draining' }, next.endpoint]);
  let drained = false;
  const done = open.gateway.whenDrained('old').then(() => (drained = true));
  assert.equal((await ask(open.port)).body, 'next');
  await open.gateway.whenDrained('next');
  await open.gateway.whenDrained('never-heard-of');
  await assert.rejects(open.gateway.whenDrained('old', AbortSignal.abort(new Error('enough'))), /enough/);
  // Also when the list no longer has it.
  open.gateway.setReplicas('shop', [next.endpoint]);
  assert.equal(drained, false);
  answers[0]?.end('old');
  assert.equal((await slow).body, 'old');
  await done;
});

test('close: the held are refused, what is under way ends, new connections are refused', async () => {
  const answers: ServerResponse[] = [];
  await using replica = await startReplica((_, response) => void answers.push(response), { slots: 1 });
  await using open = await startGateway({}, [replica.endpoint]);
  const running = ask(open.port);
  await until(() => answers.length === 1);
  const held = ask(open.port);
  await until(() => open.gateway.load('shop').pending === 1);
  const closed = open.gateway.close(10_000);
  assert.equal((await held).status, 503);
  await assert.rejects(ask(open.port), { code: 'ECONNREFUSED' });
  answers[0]?.end('finished');
  assert.equal((await running).body, 'finished');
  await closed;
});

test('close: what has not ended after the grace is cut', async () => {
  const clock = createVirtualClock();
  const answers: ServerResponse[] = [];
  await using replica = await startReplica((_, response) => void answers.push(response));
  await using open = await startGateway({ clock }, [replica.endpoint]);
  const running = ask(open.port);
  await until(() => answers.length === 1);
  const closed = open.gateway.close(3000);
  const cut = assert.rejects(running, { code: 'ECONNRESET' });
  await clock.advance(3000);
  await cut;
  await closed;
});

test('what the gateway answers itself is not demand, and works at 0 replicas', async () => {
  await using open = await startGateway({
    local: (pathname) => (pathname === '/scaling' ? async () => HttpResponse.json({ replicas: 0 }) : null),
  });
  const reply = await ask(open.port, { path: '/scaling?x=1' });
  assert.equal(reply.body, '{"replicas":0}');
  assert.equal(open.gateway.load('shop').arrivals, 0);
  assert.equal(open.metric('http_requests_total', { target: 'shop', method: 'GET' }), 0);
});

test('no route: 404 with what was looked for', async () => {
  await using open = await startGateway({
    routes: [{ name: 'shop', target: 'shop', rules: [{ hosts: ['shop.example'] }] }],
  });
  const reply = await ask(open.port, { path: '/x', headers: { host: 'other.example:80' } });
  assert.equal(reply.status, 404);
  assert.match(reply.body, /other\.example.*\/x/);
});

test('a caller that is not admitted is no demand: it wakes nobody', async () => {
  const admit = (): never => {
    throw new AppError('permission-denied', 'Expected a program.', { param: 'origin' });
  };
  await using gateway = await startGateway({ admit });
  const { status, body } = await ask(gateway.port, { method: 'POST', body: 'x' });
  assert.equal(status, 403);
  assert.match(body, /Expected a program/);
  assert.equal(gateway.gateway.load('shop').arrivals, 0);
  assert.equal(
    gateway.metric('sluice_requests_rejected_total', { target: 'shop', reason: 'not-admitted' }),
    1,
  );
});

test('a gate that holds nobody says whom it refused, until somebody would get a slot', async () => {
  await using replica = await startReplica((_, response) => void response.end('hello'));
  const clock = createVirtualClock(5000);
  await using gate = await startGateway({ clock, hold: { maxPending: 0, timeoutMs: 60_000 } });
  const seen: (number | undefined)[] = [];
  gate.gateway.onLoadChange((target) => seen.push(gate.gateway.load(target).refusedAtMs));
  assert.equal((await ask(gate.port)).status, 503);
  // Whoever decides on load hears of it at once.
  assert.deepEqual(seen, [undefined, 5000]);
  gate.gateway.setReplicas('shop', [{ ...replica.endpoint, state: 'starting' }]);
  assert.equal(gate.gateway.load('shop').refusedAtMs, 5000);
  await clock.advance(59_999);
  assert.equal(gate.gateway.load('shop').refusedAtMs, 5000);
  await clock.advance(1);
  assert.equal(gate.gateway.load('shop').refusedAtMs, undefined, 'a held request would have timed out');

  assert.equal((await ask(gate.port)).status, 503);
  assert.equal(gate.gateway.load('shop').refusedAtMs, 65_000);
  gate.gateway.setReplicas('shop', [replica.endpoint]);
  assert.equal(gate.gateway.load('shop').refusedAtMs, undefined, 'a slot is free');
  assert.equal((await ask(gate.port)).status, 200);
});

test('a refusal while all slots are taken is over when one is given back', async () => {
  let finish = (): void => {};
  await using replica = await startReplica((_, response) => {
    finish = () => void response.end();
  });
  await using gate = await startGateway({ hold: { maxPending: 0 } }, [{ ...replica.endpoint, slots: 1 }]);
  const first = ask(gate.port);
  await until(() => gate.gateway.load('shop').inFlight === 1);
  assert.equal((await ask(gate.port)).status, 503);
  assert.notEqual(gate.gateway.load('shop').refusedAtMs, undefined);
  finish();
  assert.equal((await first).status, 200);
  assert.equal(gate.gateway.load('shop').refusedAtMs, undefined);
});
