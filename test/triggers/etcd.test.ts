import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startEtcd } from '../support/servers/etcd-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { makeTrigger, readFailure, readOnce } from './trigger-reader.ts';

// All servers stand before the first test: whoever is waited for between tests is late for their end.
const etcd = await serverOrSkip('etcd', 'etcd-server', ['etcd'], async () => {
  const server = await startEtcd();
  await server.put('queue/length', '7.5');
  return server;
});
const secure = await serverOrSkip('etcd over TLS', 'etcd-server openssl', ['etcd', 'openssl'], async () => {
  const stack = new AsyncDisposableStack();
  const certificates = stack.use(makeCertificates());
  const server = stack.use(await startEtcd(certificates));
  await server.put('queue/length', '7.5');
  return { certificates, server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
});
if (etcd) {
  const metadata = { endpoints: etcd.address, watchKey: 'queue/length', value: '5' };
  testTrigger('etcd', metadata, { fetch });

  test('etcd: the number of a key', async () => {
    assert.deepEqual(await readOnce('etcd', metadata), { value: 7.5, active: true });
    assert.deepEqual(await readOnce('etcd', { ...metadata, activationValue: '7.5' }), {
      value: 7.5,
      active: false,
    });
  });

  test('etcd: of several endpoints the first that answers serves', async () => {
    const endpoints = `127.0.0.1:${await freePort()},http://${etcd.address}`;
    assert.equal((await readOnce('etcd', { ...metadata, endpoints })).value, 7.5);
  });

  test('etcd: no key, and a value that is no number', async () => {
    assert.match((await readFailure('etcd', { ...metadata, watchKey: 'none' })).message, /has no key none/);
    await etcd.put('words', 'many');
    const { message, stage } = await readFailure('etcd', { ...metadata, watchKey: 'words' });
    assert.match(message, /holds "many", expected a number/);
    assert.equal(stage, 'fetch');
  });

  test('etcd: a change above the activation value is told at once', async () => {
    await tellsOfChange({ ...metadata, watchKey: 'watched', activationValue: '3' }, {}, () =>
      etcd.put('watched', '4'),
    );
  });

  test('etcd: that nobody is there is an error of asking, with a user one of connecting', async () => {
    const nobody = { ...metadata, endpoints: `127.0.0.1:${await freePort()}` };
    assert.equal((await readFailure('etcd', nobody)).stage, 'fetch');
    const authParams = { username: 'root', password: 'geheim-1' };
    const { message, stage } = await readFailure('etcd', nobody, { authParams });
    assert.equal(stage, 'build');
    assert.match(message, /^etcd at \S+ cannot be reached: .*ECONNREFUSED/);
  });

  test('etcd: signing in where there are no users is fine', async () => {
    const authParams = { username: 'root', password: 'geheim-1' };
    assert.equal((await readOnce('etcd', metadata, { authParams })).value, 7.5);
  });

  test('etcd: signs in, and does not repeat the password', async () => {
    const base = { username: 'root', password: 'geheim-1' };
    await etcd.post('/v3/auth/user/add', { name: 'root', password: base.password });
    await etcd.post('/v3/auth/role/add', { name: 'root' });
    await etcd.post('/v3/auth/user/grant', { user: 'root', role: 'root' });
    await etcd.post('/v3/auth/enable', {});
    assert.equal((await readOnce('etcd', metadata, { authParams: base })).value, 7.5);
    const { message, stage } = await readFailure('etcd', metadata, {
      authParams: { ...base, password: 'wrong-geheim' },
    });
    assert.match(message, /cannot be reached: the sign-in at .* answered with status 400/);
    assert.equal(stage, 'build');
    assert.ok(!message.includes('wrong-geheim'));
    assert.match((await readFailure('etcd', metadata)).message, /status 400|user name is empty/);
  });
}

if (secure) {
  const { certificates, server } = secure;
  const { ca, client, keyPassword, lockedKey, otherCa } = certificates;
  const { cert, key } = client;
  const metadata = { endpoints: server.address, watchKey: 'queue/length', value: '5' };
  const access = { tls: 'enable', ca, cert, key };

  for (const { name, authParams, want } of [
    { name: 'a client certificate', authParams: access, want: 7.5 },
    { name: 'its key is locked', authParams: { ...access, key: lockedKey, keyPassword }, want: 7.5 },
    {
      name: 'no client certificate',
      authParams: { tls: 'enable', ca },
      want: /cannot be asked: .*certificate/,
    },
    {
      name: 'another authority is trusted',
      authParams: { ...access, ca: otherCa },
      want: /cannot be asked: (?:self-signed|unable to)/,
    },
    { name: 'without TLS', authParams: {}, want: /answered with status 400|cannot be asked/ },
  ] satisfies readonly {
    readonly name: string;
    readonly authParams: Readonly<Record<string, string>>;
    readonly want: number | RegExp;
  }[]) {
    test(`etcd over TLS: ${name}`, async () => {
      if (typeof want === 'number') {
        assert.equal((await readOnce('etcd', metadata, { authParams })).value, want);
        return;
      }
      assert.match((await readFailure('etcd', metadata, { authParams })).message, want);
    });
  }

  test('etcd over TLS: a key is watched', async () => {
    await tellsOfChange({ ...metadata, watchKey: 'watched', activationValue: '3' }, access, () =>
      server.put('watched', '4'),
    );
  });
}

/** Fails unless the trigger says within 10 s that there is work. */
async function tellsOfChange(
  metadata: Readonly<Record<string, string>>,
  authParams: Readonly<Record<string, string>>,
  change: () => Promise<void>,
): Promise<void> {
  await using trigger = await makeTrigger('etcd', metadata, { clock: systemClock, authParams });
  const stop = new AbortController();
  const told = Promise.withResolvers<void>();
  const watching = trigger.watch?.({ onActive: () => told.resolve(), onChange: () => {} }, stop.signal);
  // The watch has no moment at which it is known to stand: changes go on until one is told.
  const timer = setInterval(() => void change(), 50);
  try {
    await Promise.race([
      told.promise,
      systemClock.sleep(10_000, stop.signal).then(() => assert.fail('nothing was told in 10 s')),
    ]);
  } finally {
    clearInterval(timer);
    stop.abort();
  }
  await watching;
}
