import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startNatsServer, type NatsServer } from '../support/servers/nats-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { readFailure, readOnce } from './trigger-reader.ts';

// All servers stand before the first test: whoever is waited for between tests is late for their end.
const nats = await serverOrSkip('nats-jetstream', 'nats-server', ['nats-server'], async () => {
  const server = await startNatsServer();
  await createConsumer(server);
  return server;
});
const secure = await serverOrSkip(
  'nats-jetstream over TLS',
  'nats-server openssl',
  ['nats-server', 'openssl'],
  async () => {
    const stack = new AsyncDisposableStack();
    const certificates = stack.use(makeCertificates());
    const server = stack.use(await startNatsServer(certificates));
    await createConsumer(server);
    await server.request('orders.new', { index: 1 });
    return { certificates, server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  },
);
if (nats) {
  const metadata = {
    natsServerMonitoringEndpoint: nats.monitor,
    account: '$G',
    stream: 'orders',
    consumer: 'worker',
  };
  testTrigger('nats-jetstream', metadata, { fetch });

  test('nats-jetstream: pending messages and those given out but not acknowledged', async () => {
    assert.deepEqual(await readOnce('nats-jetstream', metadata), { value: 0, active: false });
    for (let index = 0; index < 12; index += 1) await nats.request('orders.new', { index });
    assert.deepEqual(await readOnce('nats-jetstream', metadata), { value: 12, active: true });
    // One is given out: 11 pending and 1 not acknowledged.
    await nats.request('$JS.API.CONSUMER.MSG.NEXT.orders.worker', { batch: 1 });
    const reading = await readOnce('nats-jetstream', { ...metadata, activationLagThreshold: '12' });
    assert.deepEqual(reading, { value: 12, active: false });
  });

  for (const { change, name, want } of [
    { name: 'account', change: { account: 'NONE' }, want: /knows no account NONE/ },
    { name: 'stream', change: { stream: 'none' }, want: /knows no stream none/ },
    { name: 'consumer', change: { consumer: 'none' }, want: /knows no consumer none/ },
  ]) {
    test(`nats-jetstream: an unknown ${name} is an error of asking`, async () => {
      const { message, stage } = await readFailure('nats-jetstream', { ...metadata, ...change });
      assert.match(message, want);
      assert.equal(stage, 'fetch');
    });
  }

  test('nats-jetstream: nobody listens', async () => {
    const natsServerMonitoringEndpoint = `127.0.0.1:${await freePort()}`;
    const { message, stage } = await readFailure('nats-jetstream', {
      ...metadata,
      natsServerMonitoringEndpoint,
    });
    assert.match(message, /^NATS at 127.0.0.1:\d+ cannot be asked: .*ECONNREFUSED/);
    assert.equal(stage, 'fetch');
  });
}

if (secure) {
  const { certificates, server } = secure;

  test('nats-jetstream: the monitor over https, by an authority that the process trusts', async () => {
    const metadata = {
      natsServerMonitoringEndpoint: server.monitor,
      useHttps: 'true',
      account: '$G',
      stream: 'orders',
      consumer: 'worker',
    };
    const untrusted = await readFailure('nats-jetstream', metadata);
    assert.match(untrusted.message, /cannot be asked: (?:self-signed|unable to)/);
    const usual = getCACertificates('default');
    setDefaultCACertificates([certificates.ca]);
    try {
      assert.deepEqual(await readOnce('nats-jetstream', metadata), { value: 1, active: true });
    } finally {
      setDefaultCACertificates(usual);
    }
  });
}

/** A stream `orders` with the consumer `worker`. */
async function createConsumer(server: NatsServer): Promise<void> {
  for (const [subject, body] of [
    ['$JS.API.STREAM.CREATE.orders', { name: 'orders', subjects: ['orders.*'] }],
    [
      '$JS.API.CONSUMER.DURABLE.CREATE.orders.worker',
      { stream_name: 'orders', config: { durable_name: 'worker', ack_policy: 'explicit' } },
    ],
  ] as const) {
    const answer = JSON.stringify(await server.request(subject, body));
    assert.ok(!answer.includes('"error"'), answer);
  }
}
