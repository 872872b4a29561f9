import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { startRedisCluster, startRedisSentinel, startRedisServer } from '../support/servers/redis-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { failureOf, makeTrigger, readFailure, readOnce, readValue } from './trigger-reader.ts';

const password = 'rätsel:p@ss/wörd';
// All servers stand before the first test: whoever is waited for between tests is late for their end.
const redis = await serverOrSkip('redis', 'redis-server', ['redis-server', 'redis-cli'], () =>
  startRedisServer({ password }),
);
const cluster = await serverOrSkip('redis-cluster', 'redis-server', ['redis-server', 'redis-cli'], () =>
  startRedisCluster(),
);
const sentinel = await serverOrSkip(
  'redis-sentinel',
  'redis-sentinel',
  ['redis-server', 'redis-sentinel', 'redis-cli'],
  () => startRedisSentinel({ password: password.replace(/[^a-z]/g, ''), sentinelPassword: 'watch' }),
);
if (redis) {
  const { address } = redis;
  const access = { address, password };
  redis.cli('SELECT', '0');
  testTrigger('redis', { ...access, listName: 'conformance' });
  testTrigger('redis-streams', { ...access, stream: 'conformance-stream' });

  for (const { name, fill, want } of [
    { name: 'a list', fill: ['RPUSH', 'k', 'a', 'b', 'c'], want: 3 },
    { name: 'a set', fill: ['SADD', 'k', 'a', 'b'], want: 2 },
    { name: 'a hash', fill: ['HSET', 'k', 'f', '1'], want: 1 },
    { name: 'a sorted set', fill: ['ZADD', 'k', '1', 'a', '2', 'b', '3', 'c', '4', 'd'], want: 4 },
  ]) {
    test(`redis: the length of ${name}`, async () => {
      redis.cli('DEL', 'k');
      redis.cli(...fill);
      assert.deepEqual(await readOnce('redis', { ...access, listName: 'k' }), { value: want, active: true });
    });
  }

  test('redis: a key that does not exist is 0 and inactive', async () => {
    assert.deepEqual(await readOnce('redis', { ...access, listName: 'none' }), { value: 0, active: false });
  });

  test('redis: exactly the activation length is inactive', async () => {
    redis.cli('DEL', 'k');
    redis.cli('RPUSH', 'k', 'a', 'b');
    const metadata = { ...access, listName: 'k', activationListLength: '2' };
    assert.deepEqual(await readOnce('redis', metadata), { value: 2, active: false });
    redis.cli('RPUSH', 'k', 'c');
    assert.deepEqual(await readOnce('redis', metadata), { value: 3, active: true });
  });

  test('redis: a text is no list, and an error of asking', async () => {
    redis.cli('SET', 'text', 'x');
    const { message, stage } = await readFailure('redis', { ...access, listName: 'text' });
    assert.match(message, /Redis at .* gave no value: .*holds a string, expected a list/);
    assert.equal(stage, 'fetch');
  });

  test('redis: another database, hosts and ports in pairs, a user of its own, the password from the environment', async () => {
    redis.cli('-n', '3', 'RPUSH', 'other', 'a', 'b');
    redis.cli('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '+@all');
    const metadata = {
      listName: 'other',
      databaseIndex: '3',
      hosts: '127.0.0.1',
      ports: String(redis.port),
      username: 'reader',
      passwordFromEnv: 'REDIS_PASSWORD',
    };
    const reading = await readOnce('redis', metadata, { resolvedEnv: { REDIS_PASSWORD: 'secret' } });
    assert.equal(reading.value, 2);
  });

  test('redis: a wrong password is an error of connecting that does not repeat it', async () => {
    const wrong = 'not-the-pässword';
    const { message, stage } = await readFailure('redis', { address, password: wrong, listName: 'k' });
    assert.match(message, /^Redis at 127.0.0.1:\d+ cannot be reached: WRONGPASS/);
    assert.ok(!message.includes(wrong));
    assert.equal(stage, 'build');
  });

  test('redis: nobody listens', async () => {
    const metadata = { address: `127.0.0.1:${await freePort()}`, listName: 'k' };
    const { code, message, stage } = await readFailure('redis', metadata);
    assert.match(message, /cannot be reached: .*ECONNREFUSED/);
    assert.deepEqual({ code, stage }, { code: 'unavailable', stage: 'build' });
  });

  test('redis: after the connection broke the next reading connects again', async () => {
    await using trigger = await makeTrigger('redis', { ...access, listName: 'k' });
    await readValue(trigger);
    redis.cli('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const { stage } = await failureOf(trigger);
    assert.equal(stage, 'fetch');
    assert.equal((await readValue(trigger)).value, 3);
  });

  test('redis: an abort ends a reading at once', async () => {
    await using trigger = await makeTrigger('redis', { ...access, listName: 'k' });
    await readValue(trigger);
    const controller = new AbortController();
    const reading = trigger.read(0, controller.signal);
    controller.abort();
    await assert.rejects(reading, { code: 'cancelled' });
  });

  test('redis-streams: length, pending entries and lag tell different things', async () => {
    const stream = { ...access, stream: 's' };
    for (let index = 0; index < 6; index += 1) redis.cli('XADD', 's', '*', 'n', String(index));
    const lag = { ...stream, consumerGroup: 'g', lagCount: '2' };
    const pending = { ...stream, consumerGroup: 'g', pendingEntriesCount: '2' };

    // Without a group all of the stream is before it; pending entries cannot be asked for.
    assert.equal((await readOnce('redis-streams', stream)).value, 6);
    assert.equal((await readOnce('redis-streams', lag)).value, 6);
    assert.match((await readFailure('redis-streams', pending)).message, /NOGROUP/);

    // A group that has read nothing: nothing is pending, all of it lags.
    redis.cli('XGROUP', 'CREATE', 's', 'g', '0');
    assert.deepEqual(await readOnce('redis-streams', pending), { value: 0, active: false });
    assert.deepEqual(await readOnce('redis-streams', lag), { value: 6, active: true });

    // Four are read and not acknowledged.
    redis.cli('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', '4', 'STREAMS', 's', '>');
    assert.deepEqual(await readOnce('redis-streams', pending), { value: 4, active: true });
    assert.deepEqual(await readOnce('redis-streams', { ...lag, activationLagCount: '2' }), {
      value: 2,
      active: false,
    });
  });

  test('redis-streams: a stream that does not exist has no lag', async () => {
    const metadata = { ...access, stream: 'none', consumerGroup: 'g', lagCount: '1' };
    assert.deepEqual(await readOnce('redis-streams', metadata), { value: 0, active: false });
  });
}

if (cluster) {
  const { addresses } = cluster;
  testTrigger('redis-cluster', { addresses, listName: 'conformance' });
  testTrigger('redis-cluster-streams', { addresses, stream: 'conformance' });

  test('redis-cluster: keys on every node are found from any node', async () => {
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
      cluster.cli('RPUSH', key, '1', '2');
      cluster.cli('XADD', `stream-${key}`, '*', 'n', '1');
      for (const { address } of cluster.nodes) {
        assert.equal((await readOnce('redis-cluster', { addresses: address, listName: key })).value, 2);
        const metadata = { addresses: address, stream: `stream-${key}` };
        assert.equal((await readOnce('redis-cluster-streams', metadata)).value, 1);
      }
    }
  });

  test('redis-cluster: of several addresses the first that answers serves', async () => {
    const dead = `127.0.0.1:${await freePort()}`;
    assert.equal(
      (await readOnce('redis-cluster', { addresses: `${dead},${addresses}`, listName: 'a' })).value,
      2,
    );
  });
}

if (sentinel) {
  const access = {
    addresses: sentinel.address,
    sentinelMaster: 'jobs-master',
    sentinelPassword: 'watch',
    password: password.replace(/[^a-z]/g, ''),
  };
  testTrigger('redis-sentinel', { ...access, listName: 'conformance' });
  testTrigger('redis-sentinel-streams', { ...access, stream: 'conformance' });

  test('redis-sentinel: the master is found by its name', async () => {
    sentinel.master.cli('RPUSH', 'jobs', 'a', 'b', 'c');
    sentinel.master.cli('XADD', 'events', '*', 'n', '1');
    assert.equal((await readOnce('redis-sentinel', { ...access, listName: 'jobs' })).value, 3);
    assert.equal((await readOnce('redis-sentinel-streams', { ...access, stream: 'events' })).value, 1);
  });

  test('redis-sentinel: an unknown master is an error of connecting', async () => {
    const metadata = { ...access, sentinelMaster: 'other', listName: 'jobs' };
    const { message, stage } = await readFailure('redis-sentinel', metadata);
    assert.match(message, /knows no master named "other"/);
    assert.equal(stage, 'build');
  });
}
