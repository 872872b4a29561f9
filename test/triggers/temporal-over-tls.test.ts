import assert from 'node:assert/strict';
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import { after, test } from 'node:test';
import { frame } from '../../src/autoscaler/external-scaler/grpc-frames.ts';
import { makeCertificates, type Certificate } from '../support/servers/certificates.ts';
import { listenLocally } from '../support/servers/listen-locally.ts';
import { serverOrSkip } from '../support/servers/server-process.ts';
import { readFailure, readOnce } from './trigger-reader.ts';

/** Says to every question that 7 tasks wait; asks for a client's certificate when it has an authority. */
async function serve({ cert, key }: Certificate, clientCa?: string): Promise<string> {
  const strict = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  const server = createSecureServer({ cert, key, ...strict });
  server.on('sessionError', () => undefined);
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frame(Buffer.from('2a0708071d0000c03f', 'hex')));
  });
  const port = await listenLocally(server);
  after(() => server.close());
  return `127.0.0.1:${port}`;
}

const certificates = await serverOrSkip('temporal over TLS', 'openssl', ['openssl'], () =>
  Promise.resolve(makeCertificates()),
);
if (certificates) {
  const { ca, client, elsewhere, keyPassword, lockedKey, otherCa, server } = certificates;
  after(() => certificates[Symbol.asyncDispose]());
  const open = await serve(server);
  const strict = await serve(server, ca);
  const misnamed = await serve(elsewhere);
  const apiKey = 'k';

  for (const { name, endpoint = open, metadata = {}, authParams, want } of [
    { name: 'an API key, its authority is trusted', authParams: { apiKey, ca }, want: null },
    {
      name: 'an API key, another authority',
      authParams: { apiKey, ca: otherCa },
      want: /self-signed|unable to/,
    },
    { name: 'an API key, no authority', authParams: { apiKey }, want: /self-signed|unable to/ },
    { name: 'an API key, unchecked', metadata: { unsafeSsl: 'true' }, authParams: { apiKey }, want: null },
    {
      name: 'another name',
      endpoint: misnamed,
      authParams: { apiKey, ca },
      want: /IP: 127.0.0.1 is not in the cert's list/,
    },
    {
      name: 'the name that is asked for',
      metadata: { tlsServerName: 'localhost' },
      authParams: { apiKey, ca },
      want: null,
    },
    {
      name: 'not the name that is asked for',
      metadata: { tlsServerName: 'shop.tmprl.cloud' },
      authParams: { apiKey, ca },
      want: /shop\.tmprl\.cloud. is not in the cert's altnames|does not match/,
    },
    {
      name: 'a client certificate',
      endpoint: strict,
      authParams: { ca, cert: client.cert, key: client.key },
      want: null,
    },
    {
      name: 'a client certificate whose key is locked',
      endpoint: strict,
      authParams: { ca, cert: client.cert, key: lockedKey, keyPassword },
      want: null,
    },
    { name: 'no client certificate', endpoint: strict, authParams: { apiKey, ca }, want: /certificate/ },
  ] satisfies readonly {
    readonly name: string;
    readonly endpoint?: string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly authParams: Readonly<Record<string, string>>;
    readonly want: RegExp | null;
  }[]) {
    test(`temporal over TLS: ${name}`, async () => {
      const given = { endpoint, taskQueue: 'orders', queueTypes: 'activity', ...metadata };
      if (want === null)
        assert.deepEqual(await readOnce('temporal', given, { authParams }), { value: 7, active: true });
      else assert.match((await readFailure('temporal', given, { authParams })).message, want);
    });
  }
}
