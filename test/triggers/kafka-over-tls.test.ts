import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startHttps } from '../support/servers/https-stub.ts';
import { startKafkaStub } from '../support/servers/kafka-stub.ts';
import { serverOrSkip } from '../support/servers/server-process.ts';
import { readFailure, readOnce } from './trigger-reader.ts';

// A stub, not a broker: it shows that the client signs in and speaks TLS as KEDA's parameters say.
const user = { name: 'keda', password: 's3cret-of-kafka', token: 't0ken-of-kafka' };
const started = await serverOrSkip('kafka over TLS', 'openssl', ['openssl'], async () => {
  const stack = new AsyncDisposableStack();
  const certificates = stack.use(makeCertificates());
  const kafka = stack.use(await startKafkaStub(certificates, user));
  const tokens = stack.use(
    await startHttps(certificates, {
      answer: (_request, response) => response.end(`{"access_token":"${user.token}","expires_in":60}`),
    }),
  );
  return { certificates, kafka, tokens, [Symbol.asyncDispose]: () => stack.disposeAsync() };
});
if (started) {
  const { certificates, kafka, tokens } = started;
  const { ca, client, keyPassword, lockedKey, otherCa, server } = certificates;
  const metadata = {
    bootstrapServers: kafka.broker,
    consumerGroup: 'workers',
    topic: 'orders',
    lagThreshold: '10',
  };
  const tls = { tls: 'enable', ca, cert: client.cert, key: client.key };
  const login = { username: user.name, password: user.password };

  for (const { name, change = {}, authParams, want } of [
    { name: 'PLAIN', authParams: { ...tls, ...login, sasl: 'plaintext' }, want: 'PLAIN' },
    { name: 'SCRAM-SHA-256', authParams: { ...tls, ...login, sasl: 'scram_sha256' }, want: 'SCRAM-SHA-256' },
    { name: 'SCRAM-SHA-512', authParams: { ...tls, ...login, sasl: 'scram_sha512' }, want: 'SCRAM-SHA-512' },
    {
      name: 'sasl and tls in the metadata',
      change: { sasl: 'scram_sha512', tls: 'enable' },
      authParams: { ...login, ca, cert: client.cert, key: client.key },
      want: 'SCRAM-SHA-512',
    },
    {
      name: 'the key of the certificate is locked',
      authParams: { ...tls, ...login, key: lockedKey, keyPassword, sasl: 'plaintext' },
      want: 'PLAIN',
    },
    {
      name: 'nothing is checked',
      change: { unsafeSsl: 'true' },
      authParams: { ...tls, ...login, ca: '', sasl: 'plaintext' },
      want: 'PLAIN',
    },
    {
      name: 'a wrong password, PLAIN',
      authParams: { ...tls, ...login, password: 'other-s3cret', sasl: 'plaintext' },
      want: /cannot be reached: .*(?:Invalid username or password|Authentication failed)/i,
    },
    {
      name: 'a wrong password, SCRAM',
      authParams: { ...tls, ...login, password: 'other-s3cret', sasl: 'scram_sha512' },
      want: /cannot be reached: .*(?:Invalid username or password|Authentication failed)/i,
    },
    { name: 'nobody signs in', authParams: tls, want: /cannot be reached/ },
    {
      name: 'another authority',
      authParams: { ...tls, ...login, ca: otherCa, sasl: 'plaintext' },
      want: /cannot be reached: .*(?:self-signed|unable to)/,
    },
    {
      name: 'no client certificate',
      authParams: { tls: 'enable', ca, ...login, sasl: 'plaintext' },
      want: /cannot be reached/,
    },
    {
      name: 'the key of another',
      authParams: { ...tls, ...login, key: server.key, sasl: 'plaintext' },
      want: /cannot be reached: expected a certificate with its key/,
    },
  ] satisfies readonly {
    readonly name: string;
    readonly change?: Readonly<Record<string, string>>;
    readonly authParams: Readonly<Record<string, string>>;
    readonly want: string | RegExp;
  }[]) {
    test(`kafka over TLS (a stub): ${name}`, async () => {
      kafka.signedIn.length = 0;
      if (typeof want === 'string') {
        const reading = await readOnce('kafka', { ...metadata, ...change }, { authParams });
        assert.deepEqual(reading, { value: 20, active: true });
        assert.deepEqual([...new Set(kafka.signedIn)], [want]);
        return;
      }
      const { message, stage } = await readFailure('kafka', { ...metadata, ...change }, { authParams });
      assert.match(message, want);
      assert.equal(stage, 'build');
      for (const secret of [user.password, 'other-s3cret', keyPassword]) assert.ok(!message.includes(secret));
    });
  }

  test('kafka over TLS (a stub): OAUTHBEARER, with a token of an authorisation server', async () => {
    kafka.signedIn.length = 0;
    const authParams = {
      ...tls,
      ...login,
      sasl: 'oauthbearer',
      oauthTokenEndpointUri: `${tokens.origin}/token`,
    };
    // Its certificate is not the trigger's: KEDA asks it as anybody would.
    const usual = getCACertificates('default');
    setDefaultCACertificates([ca]);
    try {
      assert.equal((await readOnce('kafka', metadata, { authParams })).value, 20);
    } finally {
      setDefaultCACertificates(usual);
    }
    assert.deepEqual([...new Set(kafka.signedIn)], ['OAUTHBEARER']);
  });
}
