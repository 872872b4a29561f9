import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startRedisCluster, startRedisSentinel, startRedisServer } from '../support/servers/redis-server.ts';
import { serverOrSkip } from '../support/servers/server-process.ts';
import { eventually } from '../support/sluice-process.ts';
import { makeTrigger, readFailure, readOnce, readValue } from './trigger-reader.ts';

const password = 's3cret-of-redis';
const programs = ['redis-server', 'redis-sentinel', 'redis-cli', 'openssl'];
const started = await serverOrSkip(
  'redis over TLS',
  'redis-server redis-sentinel openssl',
  programs,
  async () => {
    const stack = new AsyncDisposableStack();
    const certificates = stack.use(makeCertificates());
    const redis = stack.use(await startRedisServer({ password, certificates }));
    const cluster = stack.use(await startRedisCluster(certificates));
    const sentinel = stack.use(
      await startRedisSentinel({ password, sentinelPassword: 'watch', certificates }),
    );
    return { certificates, redis, cluster, sentinel, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  },
);
if (started) {
  const { certificates, cluster, redis, sentinel } = started;
  const { ca, client, keyPassword, lockedKey, otherCa, server } = certificates;
  const { cert, key } = client;
  redis.cli('RPUSH', 'jobs', 'a', 'b', 'c');
  redis.cli('XADD', 'events', '*', 'n', '1');
  cluster.cli('RPUSH', 'jobs', 'a', 'b', 'c');
  cluster.cli('XADD', 'events', '*', 'n', '1');
  sentinel.master.cli('RPUSH', 'jobs', 'a', 'b', 'c');
  sentinel.master.cli('XADD', 'events', '*', 'n', '1');
  const sentinelPlace = {
    addresses: sentinel.address,
    sentinelMaster: 'jobs-master',
    sentinelPassword: 'watch',
    password,
  };
  const list = { listName: 'jobs' };
  const stream = { stream: 'events' };
  const places: readonly (readonly [string, Readonly<Record<string, string>>, number])[] = [
    ['redis', { address: redis.address, password, ...list }, 3],
    ['redis-streams', { address: redis.address, password, ...stream }, 1],
    ['redis-cluster', { addresses: cluster.addresses, ...list }, 3],
    ['redis-cluster-streams', { addresses: cluster.addresses, ...stream }, 1],
    ['redis-sentinel', { ...sentinelPlace, ...list }, 3],
    ['redis-sentinel-streams', { ...sentinelPlace, ...stream }, 1],
  ];
  const tls = 'enable';
  const ways: readonly {
    readonly name: string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly authParams: Readonly<Record<string, string>>;
    /** Null: the number. */
    readonly want: RegExp | null;
  }[] = [
    { name: 'authority and client certificate', authParams: { tls, ca, cert, key }, want: null },
    { name: 'a locked key', authParams: { tls, ca, cert, key: lockedKey, keyPassword }, want: null },
    {
      name: 'nothing is checked',
      metadata: { enableTLS: 'true', unsafeSsl: 'true' },
      authParams: { cert, key },
      want: null,
    },
    { name: 'another authority', authParams: { tls, ca: otherCa, cert, key }, want: /self-signed|unable to/ },
    { name: 'no client certificate', authParams: { tls, ca }, want: /certificate|closed|ECONNRESET/ },
    {
      name: 'the key of another',
      authParams: { tls, ca, cert, key: server.key },
      want: /expected a certificate with its key/,
    },
    { name: 'no TLS', authParams: {}, want: /closed|ECONNRESET/ },
  ];
  for (const [type, metadata, value] of places) {
    for (const { authParams, metadata: more = {}, name, want } of ways) {
      test(`${type} over TLS: ${name}`, async () => {
        if (want === null) {
          assert.equal((await readOnce(type, { ...metadata, ...more }, { authParams })).value, value);
          return;
        }
        const { message, stage } = await readFailure(type, { ...metadata, ...more }, { authParams });
        assert.match(message, want);
        assert.equal(stage, 'build');
        for (const secret of [password, 'watch', keyPassword]) assert.ok(!message.includes(secret));
      });
    }
  }

  test('redis-sentinel: after a failover, and without the old master, the number goes on', async () => {
    await using watched = await startRedisSentinel({ password, sentinelPassword: 'watch', hasReplica: true });
    const { master, replica } = watched;
    assert.ok(replica);
    await using trigger = await makeTrigger('redis-sentinel', {
      ...sentinelPlace,
      addresses: watched.address,
      ...list,
    });
    master.cli('RPUSH', 'jobs', 'a', 'b');
    assert.deepEqual(await readValue(trigger), { value: 2, active: true });
    await eventually('the replica has it', () => Promise.resolve(replica.cli('LLEN', 'jobs') === '2'));
    assert.equal(watched.cli('SENTINEL', 'FAILOVER', 'jobs-master'), 'OK');
    // Never a wrong number: the right one, or an error of connecting or asking, which is asked again.
    await eventually('the replica is master', async () => {
      const reading = await readValue(trigger).catch(() => null);
      if (reading) assert.equal(reading.value, 2);
      return replica.cli('ROLE').startsWith('master');
    });
    await master[Symbol.asyncDispose]();
    replica.cli('RPUSH', 'jobs', 'c');
    await eventually('the number of the new master', async () => {
      const reading = await readValue(trigger).catch(() => null);
      return reading?.value === 3;
    });
  });
}
