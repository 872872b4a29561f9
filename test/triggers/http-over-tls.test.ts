import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { askText, type TextQuestion } from '../../src/autoscaler/triggers/drivers/http/ask-text.ts';
import type { TlsParameters } from '../../src/autoscaler/triggers/drivers/net/tls-parameters.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startHttps } from '../support/servers/https-stub.ts';
import { listenLocally } from '../support/servers/listen-locally.ts';
import { serverOrSkip } from '../support/servers/server-process.ts';
import { never } from './trigger-reader.ts';

const certificates = await serverOrSkip('HTTP over TLS', 'openssl', ['openssl'], () =>
  Promise.resolve(makeCertificates()),
);
if (certificates) {
  const { ca, client, elsewhere, keyPassword, lockedKey, otherCa, server } = certificates;
  const options = {
    answer: (request: { client: string }, response: { end: (text: string) => void }): void =>
      response.end(`hello ${request.client}`),
  };
  const open = await startHttps(certificates, options);
  const strict = await startHttps(certificates, { ...options, demandsClient: true });
  const misnamed = await startHttps(certificates, { ...options, certificate: elsewhere });
  test.after(async () => {
    for (const stub of [open, strict, misnamed]) await stub[Symbol.asyncDispose]();
  });
  const none: TlsParameters = { ca: null, cert: null, key: null, keyPassword: null, unsafeSsl: false };
  const ask = (
    url: string,
    tls: Partial<TlsParameters> | null,
    change: Partial<TextQuestion> = {},
    signal = never,
  ) =>
    askText(
      {
        what: 'The stub',
        url: new URL(url),
        tls: tls === null ? null : { ...none, ...tls },
        fetch,
        ...change,
      },
      signal,
    );

  const cases: readonly {
    readonly name: string;
    readonly stub: { readonly origin: string };
    readonly tls: Partial<TlsParameters> | null;
    readonly want: string | RegExp;
  }[] = [
    { name: 'the authority is trusted', stub: open, tls: { ca }, want: 'hello ' },
    {
      name: 'another authority is trusted',
      stub: open,
      tls: { ca: otherCa },
      want: /asked: (?:unable to|self-signed)/,
    },
    { name: 'two authorities are trusted', stub: open, tls: { ca: `${otherCa}${ca}` }, want: 'hello ' },
    { name: 'none is trusted', stub: open, tls: null, want: /asked: (?:unable to|self-signed)/ },
    { name: 'nothing is checked', stub: open, tls: { unsafeSsl: true }, want: 'hello ' },
    {
      name: 'a text that is no certificate',
      stub: open,
      tls: { ca: 'x' },
      want: /asked: (?:unable to|self-signed)/,
    },
    {
      name: 'a client shows its certificate',
      stub: strict,
      tls: { ca, cert: client.cert, key: client.key },
      want: 'hello keda',
    },
    {
      name: 'its key is locked',
      stub: strict,
      tls: { ca, cert: client.cert, key: lockedKey, keyPassword },
      want: 'hello keda',
    },
    {
      name: 'its key stays locked',
      stub: strict,
      tls: { ca, cert: client.cert, key: lockedKey, keyPassword: 'wrong' },
      want: /expected a certificate with its key, both as PEM, .*bad decrypt/,
    },
    {
      name: 'a certificate with the key of another',
      stub: strict,
      tls: { ca, cert: client.cert, key: server.key },
      want: /received what OpenSSL cannot use \(key values mismatch\)$/,
    },
    {
      name: 'a certificate without its key',
      stub: strict,
      tls: { ca, cert: client.cert },
      want: /certificate/,
    },
    { name: 'the server demands a certificate', stub: strict, tls: { ca }, want: /asked: .*certificate/ },
    {
      name: 'the server has another name',
      stub: misnamed,
      tls: { ca },
      want: /IP: 127.0.0.1 is not in the cert's list/,
    },
    { name: 'another name, unchecked', stub: misnamed, tls: { unsafeSsl: true }, want: 'hello ' },
  ];
  for (const { name, stub, tls, want } of cases) {
    test(`HTTP over TLS: ${name}`, async () => {
      if (typeof want === 'string') {
        assert.equal((await ask(stub.origin, tls)).text, want);
        return;
      }
      await assert.rejects(ask(stub.origin, tls), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'upstream-failed');
        assert.match(error.message, want);
        for (const secret of [client.key, server.key, lockedKey, keyPassword]) {
          assert.ok(!error.message.includes(secret.trim().split('\n').at(-2) ?? secret));
        }
        return true;
      });
    });
  }

  test('HTTP over TLS: an authority of its own is trusted besides the usual ones', async () => {
    const usual = getCACertificates('default');
    setDefaultCACertificates([ca]);
    try {
      assert.equal((await ask(open.origin, { ca: otherCa })).text, 'hello ');
    } finally {
      setDefaultCACertificates(usual);
    }
  });

  test('HTTP over TLS: whoever says nothing is waited for no longer than the time-out', async () => {
    await using silent = await startHttps(certificates, { answer: () => {} });
    // Takes connections, and speaks no TLS.
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket));
    const port = await listenLocally(mute);
    try {
      for (const url of [silent.origin, `https://127.0.0.1:${port}`]) {
        for (const tls of [{ unsafeSsl: true }, null]) {
          // Without parameters of its own `fetch` asks, and the words are the same.
          if (tls === null && url === silent.origin) continue;
          await assert.rejects(ask(url, tls, { timeoutMs: 50 }), {
            code: 'upstream-failed',
            message: 'The stub cannot be asked: no answer in time',
          });
        }
      }
      const signal = AbortSignal.timeout(20);
      await assert.rejects(ask(silent.origin, { unsafeSsl: true }, {}, signal), { code: 'cancelled' });
    } finally {
      mute.close();
      for (const socket of sockets) socket.destroy();
    }
  });

  test('HTTP over TLS: an answer without end is cut off', async () => {
    await using endless = await startHttps(certificates, {
      answer: (_request, response) => {
        const more = (): void => {
          while (response.write(Buffer.alloc(1_000_000)));
        };
        response.on('drain', more);
        more();
      },
    });
    await assert.rejects(ask(endless.origin, { ca }, { timeoutMs: 20_000 }), {
      code: 'too-large',
      message: 'The stub gave an answer of more than 16777216 bytes.',
    });
  });

  test('HTTP over TLS: redirects are followed; credentials stay with their server', async () => {
    await using target = await startHttps(certificates, {
      answer: (request, response) => response.end(`${request.method} ${request.body}`),
    });
    await using first = await startHttps(certificates, {
      answer: ({ url }, response) => {
        const [status, location] = {
          '/own': [302, '/target'],
          '/kept': [307, `${target.origin}/kept`],
          '/other': [303, `${target.origin}/other`],
          '/loop': [302, '/loop'],
        }[url.pathname] ?? [200, ''];
        response.writeHead(Number(status), location === '' ? {} : { location: String(location) });
        response.end('first');
      },
    });
    const headers = { authorization: 'Bearer secret', 'x-api-key': 'secret' };
    assert.equal((await ask(`${first.origin}/own`, { ca }, { headers })).text, 'first');
    assert.deepEqual(
      first.requests.map((request) => [request.url.pathname, request.headers.authorization]),
      [
        ['/own', 'Bearer secret'],
        ['/target', 'Bearer secret'],
      ],
    );
    assert.equal((await ask(`${first.origin}/kept`, { ca }, { headers })).text, 'GET ');
    await assert.rejects(ask(`${first.origin}/kept`, { ca }, { headers, body: 'b' }), {
      message: `The stub cannot be asked: it redirects to another server, ${target.origin}, which is not told what was asked`,
    });
    assert.equal((await ask(`${first.origin}/other`, { ca }, { headers, body: 'b' })).text, 'GET ');
    assert.deepEqual(
      target.requests.map((request) => [request.headers.authorization, request.headers['x-api-key']]),
      target.requests.map(() => [undefined, undefined]),
    );
    await assert.rejects(ask(`${first.origin}/loop`, { ca }), /redirects without end/);
    const answer = await ask(`${first.origin}/own`, { ca }, { redirect: 'manual', accepts: () => true });
    assert.deepEqual([answer.status, answer.headers.get('location')], [302, '/target']);
  });

  test('HTTP: a server that repeats what it was sent is not repeated', async () => {
    await using parrot = await startHttps(certificates, {
      answer: ({ headers }, response) => response.writeHead(403).end(`no: ${headers.authorization}`),
    });
    const asked = ask(parrot.origin, { ca }, { headers: { authorization: 'Bearer t0ken' } });
    await assert.rejects(asked, { message: 'The stub answered with status 403: no: Bearer ***' });
  });

  test('HTTP: a user and password in the address are a header, and never shown', async () => {
    const url = `${open.origin.replace('//', '//me:p%40ss@')}/x`;
    await ask(url, { ca });
    assert.equal(open.requests.at(-1)?.headers.authorization, `Basic ${btoa('me:p@ss')}`);
    const refused = ask(url, { ca }, { accepts: () => false });
    await assert.rejects(refused, (error: Error) => !error.message.includes('p@ss'));
  });
}
