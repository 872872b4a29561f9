import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ExternalScalerService } from '../../src/autoscaler/external-scaler/external-scaler-service.ts';
import { createGrpcClient } from '../../src/autoscaler/external-scaler/grpc-client.ts';
import * as messages from '../../src/autoscaler/external-scaler/messages.ts';
import { readServerTls } from '../../src/autoscaler/external-scaler/read-server-tls.ts';
import { serveExternalScaler } from '../../src/autoscaler/external-scaler/serve-external-scaler.ts';
import { followServerTls } from '../../src/autoscaler/external-scaler/follow-server-tls.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLogger, silentLogger } from '../../src/platform/logger.ts';
import { createVirtualClock } from '../../src/platform/virtual-clock.ts';
import { makeCertificates, type Certificate } from '../support/servers/certificates.ts';
import { startHttps } from '../support/servers/https-stub.ts';
import { listenLocally } from '../support/servers/listen-locally.ts';
import { serverOrSkip, startProcess, untilReady } from '../support/servers/server-process.ts';
import { makeTrigger, readFailure, readOnce, readValue } from './trigger-reader.ts';

const specs = [{ metricName: 'jobs', target: 2 }];
const values = [{ metricName: 'jobs', value: 7 }];
const service: ExternalScalerService = {
  metricSpecs: () => specs,
  metricValues: () => values,
  isActive: () => true,
  onChange: () => () => {},
};
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const certificates = await serverOrSkip('external scaler over TLS', 'openssl', ['openssl'], () =>
  Promise.resolve(makeCertificates()),
);
if (certificates) {
  const { ca, caFile, client, elsewhere, otherCa, server } = certificates;
  const serve = async (certificate: Certificate, clientCaFile: string | null) =>
    serveExternalScaler({
      service,
      host: '127.0.0.1',
      port: 0,
      clock: systemClock,
      logger: silentLogger,
      tls: await readServerTls(
        { key: 'cert', file: certificate.certFile },
        { key: 'key', file: certificate.keyFile },
        { key: 'clientCa', file: clientCaFile },
      ),
    });
  const open = await serve(server, null);
  const strict = await serve(server, caFile);
  const misnamed = await serve(elsewhere, null);
  test.after(async () => {
    for (const each of [open, strict, misnamed]) await each[Symbol.asyncDispose]();
  });
  // What KEDA is built on, in another language.
  const python = '/usr/bin/python3';
  const program = fileURLToPath(new URL('../support/servers/grpc-scaler.py', import.meta.url));
  const run = promisify(execFile);
  const hasGrpc = await run(python, ['-c', 'import grpc']).then(
    () => true,
    () => false,
  );
  if (!hasGrpc && process.env['SLUICE_REQUIRE_SERVICES']) {
    throw new Error('grpcio is not installed (Debian package python3-grpcio)');
  }
  const skip = hasGrpc ? false : 'grpcio is not installed (Debian package python3-grpcio)';

  const folder = path.dirname(caFile);
  const at = ({ port }: { readonly port: number }): string => `127.0.0.1:${port}`;
  const enableTLS = 'true';
  const own = { caCert: ca, tlsClientCert: client.cert, tlsClientKey: client.key };

  for (const { name, to = open, metadata = {}, authParams = {}, want } of [
    { name: 'its authority is trusted', authParams: { caCert: ca }, want: null },
    {
      name: 'its authority is trusted, TLS is asked for',
      metadata: { enableTLS },
      authParams: { caCert: ca },
      want: null,
    },
    { name: 'another authority', authParams: { caCert: otherCa }, want: /self-signed|unable to/ },
    { name: 'no authority', metadata: { enableTLS }, want: /self-signed|unable to/ },
    { name: 'nothing is checked', metadata: { enableTLS, unsafeSsl: 'true' }, want: null },
    { name: 'a client certificate', to: strict, authParams: own, want: null },
    {
      name: 'a client certificate, nothing is checked',
      to: strict,
      metadata: { unsafeSsl: 'true' },
      authParams: { tlsClientCert: client.cert, tlsClientKey: client.key },
      want: null,
    },
    { name: 'no client certificate', to: strict, authParams: { caCert: ca }, want: /certificate/ },
    {
      name: 'a certificate with the key of another',
      to: strict,
      authParams: { ...own, tlsClientKey: server.key },
      want: /expected a certificate with its key, both as PEM/,
    },
    {
      name: 'another name',
      to: misnamed,
      authParams: { caCert: ca },
      want: /IP: 127.0.0.1 is not in the cert's list/,
    },
    { name: 'another name, unchecked', to: misnamed, metadata: { enableTLS, unsafeSsl: 'true' }, want: null },
    // As in KEDA: neither asks for TLS, and the server hangs up.
    { name: 'unsafeSsl alone', metadata: { unsafeSsl: 'true' }, want: /did not answer GetMetricSpec/ },
    {
      name: 'half a certificate',
      authParams: { tlsClientCert: client.cert },
      want: /did not answer GetMetricSpec/,
    },
  ] satisfies readonly {
    readonly name: string;
    readonly to?: { readonly port: number };
    readonly metadata?: Readonly<Record<string, string>>;
    readonly authParams?: Readonly<Record<string, string>>;
    readonly want: RegExp | null;
  }[]) {
    test(`external over TLS: ${name}`, async () => {
      const given = { scalerAddress: at(to), ...metadata };
      if (want === null) {
        assert.deepEqual(await readOnce('external', given, { authParams }), { value: 7, active: true });
        return;
      }
      const { message, stage } = await readFailure('external', given, { authParams });
      assert.match(message, want);
      assert.equal(stage, 'spec');
      assert.ok(!message.includes('PRIVATE KEY'));
    });
  }

  test('external over TLS: an authority that the process trusts, by name', async () => {
    const usual = getCACertificates('default');
    setDefaultCACertificates([ca]);
    try {
      const given = { scalerAddress: `localhost:${open.port}`, enableTLS };
      assert.equal((await readOnce('external', given)).value, 7);
    } finally {
      setDefaultCACertificates(usual);
    }
  });

  test('gRPC over TLS: a server may be expected to have another name than its address', async () => {
    const tls = { ca, cert: null, key: null, keyPassword: null, unsafeSsl: false };
    const ask = async (to: { readonly port: number }, serverName: string): Promise<Uint8Array> => {
      await using scaler = createGrpcClient<messages.ScalerMethod>({
        what: 'The scaler',
        address: at(to),
        service: messages.servicePath,
        tls: { ...tls, serverName },
      });
      const ref = messages.encodeRef({ name: 'so', namespace: 'ns', scalerMetadata: {} });
      return await scaler.ask('GetMetricSpec', ref, new AbortController().signal);
    };
    assert.deepEqual(messages.decodeMetricSpecs(await ask(misnamed, 'elsewhere.example')), specs);
    assert.deepEqual(messages.decodeMetricSpecs(await ask(open, '')), specs);
    await assert.rejects(
      ask(open, 'elsewhere.example'),
      /Host: elsewhere.example. is not in the cert's altnames/,
    );
  });

  test('external over TLS: a server that speaks HTTP/1 only is told', async () => {
    await using old = await startHttps(certificates, { answer: (_request, response) => response.end() });
    const given = { scalerAddress: `127.0.0.1:${old.port}` };
    const { message } = await readFailure('external', given, { authParams: { caCert: ca } });
    assert.match(message, /did not answer GetMetricSpec: .*(?:no application protocol|HTTP\/2|h2)/i);
  });

  test('external-push over TLS: work is told at once', async () => {
    const over = new AbortController();
    const change = { authParams: own, clock: systemClock };
    await using trigger = await makeTrigger('external-push', { scalerAddress: at(strict) }, change);
    const told = Promise.withResolvers<void>();
    const watching = trigger.watch?.({ onActive: told.resolve, onChange: () => {} }, over.signal);
    await told.promise;
    over.abort();
    await watching;
  });

  test('external: one connection for all who ask the same place alike, closed when the last one goes', async () => {
    const connections = new Set<Socket>();
    let opened = 0;
    const front = createServer((socket) => {
      opened += 1;
      connections.add(socket);
      socket.once('close', () => connections.delete(socket));
      const behind = connect(open.port, '127.0.0.1');
      for (const [from, to] of [
        [socket, behind],
        [behind, socket],
      ] as const) {
        from.on('error', () => to.destroy()).pipe(to);
      }
    });
    const scalerAddress = `127.0.0.1:${await listenLocally(front)}`;
    const make = (caCert: string) => makeTrigger('external', { scalerAddress }, { authParams: { caCert } });
    const closed = async (): Promise<void> => {
      while (connections.size > 0) await new Promise((resolve) => setImmediate(resolve));
    };
    try {
      const [one, two] = [await make(ca), await make(ca)];
      await readValue(one);
      await readValue(two);
      assert.equal(opened, 1);
      await one[Symbol.asyncDispose]();
      await readValue(two);
      assert.equal(opened, 1);
      // Other parameters, even if they come to the same, have a connection of their own.
      await using other = await make(`${ca}${otherCa}`);
      await readValue(other);
      assert.equal(opened, 2);
      await two[Symbol.asyncDispose]();
      // Twice is once.
      await one[Symbol.asyncDispose]();
      await readValue(other);
      assert.equal(opened, 2);
      await other[Symbol.asyncDispose]();
      await closed();
      await using again = await make(ca);
      await readValue(again);
      assert.equal(opened, 3);
      // A connection that broke is opened anew for all.
      for (const socket of connections) socket.destroy();
      await closed();
      // Whoever asks before the end has been heard of is asked again, as every trigger is once.
      const reading = await readValue(again).catch(() => readValue(again));
      assert.equal(reading.value, 7);
      assert.equal(opened, 4);
    } finally {
      front.close();
    }
  });

  test("external scaler's server: a renewed certificate is shown, an unusable one is not", async () => {
    const files = { cert: path.join(folder, 'live.pem'), key: path.join(folder, 'live.key') };
    const put = (certificate: Certificate, key = certificate.key): void => {
      writeFileSync(files.cert, certificate.cert);
      writeFileSync(files.key, key);
    };
    put(elsewhere);
    let looked = Promise.withResolvers<void>();
    const read = async () => {
      try {
        return await readServerTls(
          { key: 'cert', file: files.cert },
          { key: 'key', file: files.key },
          { key: 'clientCa', file: null },
        );
      } finally {
        looked.resolve();
      }
    };
    const tls = await read();
    assert.ok(tls);
    const clock = createVirtualClock(0);
    const events: string[] = [];
    const logger = createLogger({
      level: 'info',
      now: () => 0,
      write: (line) => events.push(line),
    });
    const shared = { host: '127.0.0.1', port: 0, service, clock: systemClock, logger: silentLogger };
    await using live = await serveExternalScaler({ ...shared, tls });
    using _follower = followServerTls({ current: tls, read, onChange: live.useTls, clock, logger });
    const isTrusted = async (): Promise<boolean> =>
      readOnce('external', { scalerAddress: at(live) }, { authParams: { caCert: ca } }).then(
        () => true,
        () => false,
      );
    /** Files are read for real, whatever the clock says. */
    const minute = async (): Promise<void> => {
      looked = Promise.withResolvers<void>();
      await clock.advance(60_000);
      await looked.promise;
      await new Promise((resolve) => setImmediate(resolve));
    };
    assert.equal(await isTrusted(), false);
    await minute();
    // The certificate has been replaced, its key not yet: told once.
    put(server, elsewhere.key);
    await minute();
    await minute();
    assert.equal(await isTrusted(), false);
    put(server);
    await minute();
    assert.equal(await isTrusted(), true);
    assert.deepEqual(
      events.map((line) => (JSON.parse(line) as { event: string }).event),
      ['external-scaler-certificate-unusable', 'external-scaler-certificate-renewed'],
    );
    assert.ok(events.every((line) => !line.includes('PRIVATE')));
  });

  const garbage = path.join(folder, 'garbage.pem');
  writeFileSync(garbage, 'nothing');
  for (const { name, files, want } of [
    { name: 'none', files: [null, null, null], want: null },
    {
      name: 'a certificate without its key',
      files: [server.certFile, null, null],
      want: /^key: expected a file, as cert is given, received nothing\.$/,
    },
    {
      name: 'a key without its certificate',
      files: [null, server.keyFile, null],
      want: /^cert: expected a file, as key is given/,
    },
    {
      name: 'an authority without a certificate',
      files: [null, null, caFile],
      want: /^clientCa: clients show certificates only over TLS: cert is needed as well\.$/,
    },
    {
      name: 'a file that is not there',
      files: [server.certFile, '/nowhere/key.pem', null],
      want: /^key: \/nowhere\/key.pem cannot be read \(ENOENT\)\.$/,
    },
    {
      name: 'a certificate that is none',
      files: [garbage, server.keyFile, null],
      want: /^cert: expected a certificate as PEM, .*garbage.pem holds none\.$/,
    },
    {
      name: 'an authority that is none',
      files: [server.certFile, server.keyFile, garbage],
      want: /^clientCa: expected a certificate as PEM, .*garbage.pem holds none\.$/,
    },
    {
      name: 'the key of another',
      files: [server.certFile, client.keyFile, null],
      want: /^key: expected the key of the certificate in .*server.pem, .*client.key is none \(key values mismatch\)\.$/,
    },
  ] satisfies readonly {
    readonly name: string;
    readonly files: readonly (string | null)[];
    readonly want: RegExp | null;
  }[]) {
    test(`external scaler's server, its files: ${name}`, async () => {
      const [cert = null, key = null, clientCa = null] = files;
      const reading = readServerTls(
        { key: 'cert', file: cert },
        { key: 'key', file: key },
        { key: 'clientCa', file: clientCa },
      );
      if (want === null) assert.equal(await reading, null);
      else await assert.rejects(reading, { code: 'invalid-argument', message: want });
    });
  }

  test(
    "external scaler's server over TLS: grpcio calls it, with a certificate and without",
    { skip },
    async () => {
      const ref = hex(messages.encodeRef({ name: 'so', namespace: 'ns', scalerMetadata: {} }));
      const ask = async (to: { readonly port: number }, cert: string, key: string): Promise<string> => {
        // Checked by its name: gRPC takes no certificate for an address without one.
        const words = ['ask', `localhost:${to.port}`, caFile, cert, key, 'GetMetricSpec', ref];
        return (await run(python, [program, ...words])).stdout.trim();
      };
      const wanted = hex(messages.encodeMetricSpecs(specs));
      assert.equal(await ask(open, '', ''), wanted);
      assert.equal(await ask(strict, client.certFile, client.keyFile), wanted);
      assert.match(await ask(strict, '', ''), /^error (?:UNAVAILABLE|DEADLINE_EXCEEDED)$/);
    },
  );

  test("external over TLS: grpcio's server, which demands a certificate", { skip }, async () => {
    const files = [server.certFile, server.keyFile, caFile];
    const sent = [hex(messages.encodeMetricSpecs(specs)), hex(messages.encodeMetricValues(values))];
    await using scaler = startProcess({ command: python, args: [program, 'serve', ...files, ...sent] });
    const port = await untilReady(scaler, async () => {
      const [, found] = /^(\d+)$/m.exec(scaler.log()) ?? [];
      return found === undefined ? Promise.reject(new Error('no port yet')) : Number(found);
    });
    const given = { scalerAddress: `127.0.0.1:${port}` };
    assert.deepEqual(await readOnce('external', given, { authParams: own }), { value: 7, active: true });
    const { message } = await readFailure('external', given, { authParams: { caCert: ca } });
    assert.match(message, /did not answer GetMetricSpec/);
  });
}
