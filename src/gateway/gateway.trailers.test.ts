import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway, startReplica, talk } from './gateway-fixture.ts';

const body = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

// An announcement of trailers that cannot come is left out, and the message passes.
const cases: readonly { name: string; ask: string; answer: string; want: RegExp }[] = [
  { name: 'of a GET', ask: 'GET / HTTP/1.1\r\nTrailer: x', answer: body, want: /200 OK.*ok$/s },
  {
    name: 'of an upgrade',
    ask: 'GET / HTTP/1.1\r\nTrailer: x\r\nConnection: upgrade\r\nUpgrade: x',
    answer: body,
    want: /200 OK.*ok$/s,
  },
  {
    name: 'of a body with a length',
    ask: 'GET / HTTP/1.1',
    answer: body.replace('OK', 'OK\r\nTrailer: x'),
    want: /200 OK.*ok$/s,
  },
  {
    name: 'in the answer to HEAD',
    ask: 'HEAD / HTTP/1.1',
    answer: 'HTTP/1.1 200 OK\r\nTrailer: x\r\nTransfer-Encoding: chunked\r\n\r\n',
    want: /200 OK/,
  },
  {
    name: 'in a 304',
    ask: 'GET / HTTP/1.1',
    answer: 'HTTP/1.1 304 Not Modified\r\nTrailer: x\r\n\r\n',
    want: /304/,
  },
  {
    name: 'for a client of HTTP/1.0',
    ask: 'GET / HTTP/1.0',
    answer: 'HTTP/1.1 200 OK\r\nTrailer: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx: y\r\n\r\n',
    want: /200 OK.*ok$/s,
  },
];
for (const { name, ask, answer: given, want } of cases) {
  test(`the header Trailer ${name} is left out`, async () => {
    await using replica = await startReplica((incoming) => void incoming.socket.end(given));
    replica.server.on('upgrade', (_incoming, socket) => socket.end(given));
    await using open = await startGateway({}, [replica.endpoint]);
    const more = ask.includes('Connection') ? '' : '\r\nConnection: close';
    const { answer } = talk(open.port, `${ask}\r\nHost: shop${more}\r\n\r\n`);
    assert.match(await answer, want);
    assert.doesNotMatch(await answer, /Trailer/i);
  });
}

test('a chunked answer keeps its header Trailer and its trailers', async () => {
  await using replica = await startReplica((_incoming, response) => {
    response.writeHead(200, { trailer: 'x-sum' });
    response.write('ok');
    response.addTrailers({ 'x-sum': '42' });
    response.end();
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const { answer } = talk(open.port, 'GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n');
  assert.match(await answer, /trailer: x-sum.*x-sum: 42/is);
});

test('the status line of a refusal has its own words, not those of the head that was refused', async () => {
  await using replica = await startReplica((incoming) => {
    incoming.socket.end('HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n');
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const { answer } = talk(open.port, 'GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n');
  assert.match(await answer, /^HTTP\/1\.1 502 Bad Gateway/);
});
