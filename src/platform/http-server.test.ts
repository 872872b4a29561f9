import { HttpResponse } from './http-message.ts';
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { AppError } from '../contract/app-error.ts';
import { createRouter, errorResponse, type Route } from './http-router.ts';
import { serveHttp, type HttpHandler } from './http-server.ts';

const anywhere = { host: '127.0.0.1', port: 0 };

async function withServer(handle: HttpHandler, use: (base: string) => Promise<void>): Promise<void> {
  await using server = await serveHttp(anywhere, handle);
  assert.equal(server.address.kind, 'tcp');
  if (server.address.kind === 'tcp') await use(`http://127.0.0.1:${server.address.port}`);
}

test('method, path, headers and body arrive; status, headers and body go back', async () => {
  await withServer(
    async (incoming) =>
      new HttpResponse(`${incoming.method} ${new URL(incoming.url).pathname} ${await incoming.text()}`, {
        status: 201,
        headers: { 'x-seen': incoming.headers.get('x-sent') ?? '' },
      }),
    async (base) => {
      const answer = await fetch(`${base}/a/b?c=1`, {
        method: 'PUT',
        body: 'text',
        headers: { 'x-sent': 'yes' },
      });
      assert.equal(answer.status, 201);
      assert.equal(answer.headers.get('x-seen'), 'yes');
      assert.equal(await answer.text(), 'PUT /a/b text');
    },
  );
});

test('a streamed body arrives part by part, not at its end', async () => {
  const gate = Promise.withResolvers<void>();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(encoder.encode('first'));
      await gate.promise;
      controller.enqueue(encoder.encode('second'));
      controller.close();
    },
  });
  await withServer(
    async () => new HttpResponse(body),
    async (base) => {
      const reader = (await fetch(base)).body?.getReader();
      assert.ok(reader);
      assert.equal(new TextDecoder().decode((await reader.read()).value), 'first');
      gate.resolve();
      assert.equal(new TextDecoder().decode((await reader.read()).value), 'second');
      assert.equal((await reader.read()).done, true);
    },
  );
});

test('the signal aborts when the client hangs up', async () => {
  const aborted = Promise.withResolvers<unknown>();
  const arrived = Promise.withResolvers<void>();
  await withServer(
    (_incoming, signal) => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
      arrived.resolve();
      return new Promise(() => {});
    },
    async (base) => {
      const outgoing = request(base);
      outgoing.on('error', () => {});
      outgoing.end();
      await arrived.promise;
      outgoing.destroy();
      const reason = await aborted.promise;
      assert.ok(reason instanceof AppError && reason.code === 'cancelled');
    },
  );
});

test('an error of the handler is answered in the error shape, without its cause', async () => {
  const failures: readonly { thrown: unknown; status: number; message: RegExp }[] = [
    { thrown: new AppError('not-found', 'No such document.'), status: 404, message: /No such document/ },
    { thrown: new Error('secret detail'), status: 500, message: /Something failed inside/ },
  ];
  for (const { thrown, status, message } of failures) {
    await withServer(
      () => Promise.reject(thrown),
      async (base) => {
        const answer = await fetch(base);
        assert.equal(answer.status, status);
        const { error } = (await answer.json()) as { error: { message: string } };
        assert.match(error.message, message);
      },
    );
  }
});

const targets: readonly { name: string; head: string; want: RegExp }[] = [
  { name: 'a path', head: 'GET /a?b HTTP/1.1\r\nHost: shop', want: /200 .*http:\/\/shop\/a\?b/s },
  {
    name: 'the absolute form names the host itself',
    head: 'GET http://other/a HTTP/1.1\r\nHost: shop',
    want: /200 .*http:\/\/other\/a/s,
  },
  {
    name: 'a path in the Host header',
    head: 'GET /a HTTP/1.1\r\nHost: shop/secret?',
    want: /^HTTP\/1\.1 400/,
  },
  { name: 'no URL', head: 'OPTIONS * HTTP/1.1\r\nHost: shop', want: /^HTTP\/1\.1 400/ },
];
for (const { name, head, want } of targets) {
  test(`the URL of a request: ${name}`, async () => {
    await using server = await serveHttp(anywhere, async ({ url }) => new HttpResponse(url));
    const port = server.address.kind === 'tcp' ? server.address.port : 0;
    const socket = connect(port, '127.0.0.1');
    socket.end(`${head}\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const piece of socket) text += String(piece);
    assert.match(text, want);
  });
}

test('a port in use is named, with what to do', async () => {
  await using taken = await serveHttp(anywhere, async () => new HttpResponse(''));
  const port = taken.address.kind === 'tcp' ? taken.address.port : 0;
  await assert.rejects(
    serveHttp({ host: '127.0.0.1', port }, async () => new HttpResponse('')),
    (error) =>
      error instanceof AppError &&
      error.code === 'conflict' &&
      error.message.includes(`127.0.0.1:${port} is in use`),
  );
});

test('a Unix socket serves as well as a port', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-http-'));
  const path = join(folder, 'replica.sock');
  try {
    await using server = await serveHttp({ path }, async () => new HttpResponse('over the socket'));
    assert.deepEqual(server.address, { kind: 'unix', path });
    const text = await new Promise<string>((resolve, reject) => {
      request({ socketPath: path }, (incoming) => {
        incoming.setEncoding('utf8').on('data', resolve);
      })
        .on('error', reject)
        .end();
    });
    assert.equal(text, 'over the socket');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('closing lets an answer under way end', async () => {
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const server = await serveHttp(anywhere, async () => {
    arrived.resolve();
    await gate.promise;
    return new HttpResponse('complete');
  });
  const port = server.address.kind === 'tcp' ? server.address.port : 0;
  const answer = fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } });
  await arrived.promise;
  const closed = server.close(60_000);
  gate.resolve();
  assert.equal(await (await answer).text(), 'complete');
  await closed;
});

const routes: readonly Route<null>[] = [
  { method: 'GET', path: '/v1/documents', handle: () => new HttpResponse('list') },
  { method: 'GET', path: '/v1/documents/:id', handle: () => new HttpResponse('one') },
  { method: 'DELETE', path: '/v1/documents/:id', handle: () => new HttpResponse('gone') },
];

test('the router finds routes, decodes parameters and says what a path takes', () => {
  const match = createRouter(routes);
  assert.equal(match('GET', '/v1/documents').route, routes[0]);
  assert.deepEqual(match('DELETE', '/v1/documents/a%2Fb').params, { id: 'a/b' });
  assert.equal(match('HEAD', '/v1/documents/x').route, routes[1]);
  const refused: readonly [string, string, string, RegExp][] = [
    ['POST', '/v1/documents/x', 'method-not-allowed', /takes GET, DELETE, received POST/],
    ['GET', '/v1/other', 'not-found', /nothing at \/v1\/other/],
    ['GET', '/v1/documents/%zz', 'invalid-argument', /percent-encoding/],
  ];
  for (const [method, path, code, message] of refused) {
    assert.throws(
      () => match(method, path),
      (error) => error instanceof AppError && error.code === code && message.test(error.message),
    );
  }
  assert.equal(errorResponse(new AppError('rate-limited', 'Slow down.')).status, 429);
});
