import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { ask, startGateway, startReplica, talk, until } from './gateway-fixture.ts';

const rubbish: readonly { name: string; bytes: string; want: RegExp }[] = [
  { name: 'no HTTP at all', bytes: 'hello\r\n\r\n', want: /^HTTP\/1\.1 400 .*"code":"invalid-argument"/s },
  { name: 'no Host', bytes: 'GET / HTTP/1.1\r\n\r\n', want: /^HTTP\/1\.1 400/ },
  {
    name: 'two Hosts',
    bytes: 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    want: /^HTTP\/1\.1 400 .*one Host header/s,
  },
  {
    name: 'Content-Length and Transfer-Encoding',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    want: /^HTTP\/1\.1 400/,
  },
  {
    name: 'two different Content-Lengths',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd',
    want: /^HTTP\/1\.1 400/,
  },
  {
    name: 'a transfer coding that is not chunked',
    bytes:
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    want: /^HTTP\/1\.1 501 .*gzip, chunked/s,
  },
  {
    name: 'a space before the colon',
    bytes: 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 4\r\n\r\nabcd',
    want: /^HTTP\/1\.1 400/,
  },
  {
    name: 'a header that smuggles a line',
    bytes: 'GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n',
    want: /^HTTP\/1\.1 400/,
  },
  {
    name: 'a header bomb',
    bytes: `GET / HTTP/1.1\r\nHost: a\r\n${'X-Bomb: 1\r\n'.repeat(10_000)}\r\n`,
    want: /^HTTP\/1\.1 431 .*32 KiB/s,
  },
  {
    name: 'one enormous header',
    bytes: `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}`,
    want: /^HTTP\/1\.1 431/,
  },
  {
    name: 'an enormous path',
    bytes: `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    want: /^HTTP\/1\.1 431/,
  },
  {
    name: 'a request target that is no path',
    bytes: 'GET ftp://a/b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    want: /^HTTP\/1\.1 400/,
  },
  {
    name: 'a broken chunk in the body',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    want: /^(HTTP\/1\.1 [45]\d\d|$)/,
  },
];

for (const { name, bytes, want } of rubbish) {
  test(`rubbish: ${name}: answered, closed, and the next client is served`, async () => {
    let reached = 0;
    await using replica = await startReplica((incoming, response) => {
      reached += 1;
      incoming.on('error', () => {});
      incoming.on('end', () => response.end('fine'));
      incoming.resume();
    });
    await using open = await startGateway({}, [replica.endpoint]);
    const answer = await talk(open.port, bytes).answer;
    assert.match(answer, want);
    assert.ok((answer.match(/^HTTP\/1\.1 \d/gm) ?? []).length <= 1, 'one answer, not two');
    await until(() => open.gateway.load('shop').inFlight === 0);
    const before = reached;
    assert.equal((await ask(open.port)).body, 'fine');
    assert.equal(reached, before + 1);
  });
}

test('a head that does not come in time: 408, closed', async () => {
  await using open = await startGateway({ timeouts: { requestHeadersMs: 50 } });
  const slow = talk(open.port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow');
  assert.match(await slow.answer, /^HTTP\/1\.1 408 /);
});

test('a body that stops coming: 400, and the slot is free again', async () => {
  const clock = createVirtualClock();
  let got = 0;
  await using replica = await startReplica((incoming) => {
    incoming.on('error', () => {});
    incoming.on('data', (piece: Buffer) => (got += piece.length));
  });
  await using open = await startGateway({ clock }, [replica.endpoint]);
  const slow = talk(open.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf');
  await until(() => got === 4);
  await clock.advance(59_000);
  slow.socket.write('more');
  await until(() => got === 8);
  await clock.advance(1000);
  assert.equal(open.gateway.load('shop').inFlight, 1, 'it has moved on within the minute');
  await clock.advance(60_000);
  assert.match(await slow.answer, /^HTTP\/1\.1 400 .*nothing for 60000 ms/s);
  assert.equal(open.gateway.load('shop').inFlight, 0);
});

test('a listener that throws stops neither the request nor the other listeners', async () => {
  await using replica = await startReplica((_, response) => void response.end());
  await using open = await startGateway({}, [replica.endpoint]);
  const changes: string[] = [];
  open.gateway.onLoadChange(() => {
    throw new Error('listener');
  });
  const stop = open.gateway.onLoadChange((_, change) => void changes.push(change));
  assert.equal((await ask(open.port)).status, 200);
  await until(() => changes.length === 2);
  stop();
  assert.equal((await ask(open.port)).status, 200);
  assert.deepEqual(changes, ['arrival', 'end']);
});

test('a method nobody knows, and 40 made-up ones: one series, answered', async () => {
  await using replica = await startReplica((incoming, response) => void response.end(incoming.method));
  await using open = await startGateway({}, [replica.endpoint]);
  assert.equal((await ask(open.port, { method: 'PROPFIND' })).body, 'PROPFIND');
  assert.equal((await ask(open.port, { method: 'REPORT' })).body, 'REPORT');
  assert.equal(open.metric('http_requests_total', { target: 'shop', method: 'OTHER' }), 2);
});
