import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { ReplicaEndpoint } from '../contract/load.ts';
import { addressOf, listenOn } from '../platform/http-server.ts';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { ask, startGateway, startReplica, until } from './gateway-fixture.ts';

/** An address where nobody listens. */
async function deadEndpoint(id = 'dead'): Promise<ReplicaEndpoint> {
  const replica = await startReplica(() => {}, { id });
  await replica[Symbol.asyncDispose]();
  return { ...replica.endpoint, slots: 2 };
}

test('connection refused: another replica answers, also a POST', async () => {
  await using good = await startReplica((incoming, response) => void incoming.pipe(response), { id: 'good' });
  await using open = await startGateway({}, [await deadEndpoint(), good.endpoint]);
  const { status, body, headers } = await ask(open.port, { method: 'POST', body: 'order' });
  assert.deepEqual([status, body, headers['x-sluice-replica']], [200, 'order', 'good']);
  assert.equal(open.metric('sluice_requests_retried_total', { reason: 'not-connected' }), 1);
  // It is put aside: the next request does not try it first again.
  await ask(open.port);
  assert.equal(open.metric('sluice_requests_retried_total', { reason: 'not-connected' }), 1);
});

test('connection refused by the only replica: held until it accepts, longer pauses, no spinning', async () => {
  const clock = createVirtualClock();
  const dead = await deadEndpoint();
  await using open = await startGateway({ clock, retry: { asideMs: 100 } }, [dead]);
  const retries = (): number => open.metric('sluice_requests_retried_total', { reason: 'not-connected' });
  const reply = ask(open.port, { method: 'POST', body: 'order' });
  // 0, 100, 300, 700, 1500, 3100 (pauses double up to 2000), 5100 ms
  for (const [atMs, want] of [
    [0, 1],
    [100, 2],
    [300, 3],
    [700, 4],
    [1500, 5],
    [3100, 6],
    [5100, 7],
  ] as const) {
    await clock.advance(atMs - clock.now());
    await until(() => retries() === want && open.gateway.load('shop').pending === 1, `${want} attempts`);
  }
  await using replica = await startReplica((incoming, response) => void incoming.pipe(response), {
    id: 'new',
  });
  open.gateway.setReplicas('shop', [dead, replica.endpoint]);
  const { status, body, headers } = await reply;
  assert.deepEqual([status, body], [200, 'order']);
  assert.equal(headers['x-sluice-held-ms'], '5100');
  // A ready replica existed all the time, so this was no cold start.
  assert.equal(headers['x-keda-http-cold-start'], 'false');
});

test('connection refused until the timeout: 504', async () => {
  const clock = createVirtualClock();
  await using open = await startGateway({ clock, hold: { timeoutMs: 30 } }, [await deadEndpoint()]);
  const reply = ask(open.port);
  await until(() => open.gateway.load('shop').pending === 1);
  await clock.advance(30);
  assert.equal((await reply).status, 504);
});

const dying: readonly {
  name: string;
  method: string;
  headers?: Record<string, string>;
  body?: string;
  want: [status: number, timesSent: number];
}[] = [
  { name: 'GET is sent again', method: 'GET', want: [200, 2] },
  { name: 'PUT is sent again with its body', method: 'PUT', body: 'x'.repeat(60_000), want: [200, 2] },
  {
    name: 'PUT with a body above the replay buffer is a 502',
    method: 'PUT',
    body: 'x'.repeat(200_000),
    want: [502, 1],
  },
  { name: 'POST is a 502: it may have been done', method: 'POST', body: 'order', want: [502, 1] },
  {
    name: 'POST with an Idempotency-Key is sent again',
    method: 'POST',
    headers: { 'idempotency-key': 'k1' },
    body: 'order',
    want: [200, 2],
  },
];
for (const { name, method, headers = {}, body, want } of dying) {
  test(`a replica that dies before its first byte: ${name}`, async () => {
    let sent = 0;
    const handle = (incoming: IncomingMessage, response: ServerResponse): void => {
      sent += 1;
      const first = sent === 1;
      let bytes = 0;
      incoming.on('error', () => {});
      incoming.on('data', (piece: Buffer) => (bytes += piece.length));
      incoming.on('end', () => {
        if (first) response.destroy();
        else response.end(String(bytes));
      });
    };
    await using replica = await startReplica(handle);
    await using open = await startGateway({}, [replica.endpoint]);
    const reply = await ask(open.port, { method, headers, ...(body === undefined ? {} : { body }) });
    assert.deepEqual([reply.status, sent], want);
    if (reply.status === 200) assert.equal(reply.body, String(body?.length ?? 0));
    else assert.match(reply.body, /"code":"upstream-failed"/);
    assert.equal(open.gateway.load('shop').inFlight, 0);
  });
}

test('a replica that always dies: three attempts, then 502', async () => {
  let sent = 0;
  await using replica = await startReplica((_, response) => {
    sent += 1;
    response.destroy();
  });
  await using open = await startGateway({}, [replica.endpoint]);
  assert.equal((await ask(open.port)).status, 502);
  assert.equal(sent, 3);
  assert.equal(open.metric('sluice_requests_rejected_total', { target: 'shop', reason: 'no-answer' }), 1);
});

test('no response head in time: 504, and the replica is told', async () => {
  const clock = createVirtualClock();
  let closed = false;
  let asked = false;
  await using replica = await startReplica((_, response) => {
    asked = true;
    response.on('close', () => (closed = true));
  });
  await using open = await startGateway({ clock }, [replica.endpoint]);
  const reply = ask(open.port);
  await until(() => asked);
  await clock.advance(300_000);
  const { status, body } = await reply;
  assert.equal(status, 504);
  assert.match(body, /no response head within 300000 ms/);
  await until(() => closed);
});

test('rubbish from a replica is a 502', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  });
  await listenOn(server, { host: '127.0.0.1', port: 0 });
  const address = addressOf(server);
  await using open = await startGateway({}, [
    { id: 'odd', target: 'shop', address, state: 'ready', slots: 1 },
  ]);
  assert.equal((await ask(open.port, { method: 'POST', body: 'x' })).status, 502);
  server.close();
});

test('kept connections that a replica closes while idle are not used again', async () => {
  await using replica = await startReplica((incoming, response) => void incoming.pipe(response));
  await using open = await startGateway({}, [replica.endpoint]);
  assert.equal((await ask(open.port, { method: 'POST', body: 'one' })).status, 200);
  replica.server.closeAllConnections();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await ask(open.port, { method: 'POST', body: 'two' })).body, 'two');
});

test('a replica that switches protocols unasked: 502 at once, not after the time for a head', async () => {
  await using replica = await startReplica((incoming) => {
    incoming.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
  });
  await using open = await startGateway({}, [replica.endpoint]);
  for (const method of ['GET', 'POST']) assert.equal((await ask(open.port, { method })).status, 502);
  assert.equal(open.gateway.load('shop').inFlight, 0);
});
