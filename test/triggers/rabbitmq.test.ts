import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startFreezingProxy } from '../support/servers/freezing-proxy.ts';
import { startOauth } from '../support/servers/oauth-stub.ts';
import { startRabbitmq } from '../support/servers/rabbitmq-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { eventually } from '../support/sluice-process.ts';
import { failureOf, makeTrigger, readFailure, readOnce, readValue } from './trigger-reader.ts';

const started = await serverOrSkip(
  'rabbitmq',
  'rabbitmq-server openssl',
  ['/usr/lib/rabbitmq/bin/rabbitmq-server', 'epmd', 'openssl'],
  async () => {
    const stack = new AsyncDisposableStack();
    const certificates = stack.use(makeCertificates());
    const client = { id: 'keda', secret: 's3cret-of-keda' };
    const oauth = stack.use(await startOauth(certificates, client, { aud: ['rabbitmq'], sub: 'keda' }));
    const rabbit = stack.use(await startRabbitmq({ certificates, tokenKey: oauth.publicKey }));
    return { certificates, oauth, rabbit, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  },
);
if (started) {
  const { certificates, oauth, rabbit } = started;
  const amqp = `amqp://guest:guest@127.0.0.1:${rabbit.port}`;
  const http = `http://guest:guest@127.0.0.1:${rabbit.httpPort}`;
  const publish = (vhost: string, queue: string): Promise<unknown> =>
    rabbit.api('POST', `/api/exchanges/${vhost}/amq.default/publish`, {
      properties: {},
      routing_key: queue,
      payload: 'x',
      payload_encoding: 'string',
    });
  await rabbit.api('PUT', '/api/vhosts/team%2Fa');
  await rabbit.api('PUT', '/api/permissions/team%2Fa/guest', { configure: '.*', write: '.*', read: '.*' });
  for (const [vhost, queue] of [
    ['%2F', 'jobs'],
    ['%2F', 'jobs-2'],
    ['team%2Fa', 'inner'],
  ]) {
    await rabbit.api('PUT', `/api/queues/${vhost}/${queue}`, { durable: false, auto_delete: false });
  }
  for (let index = 0; index < 3; index += 1) await publish('%2F', 'jobs');
  await publish('%2F', 'jobs-2');
  await publish('team%2Fa', 'inner');
  const jobs = { queueName: 'jobs', mode: 'QueueLength', value: '2' };

  testTrigger('rabbitmq', { ...jobs, host: amqp });
  testTrigger('rabbitmq', { ...jobs, host: http }, { fetch });

  test('rabbitmq over AMQP: ready messages of a queue', async () => {
    assert.deepEqual(await readOnce('rabbitmq', { ...jobs, host: amqp }), { value: 3, active: true });
    const above = { ...jobs, host: amqp, activationValue: '3' };
    assert.deepEqual(await readOnce('rabbitmq', above), { value: 3, active: false });
  });

  test('rabbitmq over AMQP: a virtual host in the URL or by its name, a user apart from the URL', async () => {
    const inner = { queueName: 'inner', mode: 'QueueLength', value: '2' };
    assert.equal((await readOnce('rabbitmq', { ...inner, host: `${amqp}/team%2Fa` })).value, 1);
    const named = { ...inner, host: `amqp://127.0.0.1:${rabbit.port}`, vhostName: 'team/a' };
    const authParams = { username: 'guest', password: 'guest' };
    assert.equal((await readOnce('rabbitmq', named, { authParams })).value, 1);
  });

  test('rabbitmq over AMQP: a missing queue is an error, and the trigger lives on', async () => {
    await using trigger = await makeTrigger('rabbitmq', { ...jobs, queueName: 'later', host: amqp });
    await assert.rejects(readValue(trigger), /gave no value: .*no queue 'later'/);
    await rabbit.api('PUT', '/api/queues/%2F/later', {});
    assert.equal((await readValue(trigger)).value, 0);
  });

  test('rabbitmq over AMQP: a wrong password, and nobody listening, are errors of connecting', async () => {
    const wrong = await readFailure('rabbitmq', {
      ...jobs,
      host: `amqp://guest:wrong-password@127.0.0.1:${rabbit.port}`,
    });
    assert.match(wrong.message, /^RabbitMQ at amqp:\/\/127.0.0.1:\d+ cannot be reached: /);
    assert.ok(!wrong.message.includes('wrong-password'));
    assert.equal(wrong.stage, 'build');
    const gone = await readFailure('rabbitmq', { ...jobs, host: `amqp://127.0.0.1:${await freePort()}` });
    assert.match(gone.message, /ECONNREFUSED/);
    assert.equal(gone.stage, 'build');
  });

  test('rabbitmq over HTTP: length of one queue and of several, and rates', async () => {
    // Statistics of queues are gathered once a second.
    await eventually('statistics', async () => {
      const { value } = await readOnce('rabbitmq', { ...jobs, host: http });
      return value === 3;
    });
    const all = { ...jobs, queueName: '^jobs', host: http, useRegex: 'true' };
    assert.equal((await readOnce('rabbitmq', all)).value, 4);
    assert.equal((await readOnce('rabbitmq', { ...all, operation: 'max' })).value, 3);
    assert.equal((await readOnce('rabbitmq', { ...all, operation: 'avg' })).value, 2);
    const ready = { ...jobs, host: http, excludeUnacknowledged: 'true' };
    assert.equal((await readOnce('rabbitmq', ready)).value, 3);
    const rate = await readOnce('rabbitmq', { ...jobs, host: http, mode: 'MessageRate' });
    assert.equal(rate.active, true);
    const time = await readOnce('rabbitmq', { ...jobs, host: http, mode: 'ExpectedQueueConsumptionTime' });
    assert.deepEqual(time, { value: 0, active: true });
    const inner = { ...jobs, queueName: 'inner', host: `${http}/team%2Fa` };
    await eventually('statistics', async () => (await readOnce('rabbitmq', inner)).value === 1);
  });

  test('rabbitmq over HTTP: a missing queue and a wrong password are errors of asking', async () => {
    const missing = await readFailure('rabbitmq', { ...jobs, queueName: 'none', host: http });
    assert.match(missing.message, /answered with status 404/);
    assert.equal(missing.stage, 'fetch');
    const host = `http://guest:wrong-password@127.0.0.1:${rabbit.httpPort}`;
    const wrong = await readFailure('rabbitmq', { ...jobs, host });
    assert.match(wrong.message, /answered with status 401/);
    assert.ok(!wrong.message.includes('wrong-password'));
  });
  const { ca, client, keyPassword, lockedKey, otherCa } = certificates;
  const overTls = {
    amqp: `amqps://guest:guest@127.0.0.1:${rabbit.tlsPort}`,
    http: `https://guest:guest@127.0.0.1:${rabbit.httpsPort}`,
  };
  const tls = 'enable';
  for (const { name, authParams = {}, change = {}, want } of [
    { name: 'its authority is trusted', authParams: { tls, ca }, want: { amqp: 3, http: 3 } },
    {
      name: 'a client shows its certificate',
      authParams: { tls, ca, cert: client.cert, key: client.key },
      want: { amqp: 3, http: 3 },
    },
    {
      name: 'the key of its certificate is locked',
      authParams: { tls, ca, cert: client.cert, key: lockedKey, keyPassword },
      want: { amqp: 3, http: 3 },
    },
    {
      name: 'nothing is checked',
      authParams: { tls },
      change: { unsafeSsl: 'true' },
      want: { amqp: 3, http: 3 },
    },
    // As KEDA: over AMQP parameters count only with `tls: enable`, over HTTP unsafeSsl always does.
    {
      name: 'nothing is checked, without tls',
      change: { unsafeSsl: 'true' },
      want: { amqp: /cannot be reached: (?:unable to|self-signed)/, http: 3 },
    },
    {
      name: 'an authority without tls',
      authParams: { ca },
      want: { amqp: /cannot be reached: (?:unable to|self-signed)/, http: /(?:unable to|self-signed)/ },
    },
    {
      name: 'another authority is trusted',
      authParams: { tls, ca: otherCa },
      want: { amqp: /cannot be reached: (?:unable to|self-signed)/, http: /(?:unable to|self-signed)/ },
    },
    {
      name: 'a certificate with the key of another',
      authParams: { tls, ca, cert: client.cert, key: certificates.server.key },
      want: { amqp: /cannot be reached: expected a certificate with its key/, http: /key values mismatch/ },
    },
  ] satisfies readonly {
    readonly name: string;
    readonly authParams?: Readonly<Record<string, string>>;
    readonly change?: Readonly<Record<string, string>>;
    readonly want: Readonly<Record<'amqp' | 'http', number | RegExp>>;
  }[]) {
    for (const protocol of ['amqp', 'http'] as const) {
      test(`rabbitmq over ${protocol} with TLS: ${name}`, async () => {
        const metadata = { ...jobs, host: overTls[protocol], ...change };
        const wanted = want[protocol];
        if (typeof wanted === 'number') {
          assert.equal((await readOnce('rabbitmq', metadata, { authParams })).value, wanted);
          return;
        }
        const { message, stage } = await readFailure('rabbitmq', metadata, { authParams });
        assert.match(message, wanted);
        assert.equal(stage, protocol === 'amqp' ? 'build' : 'fetch');
      });
    }
  }

  test('rabbitmq over AMQP with TLS: the server knows whose certificate was shown', async () => {
    const authParams = { tls, ca, cert: client.cert, key: client.key };
    await using trigger = await makeTrigger('rabbitmq', { ...jobs, host: overTls.amqp }, { authParams });
    await readValue(trigger);
    await eventually('a connection with the certificate', async () => {
      const connections = JSON.stringify(await rabbit.api('GET', '/api/connections'));
      return connections.includes('"peer_cert_subject":"CN=keda"');
    });
  });

  test('rabbitmq over HTTP with OAuth: a token of the right scopes, of too few, and none', async () => {
    const metadata = { ...jobs, host: overTls.http.replace('guest:guest@', '') };
    const access = {
      tls,
      ca,
      oauthTokenURI: oauth.tokenUrl,
      clientID: 'keda',
      clientSecret: 's3cret-of-keda',
      scopes: 'rabbitmq.tag:monitoring,rabbitmq.read:*/*',
    };
    assert.equal((await readOnce('rabbitmq', metadata, { authParams: access })).value, 3);
    const few = { authParams: { ...access, scopes: 'rabbitmq.read:*/*' } };
    assert.match((await readFailure('rabbitmq', metadata, few)).message, /answered with status 401/);
    const wrong = { authParams: { ...access, clientSecret: 'other-s3cret' } };
    const { message, stage } = await readFailure('rabbitmq', metadata, wrong);
    assert.equal(message, `The token endpoint ${oauth.tokenUrl} gave no token (status 401).`);
    assert.equal(stage, 'fetch');
  });

  test('rabbitmq over AMQP: a server that falls silent is given up, and nothing stays open', async () => {
    await using proxy = await startFreezingProxy(rabbit.port);
    await using trigger = await makeTrigger('rabbitmq', {
      ...jobs,
      host: `amqp://guest:guest@127.0.0.1:${proxy.port}`,
    });
    assert.equal((await readValue(trigger)).value, 3);
    proxy.freeze();
    const { message, stage } = await failureOf(trigger);
    assert.match(message, /gave no value: no answer in time$/);
    assert.equal(stage, 'fetch');
    await eventually('the connection to be closed', () => Promise.resolve(proxy.open.size === 0));
  });

  test('rabbitmq over HTTP: more queues than one answer holds are an error', async () => {
    const all = { ...jobs, queueName: '^jobs', host: http, useRegex: 'true', pageSize: '1' };
    const { message } = await readFailure('rabbitmq', all);
    assert.match(message, /matches 2 queues, which are 2 pages/);
  });
}
