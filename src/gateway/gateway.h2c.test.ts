import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import {
  ask,
  askOverHttp2,
  openHttp2,
  startGateway,
  startHttp2Replica,
  startReplica,
  talk,
  until,
} from './gateway-fixture.ts';

const routes = [{ name: 'shop', target: 'shop', rules: [], protocol: 'h2c' as const }];

/** Answers with what came, and with a trailer. */
const echo = (stream: ServerHttp2Stream): void => {
  stream.respond({ ':status': 200 }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42' }));
  stream.pipe(stream);
};

const pairs: readonly { readonly client: 1 | 2; readonly replica: 1 | 2 }[] = [
  { client: 1, replica: 2 },
  { client: 2, replica: 1 },
  { client: 2, replica: 2 },
];
for (const { client, replica: speaks } of pairs) {
  const asked = client === 1 ? ask : askOverHttp2;
  test(`client HTTP/${client}, replica HTTP/${speaks}: headers, body, answer and trailers`, async () => {
    let seen: Readonly<Record<string, unknown>> = {};
    await using replica =
      speaks === 2
        ? await startHttp2Replica((stream, headers) => {
            seen = headers;
            echo(stream);
          })
        : await startReplica((incoming, response) => {
            seen = { ...incoming.headers, ':path': incoming.url, ':method': incoming.method };
            response.writeHead(200, { trailer: 'x-sum', connection: 'x-private', 'x-private': '1' });
            incoming.on('data', (piece) => response.write(piece));
            incoming.on('end', () => {
              response.addTrailers({ 'x-sum': '42' });
              response.end();
            });
          });
    await using open = await startGateway(speaks === 2 ? { routes } : {}, [replica.endpoint]);
    const reply = await asked(open.port, {
      method: 'POST',
      path: '/a%20b?c=d',
      headers: { 'x-forwarded-for': '10.0.0.1', te: 'trailers', 'proxy-authorization': 'x', cookie: 'a=1' },
      body: 'order',
    });
    assert.deepEqual([reply.status, reply.body, reply.trailers['x-sum']], [200, 'order', '42']);
    assert.equal(reply.headers['x-sluice-replica'], 'replica-1');
    assert.equal(reply.headers['x-keda-http-cold-start'], 'false');
    assert.equal(reply.headers['x-private'], undefined);
    assert.deepEqual([seen[':method'], seen[':path'], seen['cookie']], ['POST', '/a%20b?c=d', 'a=1']);
    assert.equal(seen[speaks === 2 ? ':authority' : 'host'], `127.0.0.1:${open.port}`);
    assert.equal(seen['x-forwarded-for'], '10.0.0.1, 127.0.0.1');
    assert.equal(seen['x-forwarded-host'], `127.0.0.1:${open.port}`);
    assert.equal(seen['x-request-id'], reply.headers['x-request-id']);
    assert.equal(seen['te'], speaks === 2 ? 'trailers' : undefined);
    assert.equal(seen['proxy-authorization'], undefined);
    assert.equal(open.gateway.load('shop').inFlight, 0);
  });

  test(`client HTTP/${client}, replica HTTP/${speaks}: held without a replica, released by one`, async () => {
    await using replica =
      speaks === 2
        ? await startHttp2Replica(echo)
        : await startReplica((incoming, response) => void incoming.pipe(response));
    await using open = await startGateway(speaks === 2 ? { routes } : {});
    const reply = asked(open.port, { method: 'POST', body: 'order' });
    await until(() => open.gateway.load('shop').pending === 1);
    open.gateway.setReplicas('shop', [replica.endpoint]);
    const { body, headers } = await reply;
    assert.deepEqual([body, headers['x-keda-http-cold-start']], ['order', 'true']);
  });

  test(`client HTTP/${client}, replica HTTP/${speaks}: a client that hangs up ends the request at the replica`, async () => {
    let begun = 0;
    let ended = 0;
    const left = new AbortController();
    await using replica =
      speaks === 2
        ? await startHttp2Replica((stream, headers) => {
            begun += 1;
            if (headers[':path'] === '/answer') stream.respond({ ':status': 200 });
            stream.once('close', () => (ended += 1));
          })
        : await startReplica((incoming, response) => {
            begun += 1;
            if (incoming.url === '/answer') response.flushHeaders();
            response.once('close', () => (ended += 1));
          });
    await using open = await startGateway(speaks === 2 ? { routes } : {}, [replica.endpoint]);
    const asks = ['/head', '/answer'].map((path) =>
      assert.rejects(asked(open.port, { path, signal: left.signal })),
    );
    await until(() => begun === 2);
    left.abort();
    await Promise.all(asks);
    await until(() => ended === 2 && open.gateway.load('shop').inFlight === 0);
  });

  test(`client HTTP/${client}, replica HTTP/${speaks}: an answer that stops in the middle is cut, not ended`, async () => {
    const cuts: (() => void)[] = [];
    await using replica =
      speaks === 2
        ? await startHttp2Replica((stream, headers) => {
            stream.respond({ ':status': 200 });
            stream.write('half of');
            // A reset without an error, and a lost connection.
            cuts.push(() =>
              headers[':path'] === '/stream' ? stream.destroy() : stream.session?.socket.destroy(),
            );
          })
        : await startReplica((_, response) => {
            response.write('half of');
            cuts.push(() => response.destroy());
          });
    await using open = await startGateway(speaks === 2 ? { routes } : {}, [replica.endpoint]);
    for (const path of ['/stream', '/connection']) {
      const cut = assert.rejects(asked(open.port, { path }));
      await until(() => cuts.length === 1);
      await new Promise((resolve) => setImmediate(resolve));
      cuts.pop()?.();
      await cut;
    }
    await until(() => open.gateway.load('shop').inFlight === 0);
  });
}

/** A message as gRPC frames it: not compressed, its length, its bytes. */
function framed(text: string): Buffer {
  const frame = Buffer.alloc(5 + Buffer.byteLength(text));
  frame.writeUInt32BE(Buffer.byteLength(text), 1);
  frame.write(text, 5);
  return frame;
}
const grpc = { 'content-type': 'application/grpc', te: 'trailers' };

test('gRPC: a unary call, its status in the trailers', async () => {
  await using replica = await startHttp2Replica((stream, headers) => {
    assert.equal(headers['te'], 'trailers');
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }));
    stream.on('data', (piece) => stream.write(piece));
    stream.on('end', () => stream.end());
  });
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const { body, trailers } = await askOverHttp2(open.port, {
    method: 'POST',
    path: '/shop.Orders/Place',
    headers: grpc,
    body: framed('order').toString(),
  });
  assert.equal(body, framed('order').toString());
  assert.deepEqual(trailers, { 'grpc-status': '0', 'grpc-message': 'fine' });
});

test('gRPC: an error before any message is one frame of headers that ends the stream', async () => {
  await using replica = await startHttp2Replica((stream) => {
    stream.respond({ ':status': 200, 'grpc-status': '12' }, { endStream: true });
  });
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const session = openHttp2(open.port);
  // The client has not ended its side: the answer must come all the same.
  const stream = session.request({ ':method': 'POST', ':path': '/', ...grpc });
  stream.write(framed('first of many'));
  const [headers, flags] = (await once(stream, 'response')) as [Record<string, string>, number];
  assert.equal(headers['grpc-status'], '12');
  assert.ok((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0);
  stream.resume();
  await once(stream, 'close');
  assert.equal(stream.rstCode, constants.NGHTTP2_NO_ERROR);
  await until(() => open.gateway.load('shop').inFlight === 0);
  session.destroy();
});

test('gRPC: both sides stream at once, and the trailers come while the client still sends', async () => {
  await using replica = await startHttp2Replica((stream) => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '8' }));
    stream.on('data', (piece: Buffer) => {
      if (String(piece).includes('enough')) stream.end(framed('stop'));
      else stream.write(piece);
    });
  });
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const session = openHttp2(open.port);
  const stream = session.request({ ':method': 'POST', ':path': '/', ...grpc });
  for (const word of ['one', 'two', 'three']) {
    stream.write(framed(word));
    const [piece] = (await once(stream, 'data')) as [Buffer];
    assert.deepEqual(piece, framed(word), 'each message comes before the next is sent');
  }
  const trailers = once(stream, 'trailers');
  stream.write(framed('enough'));
  const [sent] = (await trailers) as [Record<string, string>];
  assert.equal(sent['grpc-status'], '8');
  await once(stream, 'close');
  assert.equal(stream.rstCode, constants.NGHTTP2_NO_ERROR);
  session.destroy();
});

test('trailers of the request reach the replica', async () => {
  let got: unknown;
  await using replica = await startHttp2Replica((stream) => {
    stream.resume();
    stream.on('trailers', (trailers) => (got = trailers['x-up']));
    stream.on('end', () => {
      stream.respond({ ':status': 204 }, { endStream: true });
    });
  });
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const session = openHttp2(open.port);
  const stream = session.request({ ':method': 'POST', ':path': '/' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-up': '7' }));
  stream.end('body');
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  assert.deepEqual([headers[':status'], got], [204, '7']);
  session.destroy();
});

test('100 streams at once on one connection: one session to the replica, every answer its own', async () => {
  let most = 0;
  let now = 0;
  await using replica = await startHttp2Replica((stream, headers) => {
    now += 1;
    most = Math.max(most, now);
    stream.once('close', () => (now -= 1));
    void until(() => most === 100).then(() => {
      stream.respond({ ':status': 200 });
      stream.end(headers[':path']);
    });
  });
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const session = openHttp2(open.port);
  const replies = await Promise.all(
    Array.from({ length: 100 }, (_, index) => askOverHttp2(session, { path: `/${index}` })),
  );
  assert.deepEqual(
    replies.map(({ body }) => body),
    Array.from({ length: 100 }, (_, index) => `/${index}`),
  );
  assert.equal(replica.sessions.size, 1);
  session.destroy();
});

test('a replica that takes few streams at a time gets a second session, and none is left when idle', async () => {
  const clock = createVirtualClock();
  await using replica = await startHttp2Replica((stream) => {
    void until(() => replica.sessions.size === 3).then(() => {
      stream.respond({ ':status': 200 });
      stream.end();
    });
  }, {});
  replica.server.updateSettings({ maxConcurrentStreams: 2 });
  await using open = await startGateway({ routes, clock }, [replica.endpoint]);
  const session = openHttp2(open.port);
  const first = askOverHttp2(session);
  await until(() => replica.sessions.size === 1);
  await once([...replica.sessions][0] ?? replica.server, 'localSettings');
  const others = Array.from({ length: 4 }, () => askOverHttp2(session));
  await Promise.all([first, ...others]);
  await clock.advance(5000);
  await until(() => replica.sessions.size === 0, 'the idle sessions are closed');
  session.destroy();
});

test('a slow reader slows its replica down, and nobody else on the connection', async () => {
  let written = 0;
  await using replica = await startHttp2Replica((stream, headers) => {
    stream.respond({ ':status': 200 });
    if (headers[':path'] === '/small') {
      stream.end('small');
      return;
    }
    const piece = Buffer.alloc(2 ** 18);
    const more = (): void => {
      while (written < 100 * 2 ** 20) {
        written += piece.length;
        if (!stream.write(piece)) {
          stream.once('drain', more);
          return;
        }
      }
      stream.end();
    };
    more();
  });
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const session = openHttp2(open.port);
  const slow = session.request({ ':path': '/big' });
  await once(slow, 'response');
  let before = -1;
  while (written !== before) {
    before = written;
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(written < 2 * 2 ** 20, `${written} bytes left the replica for a client that read nothing`);
  assert.equal((await askOverHttp2(session, { path: '/small' })).body, 'small');
  session.destroy();
});

test('20 MB up and down at once, unchanged', async () => {
  await using replica = await startHttp2Replica(echo);
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const session = openHttp2(open.port);
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  const wanted = createHash('sha256');
  const got = createHash('sha256');
  const send = (left: number): void => {
    if (left === 0) stream.end();
    else {
      const piece = Buffer.alloc(2 ** 16, `sluice ${left}`);
      wanted.update(piece);
      if (stream.write(piece)) setImmediate(send, left - 1);
      else stream.once('drain', () => send(left - 1));
    }
  };
  send(320);
  for await (const piece of stream) got.update(piece as Buffer);
  assert.equal(got.digest('hex'), wanted.digest('hex'));
  session.destroy();
});

test('the body of a held request stays with the client, but for one window', async () => {
  let got = 0;
  await using replica = await startHttp2Replica((stream) => {
    stream.on('data', (piece: Buffer) => (got += piece.length));
    stream.on('end', () => {
      stream.respond({ ':status': 200 });
      stream.end(String(got));
    });
  });
  await using open = await startGateway({ routes });
  const session = openHttp2(open.port);
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  stream.end(Buffer.alloc(2 ** 20));
  await until(() => open.gateway.load('shop').pending === 1);
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(
    session.socket.bytesWritten < 2 ** 17,
    `${session.socket.bytesWritten} bytes have left the client`,
  );
  open.gateway.setReplicas('shop', [replica.endpoint]);
  const [answer] = (await once(stream, 'data')) as [Buffer];
  assert.equal(answer.toString(), String(2 ** 20));
  session.destroy();
});

test('a held client that leaves without an error, its body unread, is noticed and waits no more', async () => {
  await using open = await startGateway({ routes });
  const session = openHttp2(open.port);
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  stream.write(Buffer.alloc(2 ** 16));
  await until(() => open.gateway.load('shop').pending === 1);
  stream.destroy();
  await until(() => open.gateway.load('shop').pending === 0);
  session.destroy();
});

test('headers that HTTP/2 splits or HTTP/1.1 has no ASCII for come out as they should', async () => {
  let seen: Readonly<Record<string, unknown>> = {};
  await using replica = await startReplica((incoming, response) => {
    seen = incoming.headers;
    response.setHeader('x-name', 'caf\u00e9');
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end();
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const session = openHttp2(open.port);
  const stream = session.request({ ':path': '/', cookie: ['a=1', 'b=2'], 'x-name': 'caf\u00e9' });
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  assert.deepEqual([seen['cookie'], seen['x-name']], ['a=1; b=2', 'caf\u00e9']);
  assert.deepEqual([headers['set-cookie'], headers['x-name']], [['a=1', 'b=2'], 'caf\u00e9']);
  session.destroy();
});

test('100-continue is said by the replica', async () => {
  await using replica = await startHttp2Replica((stream, headers) => {
    assert.equal(headers['expect'], '100-continue');
    stream.additionalHeaders({ ':status': 100 });
    echo(stream);
  });
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const client = talk(
    open.port,
    'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 4\r\n\r\n',
  );
  await once(client.socket, 'data');
  client.socket.write('body');
  assert.match(await client.answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK.*body/s);
});

test('a stream of gRPC may rest; any other upload that stops coming loses its slot', async () => {
  const clock = createVirtualClock();
  let begun = 0;
  await using replica = await startHttp2Replica((stream, headers) => {
    begun += 1;
    if (headers[':path'] === '/now') echo(stream);
  });
  await using open = await startGateway({ routes, clock }, [replica.endpoint]);
  const session = openHttp2(open.port);
  const resting = session.request({ ':method': 'POST', ':path': '/', ...grpc });
  resting.on('error', () => {});
  const stopped = session.request({ ':method': 'POST', ':path': '/' });
  const answer = once(stopped, 'response');
  await until(() => begun === 2);
  await clock.advance(60_000);
  const [headers] = (await answer) as [Record<string, unknown>];
  assert.equal(headers[':status'], 400);
  // The connection is asked whether it is alive; what comes after its answer came after it.
  assert.equal((await askOverHttp2(session, { path: '/now' })).status, 200);
  await clock.advance(60_000);
  assert.equal(open.gateway.load('shop').inFlight, 1);
  resting.destroy();
  await until(() => open.gateway.load('shop').inFlight === 0);
  session.destroy();
});

test('a fallback is spoken to as it wants: an address by its own word, a scale target by its route', async () => {
  const clock = createVirtualClock();
  await using replica = await startHttp2Replica(echo, { id: 'other-1', target: 'other' });
  const { address } = replica.endpoint;
  const upstream =
    address.kind === 'tcp' ? { ...address, name: 'aside', protocol: 'h2c' as const } : assert.fail();
  for (const fallback of [upstream, { kind: 'target' as const, name: 'other' }]) {
    await using open = await startGateway({
      clock,
      routes: [
        { name: 'shop', target: 'shop', rules: [{ paths: ['/shop'] }], fallback },
        { name: 'other', target: 'other', rules: [], protocol: 'h2c' },
      ],
    });
    open.gateway.setReplicas('other', [replica.endpoint]);
    const reply = ask(open.port, { path: '/shop', method: 'POST', body: 'order' });
    await until(() => open.gateway.load('shop').pending === 1);
    await clock.advance(60_000);
    assert.equal((await reply).body, 'order');
  }
});

test('a replica on a Unix socket', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-gateway-'));
  try {
    await using replica = await startHttp2Replica(echo, { path: join(directory, 'replica.sock') });
    await using open = await startGateway({ routes }, [replica.endpoint]);
    assert.equal((await ask(open.port, { method: 'POST', body: 'unix' })).body, 'unix');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('HEAD, 204 and 304 pass without a body', async () => {
  await using replica = await startReplica((incoming, response) => {
    if (incoming.method === 'HEAD') response.writeHead(200, { 'content-length': '1234' });
    else response.writeHead(incoming.url === '/204' ? 204 : 304);
    response.end();
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const session = openHttp2(open.port);
  const head = await askOverHttp2(session, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '1234', '']);
  assert.equal((await askOverHttp2(session, { path: '/204' })).status, 204);
  assert.equal((await askOverHttp2(session, { path: '/304' })).status, 304);
  assert.equal((await askOverHttp2(session, { method: 'HEAD' })).status, 200);
  session.destroy();
});

test('what the gateway answers itself, static answers and placeholders work over HTTP/2', async () => {
  const text = (body: string) => ({
    status: 200,
    headers: { 'x-own': '1' },
    body: { kind: 'text' as const, text: body },
  });
  const local = (pathname: string) =>
    pathname === '/own'
      ? async (request: { text: () => Promise<string> }) => {
          const { HttpResponse } = await import('../platform/http-message.ts');
          return new HttpResponse(`own ${await request.text()}`);
        }
      : null;
  await using open = await startGateway({
    local,
    routes: [
      {
        name: 'shop',
        target: 'shop',
        rules: [],
        placeholder: text('starting'),
        staticRoutes: [
          {
            rules: [{ paths: ['/health'] }],
            answer: text('healthy'),
            mode: 'always',
          },
        ],
      },
    ],
  });
  const session = openHttp2(open.port);
  const post = { method: 'POST', body: 'x'.repeat(200_000) };
  assert.equal(
    (await askOverHttp2(session, { path: '/own', method: 'POST', body: 'words' })).body,
    'own words',
  );
  assert.equal((await askOverHttp2(session, { ...post, path: '/health' })).body, 'healthy');
  const placed = await askOverHttp2(session, post);
  assert.deepEqual([placed.body, placed.headers['x-own']], ['starting', '1']);
  session.destroy();
});
