import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Kafka, logLevel } from 'kafkajs';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { startKafkaMock } from '../support/servers/kafka-mock.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { makeTrigger, readFailure, readOnce, readValue } from './trigger-reader.ts';

// librdkafka's mock cluster, not a broker: it has topics, messages and group offsets, and neither SASL nor TLS.
const mock = await serverOrSkip('kafka', 'kcat', ['kcat'], startKafkaMock);
if (mock) {
  const { broker } = mock;
  const produce = (topic: string, partition: number, count: number): void => {
    execFileSync('kcat', ['-b', broker, '-P', '-t', topic, '-p', String(partition)], {
      input: Array.from({ length: count }, (_none, index) => `m${index}\n`).join(''),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  };
  produce('orders', 0, 30);
  produce('orders', 1, 5);
  // Offsets are committed as a member of the group does it.
  const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).consumer({
    groupId: 'workers',
  });
  await consumer.connect();
  await consumer.subscribe({ topic: 'orders', fromBeginning: true });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
  await joined;
  await consumer.commitOffsets([
    { topic: 'orders', partition: 0, offset: '10' },
    { topic: 'orders', partition: 1, offset: '5' },
  ]);
  await consumer.disconnect();
  const metadata = {
    bootstrapServers: broker,
    consumerGroup: 'workers',
    topic: 'orders',
    lagThreshold: '10',
  };
  testTrigger('kafka', metadata);
  testTrigger('apache-kafka', metadata);

  test('kafka: the lag of a group; a partition it has never committed counts one', async () => {
    // 20 in partition 0, none in 1, and one each in 2 and 3.
    assert.deepEqual(await readOnce('kafka', metadata), { value: 22, active: true });
    const limited = { ...metadata, partitionLimitation: '0-1' };
    assert.deepEqual(await readOnce('kafka', { ...limited, activationLagThreshold: '20' }), {
      value: 20,
      active: false,
    });
  });

  test('kafka: offsets that do not exist, by policy', async () => {
    const one = {
      ...metadata,
      partitionLimitation: '0',
      consumerGroup: 'nobody',
      allowIdleConsumers: 'true',
    };
    assert.equal((await readOnce('kafka', one)).value, 1);
    assert.equal((await readOnce('kafka', { ...one, offsetResetPolicy: 'earliest' })).value, 30);
    assert.equal((await readOnce('kafka', { ...one, scaleToZeroOnInvalidOffset: 'true' })).value, 0);
  });

  test('kafka: never more than one consumer a partition, unless idle ones are allowed', async () => {
    const one = { ...metadata, partitionLimitation: '0', lagThreshold: '2' };
    assert.equal((await readOnce('kafka', one)).value, 2);
    assert.equal((await readOnce('kafka', { ...one, allowIdleConsumers: 'true' })).value, 20);
  });

  test('kafka: lag that nobody works on counts for activation only', async () => {
    const one = { ...metadata, partitionLimitation: '0', excludePersistentLag: 'true', lagThreshold: '50' };
    await using trigger = await makeTrigger('kafka', one);
    assert.deepEqual(await readValue(trigger), { value: 20, active: true });
    assert.deepEqual(await readValue(trigger), { value: 0, active: true });
  });

  test('apache-kafka: several topics; one without the partitions asked for does not matter', async () => {
    produce('refunds', 2, 7);
    const newer = { ...metadata, topic: 'orders,refunds' };
    // Offsets of refunds that were never committed count one for each of its four partitions.
    assert.deepEqual(await readOnce('apache-kafka', newer), { value: 26, active: true });
    const limited = { ...newer, partitionLimitation: '0,2-3' };
    assert.equal((await readOnce('apache-kafka', limited)).value, 25);
    const none = { ...newer, partitionLimitation: '7' };
    assert.deepEqual(await readOnce('apache-kafka', none), { value: 0, active: false });
    assert.match(
      (await readFailure('kafka', { ...metadata, partitionLimitation: '7' })).message,
      /of 7, received none/,
    );
  });

  test('kafka: nobody listens', async () => {
    const gone = { ...metadata, bootstrapServers: `127.0.0.1:${await freePort()}` };
    const { message, stage } = await readFailure('kafka', gone);
    assert.match(message, /^Kafka at 127.0.0.1:\d+ cannot be reached: /);
    assert.equal(stage, 'build');
  });

  test('kafka: Kerberos is refused with a sentence', async () => {
    const authParams = { username: 'u', password: 'p', realm: 'r', kerberosConfig: 'c' };
    await assert.rejects(makeTrigger('kafka', { ...metadata, sasl: 'gssapi' }, { authParams }), {
      code: 'unsupported',
    });
  });
}
