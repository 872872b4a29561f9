import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants, type ClientHttp2Stream, type ServerHttp2Stream } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { addressOf, listenOn } from '../platform/http-server.ts';
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
  type TestReplica,
} from './gateway-fixture.ts';

const routes = [{ name: 'shop', target: 'shop', rules: [], protocol: 'h2c' as const }];
const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

/** Answers with what came, and with a trailer. */
const echo = (stream: ServerHttp2Stream): void => {
  stream.respond({ ':status': 200 }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42' }));
  stream.pipe(stream);
};

const refusing: readonly {
  readonly name: string;
  readonly refuse: (stream: ServerHttp2Stream) => void;
  readonly method: string;
  readonly want: readonly [status: number, attempts: number];
}[] = [
  {
    name: 'a refused stream is sent again, also a POST',
    refuse: (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM),
    method: 'POST',
    want: [200, 2],
  },
  {
    name: 'a POST that GOAWAY leaves out is sent again',
    refuse: (stream) => {
      stream.session?.goaway(constants.NGHTTP2_NO_ERROR, 1);
      stream.session?.destroy();
    },
    method: 'POST',
    want: [200, 2],
  },
  {
    name: 'a lost connection: a GET is sent again',
    refuse: (stream) => stream.session?.socket.destroy(),
    method: 'GET',
    want: [200, 2],
  },
  {
    name: 'a lost connection: a POST may have been done',
    refuse: (stream) => stream.session?.socket.destroy(),
    method: 'POST',
    want: [502, 1],
  },
  {
    name: 'a reset without an error is no answer',
    refuse: (stream) => stream.close(constants.NGHTTP2_NO_ERROR),
    method: 'PUT',
    want: [200, 2],
  },
];
for (const { name, refuse, method, want } of refusing) {
  test(`no answer: ${name}`, async () => {
    // The first request makes the session, and is its stream 1.
    let attempts = -1;
    await using replica = await startHttp2Replica((stream) => {
      attempts += 1;
      if (attempts === 1) refuse(stream);
      else echo(stream);
    });
    await using open = await startGateway({ routes }, [replica.endpoint]);
    await ask(open.port);
    const body = method === 'GET' ? {} : { body: 'order' };
    const reply = await ask(open.port, { method, ...body });
    assert.deepEqual([reply.status, attempts], want);
    if (reply.status === 200) assert.equal(reply.body, body.body ?? '');
    await until(() => open.gateway.load('shop').inFlight === 0);
  });
}

test('GOAWAY in the middle of a session: what runs ends, what follows goes by a new session', async () => {
  const streams: ServerHttp2Stream[] = [];
  await using replica = await startHttp2Replica((stream) => void streams.push(stream));
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const first = ask(open.port);
  await until(() => streams.length === 1);
  // Closes when its streams have ended, and says so.
  streams[0]?.session?.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const second = ask(open.port);
  await until(() => streams.length === 2);
  assert.notEqual(streams[0]?.session, streams[1]?.session);
  for (const [index, stream] of streams.entries()) {
    stream.respond({ ':status': 200 });
    stream.end(String(index));
  }
  assert.deepEqual([(await first).body, (await second).body], ['0', '1']);
});

test('connection refused: another replica answers; a replica that does not speak it is a 502', async () => {
  const dead = await startHttp2Replica(echo, { id: 'dead' });
  await dead[Symbol.asyncDispose]();
  await using good = await startHttp2Replica(echo, { id: 'good' });
  await using open = await startGateway({ routes }, [dead.endpoint, good.endpoint]);
  const { body, headers } = await ask(open.port, { method: 'POST', body: 'order' });
  assert.deepEqual([body, headers['x-sluice-replica']], ['order', 'good']);
  assert.equal(open.metric('sluice_requests_retried_total', { reason: 'not-connected' }), 1);

  await using old = await startReplica((_, response) => void response.end('HTTP/1.1'));
  open.gateway.setReplicas('shop', [old.endpoint]);
  assert.equal((await ask(open.port, { method: 'POST', body: 'order' })).status, 502);
});

test('no response head in time, and a deadline that passes in the answer', async () => {
  const clock = createVirtualClock();
  const streams: ServerHttp2Stream[] = [];
  await using replica = await startHttp2Replica((stream, headers) => {
    if (headers[':path'] === '/answer') stream.respond({ ':status': 200 });
    streams.push(stream);
  });
  const timeouts = { responseHeaderMs: 300, requestMs: 1000 };
  await using open = await startGateway({ clock, routes: [{ ...(routes[0] ?? assert.fail()), timeouts }] }, [
    replica.endpoint,
  ]);
  const session = openHttp2(open.port);
  const slow = askOverHttp2(session);
  const answer: ClientHttp2Stream = session.request({ ':path': '/answer' });
  const cut = assert.rejects(once(answer, 'end'));
  await once(answer, 'response');
  answer.resume();
  await until(() => streams.length === 2);
  await clock.advance(300);
  assert.match((await slow).body, /no response head within 300 ms/);
  await clock.advance(700);
  await cut;
  assert.equal(answer.rstCode, constants.NGHTTP2_INTERNAL_ERROR);
  await until(() => streams.every((stream) => stream.closed));
  session.destroy();
});

test('the first bytes may come one by one', async () => {
  await using replica = await startReplica((_, response) => void response.end('fine'));
  await using open = await startGateway({}, [replica.endpoint]);
  const socket = connect(open.port, '127.0.0.1');
  socket.setNoDelay();
  for (const letter of preface) {
    socket.write(letter);
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.write(emptySettings);
  const [settings] = (await once(socket, 'data')) as [Buffer];
  assert.equal(settings[3], 4, 'the first frame that the gateway sends is SETTINGS');
  socket.destroy();
});

const rubbish: readonly { readonly name: string; readonly bytes: string; readonly want: RegExp }[] = [
  {
    name: 'the preface after a request of HTTP/1.1',
    bytes: `GET / HTTP/1.1\r\nHost: a\r\n\r\n${preface}`,
    want: /HTTP\/1\.1 [24]00/,
  },
  {
    name: 'half a preface and something else',
    bytes: 'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n',
    want: /HTTP\/1\.1 400/,
  },
  {
    name: 'a preface that lies about itself',
    bytes: 'PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n',
    want: /HTTP\/1\.1 400/,
  },
  { name: 'no frames', bytes: `${preface}${'rubbish '.repeat(20)}`, want: /^(?!HTTP)/ },
];
for (const { name, bytes, want } of rubbish) {
  test(`rubbish: ${name}: closed, and the next client is served`, async () => {
    await using replica = await startReplica((_, response) => void response.end('fine'));
    await using open = await startGateway({}, [replica.endpoint]);
    assert.match(await talk(open.port, bytes).answer, want);
    assert.equal((await askOverHttp2(open.port)).body, 'fine');
    await until(() => open.gateway.load('shop').inFlight === 0);
  });
}

test('two different names for the host, CONNECT, and an enormous head are refused', async () => {
  await using replica = await startReplica((_, response) => void response.end('fine'));
  await using open = await startGateway({}, [replica.endpoint]);
  const session = openHttp2(open.port);
  const two = await askOverHttp2(session, { headers: { ':authority': 'a', host: 'b' } });
  assert.deepEqual([two.status, /one Host header/.test(two.body)], [400, true]);
  assert.equal((await askOverHttp2(session, { headers: { ':authority': 'a', host: 'a' } })).body, 'fine');
  const tunnel = session.request({ ':method': 'CONNECT', ':authority': 'a' });
  const [refusal] = (await once(tunnel, 'response')) as [Record<string, unknown>];
  assert.equal(refusal[':status'], 400);
  await assert.rejects(askOverHttp2(session, { headers: { 'x-bomb': 'x'.repeat(60_000) } }));
  assert.equal((await askOverHttp2(session)).body, 'fine');
  session.destroy();
});

test('closing lets answers under way end, refuses what is held, and takes nothing new', async () => {
  const streams: ServerHttp2Stream[] = [];
  await using replica = await startHttp2Replica((stream) => void streams.push(stream), { slots: 1 });
  await using open = await startGateway({ routes }, [replica.endpoint]);
  const session = openHttp2(open.port);
  const running = askOverHttp2(session);
  await until(() => streams.length === 1);
  const held = askOverHttp2(session);
  await until(() => open.gateway.load('shop').pending === 1);
  const goaway = once(session, 'goaway');
  const closed = open.gateway.close(10_000);
  assert.equal((await held).status, 503);
  await goaway;
  streams[0]?.respond({ ':status': 200 });
  streams[0]?.end('to the end');
  assert.equal((await running).body, 'to the end');
  await closed;
  await until(() => session.destroyed && replica.sessions.size === 0);
});

test('closing without grace cuts', async () => {
  await using replica = await startHttp2Replica(() => {});
  const open = await startGateway({ routes }, [replica.endpoint]);
  const cut = assert.rejects(askOverHttp2(open.port));
  await until(() => open.gateway.load('shop').inFlight === 1);
  await open.gateway.close(0);
  await cut;
  await until(() => replica.sessions.size === 0);
});

test('closing does not wait for a client that keeps its connection open', async () => {
  await using replica = await startHttp2Replica(echo);
  const open = await startGateway({ routes }, [replica.endpoint]);
  const session = openHttp2(open.port);
  // Nobody reads it: to the client the stream, and with it the connection, is not over.
  const unread = session.request({ ':path': '/' });
  await once(unread, 'response');
  await open.gateway.close(1000);
  session.destroy();
});

test('a replica that answers nothing, not even a ping, loses its connection', async () => {
  const clock = createVirtualClock();
  const sockets: Socket[] = [];
  const mute = createServer((socket) => {
    sockets.push(socket);
    socket.resume();
    socket.on('error', () => {});
    socket.write(emptySettings);
  });
  await listenOn(mute, { host: '127.0.0.1', port: 0 });
  await using open = await startGateway({ routes, clock, timeouts: { responseHeaderMs: 1000 } }, [
    {
      id: 'mute',
      target: 'shop',
      address: addressOf(mute),
      state: 'ready',
      slots: 9,
    },
  ]);
  const reply = ask(open.port);
  await until(() => open.gateway.load('shop').inFlight === 1 && sockets.length === 1);
  await until(() => (sockets[0]?.bytesRead ?? 0) > preface.length + emptySettings.length * 2);
  await clock.advance(1000);
  assert.equal((await reply).status, 504);
  const closed = once(sockets[0] ?? assert.fail(), 'close');
  await clock.advance(5000);
  await closed;
  mute.close();
});

test('a connection without a request is closed after a while, one with a held request is not', async () => {
  const clock = createVirtualClock();
  await using open = await startGateway({ clock, hold: { timeoutMs: 0 } });
  const [idle, holding] = [openHttp2(open.port), openHttp2(open.port)];
  await Promise.all([once(idle, 'remoteSettings'), once(holding, 'remoteSettings')]);
  const held = assert.rejects(askOverHttp2(holding));
  await until(() => open.gateway.load('shop').pending === 1);
  await clock.advance(65_000);
  await until(() => idle.destroyed);
  assert.equal(holding.closed, false);
  holding.destroy();
  await held;
  await until(() => open.gateway.load('shop').pending === 0);
});

test('a client that keeps its idle connection open, or begins a head and never ends it, is cut', async () => {
  // HEADERS of stream 1 without END_HEADERS: one field, more to come.
  const half = Buffer.from([0, 0, 1, 1, 1, 0, 0, 0, 1, 0x82]);
  for (const more of [Buffer.alloc(0), half]) {
    const clock = createVirtualClock();
    await using open = await startGateway({ clock });
    const socket = connect({ port: open.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    socket.write(Buffer.concat([Buffer.from(preface), emptySettings, more]));
    await once(socket, 'data');
    await clock.advance(65_000);
    const ended = once(socket, 'end');
    socket.resume();
    await ended;
    // What is sent to a socket that is gone comes back as a reset; one half open would take it.
    await until(() => {
      if (!socket.destroyed) socket.write('x');
      return socket.destroyed;
    }, 'the reset');
  }
});

/** GOAWAY without an error, then DATA of stream 0: node:http2 neither reads nor writes from then on. */
const leaveAndBreak = Buffer.from(`000008070000000000${'00'.repeat(8)}00000100000000000000`, 'hex');
/** GET http://a/ on stream 1. */
const get = Buffer.from([0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x41, 1, 0x61]);

test('a client that says GOAWAY and breaks a rule: its held request ends, and its connection', async () => {
  const clock = createVirtualClock();
  await using open = await startGateway({ clock, hold: { timeoutMs: 0 } });
  const { socket, answer } = talk(open.port, '');
  socket.write(Buffer.concat([Buffer.from(preface), emptySettings, get]));
  await until(() => open.gateway.load('shop').pending === 1);
  const { waiting } = clock;
  socket.write(leaveAndBreak);
  await until(() => clock.waiting > waiting, 'the watch');
  await clock.advance(90_000);
  await until(() => open.gateway.load('shop').pending === 0);
  await answer;
});

test('closing does not wait for such a client', async () => {
  const open = await startGateway({ hold: { timeoutMs: 0 } });
  const { socket } = talk(open.port, '');
  socket.write(Buffer.concat([Buffer.from(preface), emptySettings, get]));
  await until(() => open.gateway.load('shop').pending === 1);
  socket.write(leaveAndBreak);
  await once(socket, 'data');
  await open.gateway.close(0);
  socket.destroy();
});

test('a client that leaves in the middle of its upload: the replica does not take half for the whole', async () => {
  for (const start of [startReplica, startHttp2Replica]) {
    let ended = false;
    let aborted = false;
    let got = 0;
    const watch = (body: TestReplica | NodeJS.ReadableStream): void => {
      const upload = body as NodeJS.ReadableStream;
      upload.on('error', () => {});
      upload.on('data', (piece: Buffer) => (got += piece.length));
      upload.on('end', () => (ended = true));
      upload.on('close', () => (aborted = true));
    };
    await using replica =
      start === startReplica
        ? await startReplica((incoming) => watch(incoming))
        : await startHttp2Replica((stream) => {
            watch(stream);
            // node:http2 ends a stream that is reset: only its code tells.
            stream.on('close', () => (ended = stream.rstCode === constants.NGHTTP2_NO_ERROR));
          });
    await using open = await startGateway(start === startReplica ? {} : { routes }, [replica.endpoint]);
    const session = openHttp2(open.port);
    const stream = session.request({ ':method': 'POST', ':path': '/' });
    stream.on('error', () => {});
    stream.write('half');
    await until(() => got === 4);
    stream.destroy();
    await until(() => aborted && open.gateway.load('shop').inFlight === 0);
    assert.equal(ended, false);
    session.destroy();
  }
});
