import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  askOverHttp2,
  startGateway,
  startHttp2Replica,
  startReplica,
  talk,
  until,
} from './gateway-fixture.ts';

const smuggled = 'GET /admin HTTP/1.1\r\nHost: x\r\n\r\n';

for (const method of ['GET', 'DELETE', 'POST']) {
  test(`${method}: a body whose length Connection names is no second request at the replica`, async () => {
    const asked: string[] = [];
    await using replica = await startReplica((incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      let body = '';
      incoming.on('data', (piece: Buffer) => (body += piece.toString()));
      incoming.on('end', () => response.end(body));
    });
    await using open = await startGateway({}, [replica.endpoint]);
    const { answer } = talk(
      open.port,
      `${method} / HTTP/1.1\r\nHost: shop\r\nConnection: content-length, close\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    );
    assert.match(await answer, /^HTTP\/1\.1 200 .*GET \/admin/s);
    assert.deepEqual(asked, [`${method} /`]);
  });
}

test('what proxies before us said of the client cannot be taken away by Connection', async () => {
  await using replica = await startReplica((incoming, response) =>
    response.end([incoming.headers['x-forwarded-proto'], incoming.headers['x-forwarded-host']].join(' ')),
  );
  await using open = await startGateway({}, [replica.endpoint]);
  const { answer } = talk(
    open.port,
    'GET / HTTP/1.1\r\nHost: shop\r\nConnection: x-forwarded-proto, x-forwarded-host, close\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example\r\n\r\n',
  );
  assert.match(await answer, /https shop\.example/);
});

const trailers = 'TE: gzip\r\nHost: evil\r\nX-Forwarded-For: 9.9.9.9\r\nAuthorization: x\r\nX-Sum: 42';
const body = `3\r\nabc\r\n0\r\n${trailers}\r\n\r\n`;

test('trailers of a client that stand for something before the body do not reach a replica of HTTP/2', async () => {
  let seen: readonly string[] = [];
  await using replica = await startHttp2Replica((stream) => {
    stream.on('trailers', (_headers, _flags, raw: readonly string[]) => (seen = raw));
    stream.on('end', () => stream.respond({ ':status': 200 }, { endStream: true }));
    stream.resume();
  });
  const routes = [{ name: 'shop', target: 'shop', rules: [], protocol: 'h2c' as const }];
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const { answer } = talk(
    open.port,
    `POST / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
  );
  assert.match(await answer, /^HTTP\/1\.1 200/);
  assert.deepEqual(seen, ['x-sum', '42']);
});

test('nor do those of a replica of HTTP/1.1 end the gateway when the client speaks HTTP/2', async () => {
  await using replica = await startReplica((incoming) => {
    incoming.socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const reply = await askOverHttp2(open.port);
  assert.deepEqual([reply.status, reply.body, reply.trailers['x-sum']], [200, 'abc', '42']);
  assert.deepEqual([reply.trailers['te'], reply.trailers['authorization']], [undefined, undefined]);
  await until(() => open.gateway.load('shop').inFlight === 0);
});

for (const host of ['shop/evil?', 'shop,evil', 'user@shop', 'shop evil', 'shop#', 'shop\\evil']) {
  test(`a Host header that names no host is refused: ${host}`, async () => {
    await using open = await startGateway();
    const { answer } = talk(open.port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assert.match(await answer, /^HTTP\/1\.1 400 .*Expected a host in the Host header/s);
  });
}

test('the absolute form over HTTP/2 does not name another host than :authority', async () => {
  await using replica = await startReplica((incoming, response) => response.end(incoming.headers.host));
  await using open = await startGateway({}, [replica.endpoint]);
  const reply = await askOverHttp2(open.port, { path: 'http://evil/x', headers: { ':scheme': 'ftp' } });
  assert.equal(reply.status, 400);
});

for (const upgrade of ['h2c', 'x, h2c', 'H2C , x']) {
  test(`an offer of h2c is not passed on: ${upgrade}`, async () => {
    await using replica = await startReplica((incoming, response) =>
      response.end(`upgrade=${incoming.headers.upgrade}`),
    );
    await using open = await startGateway({}, [replica.endpoint]);
    const { answer, socket } = talk(
      open.port,
      `GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\nUpgrade: ${upgrade}\r\n\r\n`,
    );
    assert.match(await answer, /^HTTP\/1\.1 200 .*upgrade=undefined/s);
    socket.destroy();
  });
}

test('an upgrade behind a request without an answer is a plain request, answered in its turn', async () => {
  let endSlow = (): void => {};
  await using replica = await startReplica((incoming, response) => {
    const end = (): void => void response.end(`plain ${incoming.url};`);
    if (incoming.url === '/slow') endSlow = end;
    else {
      end();
      endSlow();
    }
  });
  replica.server.on('upgrade', (_incoming, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
  await using open = await startGateway({}, [replica.endpoint]);
  const { answer } = talk(
    open.port,
    'GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\nUpgrade: x\r\n\r\n',
  );
  assert.match(await answer, /200 OK.*plain \/slow;.*200 OK.*plain \/ws;/s);
});
