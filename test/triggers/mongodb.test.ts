import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { listenLocally } from '../support/servers/listen-locally.ts';
import { startMongoStub } from '../support/servers/mongo-stub.ts';
import { serverOrSkip } from '../support/servers/server-process.ts';
import { failureOf, makeTrigger, never, readFailure, readOnce } from './trigger-reader.ts';

const base = { dbName: 'd', collection: 'jobs', query: '{"state":"waiting"}', queryValue: '5' };
// All servers stand before the first test: whoever is waited for between tests is late for their end.
const secure = await serverOrSkip('mongodb over TLS', 'openssl', ['openssl'], async () => {
  const stack = new AsyncDisposableStack();
  const certificates = stack.use(makeCertificates());
  const server = stack.use(await startMongoStub(7, { certificates }));
  return { certificates, server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
});
const first = await startMongoStub(12);
test.after(() => first[Symbol.asyncDispose]());
testTrigger('mongodb', base, {
  authParams: { connectionString: `mongodb://user:pencil@${first.host}/?authSource=admin` },
});

test('mongodb: counts over one signed-in connection that is kept', async () => {
  await using server = await startMongoStub(12);
  await using trigger = await makeTrigger(
    'mongodb',
    { ...base, activationQueryValue: '12' },
    { authParams: { connectionString: `mongodb://user:pencil@${server.host}` } },
  );
  for (const _turn of [1, 2]) {
    assert.deepEqual(await trigger.read(0, never), [{ name: 's0-mongodb-jobs', value: 12, active: false }]);
  }
  assert.deepEqual(
    server.asked.map((question) => Object.keys(question)[0]),
    ['hello', 'saslStart', 'saslContinue', 'aggregate', 'aggregate'],
  );
  assert.deepEqual(server.asked.at(-1)?.['pipeline'], [
    { $match: { state: 'waiting' } },
    { $group: { _id: 1, n: { $sum: 1 } } },
  ]);
});

test('mongodb: nothing found is 0, and a secondary leads to its primary', async () => {
  await using primary = await startMongoStub(0);
  await using secondary = await startMongoStub(99, { primary: primary.host });
  await using trigger = await makeTrigger('mongodb', base, {
    authParams: { connectionString: `mongodb://${secondary.host}` },
  });
  assert.equal((await trigger.read(0, never))[0]?.value, 0);
  assert.equal(secondary.asked.length, 1);
});

test('mongodb: a wrong password, nobody there and another server are errors of building, without the password', async () => {
  await using server = await startMongoStub(1, { password: 'other' });
  const other = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume();
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  const port = await listenLocally(other);
  for (const [host, want] of [
    [server.host, /Authentication failed/],
    ['127.0.0.1:1', /ECONNREFUSED/],
    [`127.0.0.1:${port}`, /does not speak as MongoDB|connection was closed/],
  ] as const) {
    await using trigger = await makeTrigger('mongodb', base, {
      authParams: { connectionString: `mongodb://user:pencil@${host}` },
    });
    const { message, stage } = await failureOf(trigger);
    assert.equal(stage, 'build');
    assert.match(message, want);
    assert.doesNotMatch(message, /pencil/);
  }
  await new Promise((resolve) => other.close(resolve));
});

if (secure) {
  const { certificates, server } = secure;
  const { ca, caFile, client, keyPassword, lockedKey, otherCaFile } = certificates;
  const folder = path.dirname(caFile);
  const both = path.join(folder, 'client-both.pem');
  writeFileSync(both, `${client.cert}${client.key}`);
  const bothLocked = path.join(folder, 'client-both-locked.pem');
  writeFileSync(bothLocked, `${client.cert}${lockedKey}`);
  const own = { tls: 'enable', ca, cert: client.cert, key: client.key };

  for (const { name, options = {}, authParams = {}, want } of [
    { name: 'parameters of the trigger', authParams: own, want: 7 },
    {
      name: 'parameters of the trigger, the key locked',
      authParams: { ...own, key: lockedKey, keyPassword },
      want: 7,
    },
    {
      name: 'files of the connection text',
      options: { tls: 'true', tlsCAFile: caFile, tlsCertificateKeyFile: both },
      want: 7,
    },
    {
      name: 'files of the connection text in their older names, the key locked',
      options: {
        ssl: 'true',
        sslCertificateAuthorityFile: caFile,
        sslClientCertificateKeyFile: bothLocked,
        sslClientCertificateKeyPassword: keyPassword,
      },
      want: 7,
    },
    {
      name: 'certificate and key in two files; a file is enough to ask for TLS',
      options: { tlsCAFile: caFile, tlsCertificateFile: client.certFile, tlsPrivateKeyFile: client.keyFile },
      want: 7,
    },
    {
      name: 'nothing is checked',
      options: { tls: 'true', tlsInsecure: 'true', tlsCertificateKeyFile: both },
      want: 7,
    },
    {
      name: 'another authority',
      options: { tls: 'true', tlsCAFile: otherCaFile, tlsCertificateKeyFile: both },
      want: /cannot be reached: (?:self-signed|unable to)/,
    },
    {
      name: 'no client certificate',
      options: { tls: 'true', tlsCAFile: caFile },
      want: /certificate|closed|ECONNRESET/,
    },
    {
      name: 'a file that is not there',
      options: { tls: 'true', tlsCAFile: '/nowhere/ca.pem' },
      want: /tlsCAFile: \/nowhere\/ca.pem cannot be read \(ENOENT\)/,
    },
    { name: 'no TLS', want: /connection was closed|ECONNRESET/ },
  ] satisfies readonly {
    readonly name: string;
    readonly options?: Readonly<Record<string, string>>;
    readonly authParams?: Readonly<Record<string, string>>;
    readonly want: number | RegExp;
  }[]) {
    test(`mongodb over TLS: ${name}`, async () => {
      const query = new URLSearchParams(options).toString();
      const connectionString = `mongodb://user:pencil@${server.host}/?${query}`;
      const change = { authParams: { ...authParams, connectionString } };
      if (typeof want === 'number') {
        assert.equal((await readOnce('mongodb', base, change)).value, want);
        return;
      }
      const { message, stage } = await readFailure('mongodb', base, change);
      assert.match(message, want);
      assert.equal(stage, 'build');
      for (const secret of ['pencil', keyPassword]) assert.ok(!message.includes(secret));
    });
  }
}
