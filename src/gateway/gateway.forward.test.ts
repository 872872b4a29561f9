import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { ask, startGateway, startReplica, talk, until } from './gateway-fixture.ts';

test('SSE arrives part by part: the head before the first part, each part before the next is written', async () => {
  let answer: ServerResponse | undefined;
  await using replica = await startReplica((_, response) => {
    answer = response;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const sent = request({ port: open.port, host: '127.0.0.1', agent: false });
  sent.end();
  const [received] = (await once(sent, 'response')) as [IncomingMessage];
  assert.equal(received.headers['content-type'], 'text/event-stream');
  for (const part of ['data: one\n\n', 'data: two\n\n', 'data: three\n\n']) {
    answer?.write(part);
    const [piece] = (await once(received, 'data')) as [Buffer];
    assert.equal(piece.toString(), part);
  }
  answer?.end();
  await once(received, 'end');
});

test('a chunked upload of 20 MB streams through unchanged, and its answer too', async () => {
  await using replica = await startReplica((incoming, response) => {
    assert.equal(incoming.headers['transfer-encoding'], 'chunked');
    assert.equal(incoming.headers['content-length'], undefined);
    // The echo begins while the upload is under way: full duplex.
    incoming.pipe(response);
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const sent = request({ port: open.port, host: '127.0.0.1', method: 'POST', agent: false });
  const piece = Buffer.alloc(2 ** 16, 'sluice');
  const wanted = createHash('sha256');
  const got = createHash('sha256');
  const answered = once(sent, 'response').then(async ([answer]: IncomingMessage[]) => {
    for await (const echo of answer ?? []) got.update(echo as Buffer);
  });
  const pieces = Array.from({ length: 320 }, () => piece);
  for (const each of pieces) wanted.update(each);
  await pipeline(Readable.from(pieces), sent);
  await answered;
  assert.equal(got.digest('hex'), wanted.digest('hex'));
});

test('a slow reader slows the replica down instead of filling memory', async () => {
  let written = 0;
  await using replica = await startReplica((_, response) => {
    const piece = Buffer.alloc(2 ** 18);
    const more = (): void => {
      while (written < 100 * 2 ** 20) {
        written += piece.length;
        if (!response.write(piece)) {
          response.once('drain', more);
          return;
        }
      }
      response.end();
    };
    more();
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const sent = request({ port: open.port, host: '127.0.0.1', agent: false });
  sent.end();
  const [received] = (await once(sent, 'response')) as [IncomingMessage];
  let before = -1;
  while (written !== before) {
    before = written;
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(written < 40 * 2 ** 20, `${written} bytes left the replica for a client that read nothing`);
  received.destroy();
});

test('a client that hangs up ends the request at the replica: before the head, in the upload, in the answer', async () => {
  const closed: string[] = [];
  const begun: string[] = [];
  await using replica = await startReplica((incoming, response) => {
    const url = String(incoming.url);
    begun.push(url);
    response.on('close', () => void (response.writableFinished || closed.push(url)));
    incoming.on('error', () => {});
    incoming.resume();
    if (url === '/answer') response.write('beginning');
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const clients = [
    talk(open.port, 'GET /head HTTP/1.1\r\nHost: a\r\n\r\n'),
    talk(open.port, 'POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf'),
    talk(open.port, 'GET /answer HTTP/1.1\r\nHost: a\r\n\r\n'),
  ];
  await until(() => begun.length === 3);
  for (const { socket } of clients) socket.destroy();
  await until(() => closed.length === 3, 'all three ended at the replica');
  await until(() => open.gateway.load('shop').inFlight === 0);
});

test('a replica that dies in the middle of its answer cuts the client, so that it can tell', async () => {
  const answers: ServerResponse[] = [];
  await using replica = await startReplica((_, response) => {
    response.write('half of');
    answers.push(response);
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const client = talk(open.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(client.socket, 'data');
  answers[0]?.destroy();
  const text = await client.answer;
  assert.match(text, /half of/);
  assert.doesNotMatch(
    text,
    /\r\n0\r\n\r\n/,
    'the end of a chunked body would say that the answer is complete',
  );
  assert.equal(open.gateway.load('shop').inFlight, 0);
});

test('headers: Host kept, X-Forwarded extended, hop-by-hop and the target header left out', async () => {
  let seen: IncomingMessage | undefined;
  await using replica = await startReplica((incoming, response) => {
    seen = incoming;
    response.writeHead(207, 'Many', [
      ['X-Twice', 'a'],
      ['X-Twice', 'b'],
      ['Connection', 'X-Private'],
      ['X-Private', '1'],
      ['x-sluice-replica', 'a lie'],
    ]);
    response.end('ok');
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const { answer } = talk(
    open.port,
    [
      'POST /a%20b?c=d HTTP/1.1',
      'Host: shop.example:81',
      'X-Forwarded-For: 10.0.0.1',
      'X-Forwarded-Proto: https',
      'Connection: close, X-Secret',
      'X-Secret: 1',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'Proxy-Authorization: Basic abc',
      'X-Sluice-Target: shop',
      'X-Request-Id: not sane at all',
      'X-CaSe: Kept',
      '\r\n',
    ].join('\r\n'),
  );
  const text = await answer;
  assert.match(text, /^HTTP\/1\.1 207 Many\r\nX-Twice: a\r\nX-Twice: b\r\n/);
  assert.doesNotMatch(text, /x-private|a lie/i);
  assert.match(text, /x-sluice-replica: replica-1\r\n/);
  const headers = seen?.headers ?? {};
  assert.equal(seen?.url, '/a%20b?c=d');
  assert.equal(headers.host, 'shop.example:81');
  assert.equal(headers['x-forwarded-for'], '10.0.0.1, 127.0.0.1');
  assert.equal(headers['x-forwarded-proto'], 'https');
  assert.equal(headers['x-forwarded-host'], 'shop.example:81');
  assert.equal(headers['content-length'], '0', 'a POST without a body says so');
  assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/);
  assert.ok(seen?.rawHeaders.includes('X-CaSe'));
  for (const gone of ['x-secret', 'keep-alive', 'te', 'proxy-authorization', 'x-sluice-target']) {
    assert.equal(headers[gone], undefined, gone);
  }
});

test('an absolute request target names the host', async () => {
  let host: string | undefined;
  await using replica = await startReplica((incoming, response) => {
    host = `${incoming.headers.host} ${incoming.url}`;
    response.end();
  });
  await using open = await startGateway({}, [replica.endpoint]);
  await talk(open.port, 'GET http://real.example/x HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n')
    .answer;
  assert.equal(host, 'real.example /x');
});

test('HEAD, 204 and 304 pass without a body, and the connection stays usable', async () => {
  await using replica = await startReplica((incoming, response) => {
    if (incoming.method === 'HEAD') response.writeHead(200, { 'content-length': '1234' });
    else response.writeHead(incoming.url === '/204' ? 204 : 304);
    response.end();
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const { answer } = talk(
    open.port,
    'HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /204 HTTP/1.1\r\nHost: a\r\n\r\nGET /304 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  );
  const text = await answer;
  assert.deepEqual(text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 204', 'HTTP/1.1 304']);
  assert.match(text, /content-length: 1234/);
});

test('trailers pass both ways', async () => {
  let got: NodeJS.Dict<string> = {};
  await using replica = await startReplica((incoming, response) => {
    incoming.resume();
    incoming.on('end', () => {
      got = incoming.trailers;
      response.writeHead(200, { trailer: 'x-sum' });
      response.write('body');
      response.addTrailers({ 'x-sum': '42' });
      response.end();
    });
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const { answer } = talk(
    open.port,
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: x-up\r\n\r\n2\r\nhi\r\n0\r\nx-up: 7\r\n\r\n',
  );
  assert.match(await answer, /\r\n0\r\nx-sum: 42\r\n\r\n$/);
  assert.deepEqual({ ...got }, { 'x-up': '7' });
});

test('100-continue: the replica decides; a refusal reaches the client without its body', async () => {
  await using replica = await startReplica(() => assert.fail('a plain request'));
  replica.server.on('checkContinue', (incoming: IncomingMessage, response: ServerResponse) => {
    if (incoming.url === '/no') {
      response.writeHead(413);
      response.end('too large');
    } else {
      response.writeContinue();
      incoming.pipe(response);
    }
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const head = (path: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`;
  const no = talk(open.port, head('/no'));
  assert.match(await no.answer, /^HTTP\/1\.1 413 .*too large/s);
  const yes = talk(open.port, head('/yes'));
  const [first] = (await once(yes.socket, 'data')) as [Buffer];
  assert.match(first.toString(), /^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  yes.socket.write('body');
  const [second] = (await once(yes.socket, 'data')) as [Buffer];
  assert.match(second.toString(), /^HTTP\/1\.1 200/);
  yes.socket.destroy();
});

test('100-continue: while it is held, the client keeps its body; a replica that ignores Expect gets it after a second', async () => {
  const clock = createVirtualClock();
  await using replica = await startReplica(() => {});
  replica.server.on('checkContinue', (incoming: IncomingMessage, response: ServerResponse) => {
    incoming.pipe(response);
  });
  await using open = await startGateway({ clock });
  const client = talk(
    open.port,
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n',
  );
  await until(() => open.gateway.load('shop').pending === 1);
  assert.equal(client.socket.bytesRead, 0);
  open.gateway.setReplicas('shop', [replica.endpoint]);
  await once(replica.server, 'checkContinue');
  const told = once(client.socket, 'data');
  await clock.advance(1000);
  await told;
  client.socket.write('body');
  assert.match(await client.answer, /100 Continue.*HTTP\/1\.1 200.*body/s);
});

test('an upgrade becomes a tunnel, in flight until it closes', async () => {
  await using replica = await startReplica(() => assert.fail('a plain request'));
  replica.server.on('upgrade', (incoming: IncomingMessage, socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${incoming.headers.upgrade}\r\n\r\nwelcome`,
    );
    socket.on('data', (piece: Buffer) => socket.write(`echo ${String(piece)}`));
    socket.on('end', () => socket.end('bye'));
  });
  await using open = await startGateway();
  const client = talk(
    open.port,
    'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly',
  );
  // Held at 0 replicas like any request.
  await until(() => open.gateway.load('shop').pending === 1);
  open.gateway.setReplicas('shop', [replica.endpoint]);
  let text = '';
  client.socket.on('data', (piece) => (text += String(piece)));
  await until(() => text.includes('echo early'));
  assert.match(text, /^HTTP\/1\.1 101 .*Upgrade: websocket\r\n\r\nwelcome/s);
  assert.match(text, /x-keda-http-cold-start: true/);
  assert.equal(open.gateway.load('shop').inFlight, 1);
  client.socket.write('again');
  await until(() => text.includes('echo again'));
  client.socket.end();
  assert.match(await client.answer, /bye$/);
  await until(() => open.gateway.load('shop').inFlight === 0);
  assert.equal(open.metric('http_responses_total', { target: 'shop', code: '101' }), 1);
});

test('an offer of h2c is a plain request, its body included', async () => {
  await using replica = await startReplica((incoming, response) => void incoming.pipe(response));
  await using open = await startGateway({}, [replica.endpoint]);
  const { answer } = talk(
    open.port,
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAE\r\nContent-Length: 5\r\n\r\norder',
  );
  assert.match(await answer, /^HTTP\/1\.1 200 .*order/s);
});

test('a declined upgrade is an answer, and a tunnel whose replica dies is cut', async () => {
  await using replica = await startReplica((_, response) => void response.writeHead(426).end('no'));
  await using open = await startGateway({}, [replica.endpoint]);
  const head = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  assert.match(await talk(open.port, head).answer, /^HTTP\/1\.1 426 .*no/s);
  replica.server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.once('data', () => socket.destroy());
  });
  const client = talk(open.port, head);
  await once(client.socket, 'data');
  client.socket.write('die');
  await client.answer;
  await until(() => open.gateway.load('shop').inFlight === 0);
});

test('a replica on a Unix socket', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-gateway-'));
  try {
    await using replica = await startReplica((_, response) => void response.end('unix'), {
      path: join(directory, 'replica.sock'),
    });
    await using open = await startGateway({}, [replica.endpoint]);
    assert.equal((await ask(open.port)).body, 'unix');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('an answer before the whole upload came is passed on, and the connection stays usable', async () => {
  let posts = 0;
  await using replica = await startReplica((incoming, response) => {
    posts += 1;
    response.writeHead(incoming.method === 'POST' ? 413 : 200, { 'content-length': '4' });
    response.end('done');
  });
  await using open = await startGateway({}, [replica.endpoint]);
  const client = talk(open.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n');
  const [first] = (await once(client.socket, 'data')) as [Buffer];
  assert.match(first.toString(), /413/);
  client.socket.write(Buffer.alloc(3_000_000));
  client.socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.match(await client.answer, /413.*200 OK/s);
  assert.equal(posts, 2);
});
