import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { postgresProgram, startPostgres } from '../support/servers/postgresql-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { failureOf, makeTrigger, readFailure, readOnce, readValue } from './trigger-reader.ts';

const password = `it's a \\ "secret"`;
const started = await serverOrSkip(
  'postgresql',
  'postgresql openssl',
  [postgresProgram('initdb'), postgresProgram('postgres'), 'openssl'],
  async () => {
    const stack = new AsyncDisposableStack();
    const certificates = stack.use(makeCertificates());
    const postgres = stack.use(await startPostgres(password, certificates));
    return { certificates, postgres, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  },
);
if (started) {
  const { certificates, postgres } = started;
  const place = {
    host: '127.0.0.1',
    port: String(postgres.port),
    userName: 'keda',
    dbName: 'jobs',
    sslmode: 'disable',
  };
  const metadata = { ...place, query: 'SELECT 7', targetQueryValue: '5' };
  const access = { authParams: { password } };
  testTrigger('postgresql', metadata, access);

  for (const { name, query, want } of [
    { name: 'a whole number', query: 'SELECT 7', want: 7 },
    { name: 'a bigint', query: 'SELECT 9007199254740991::bigint', want: 9007199254740991 },
    { name: 'a numeric', query: 'SELECT 2.5::numeric', want: 2.5 },
    { name: 'a float', query: 'SELECT 1e-3::float8', want: 0.001 },
    { name: 'a text that is a number', query: "SELECT '12'", want: 12 },
    {
      name: 'the first of several rows and columns',
      query: 'SELECT * FROM (VALUES (3, 4), (5, 6)) v',
      want: 3,
    },
    { name: 'NaN, which the HPA sees as 0', query: "SELECT 'NaN'::float8", want: 0 },
  ]) {
    test(`postgresql: ${name}`, async () => {
      const reading = await readOnce('postgresql', { ...metadata, query }, access);
      assert.deepEqual(reading, { value: want, active: want > 0 });
    });
  }

  for (const { name, query, want } of [
    { name: 'NULL', query: 'SELECT NULL', want: /gave NULL, expected a number/ },
    { name: 'no rows', query: 'SELECT 1 WHERE false', want: /gave no rows/ },
    { name: 'text', query: "SELECT 'many'", want: /gave "many", expected a number/ },
    { name: 'a query that is none', query: 'SELEKT 1', want: /syntax error/ },
  ]) {
    test(`postgresql: ${name} is an error of asking`, async () => {
      const { message, stage } = await readFailure('postgresql', { ...metadata, query }, access);
      assert.match(message, want);
      assert.equal(stage, 'fetch');
    });
  }

  test('postgresql: by a URL, and by a connection text', async () => {
    const url = `postgresql://keda:${encodeURIComponent(password)}@127.0.0.1:${postgres.port}/jobs?sslmode=disable`;
    const text = `host=127.0.0.1 port=${postgres.port} user=keda dbname=jobs sslmode=prefer password='it\\'s a \\\\ "secret"'`;
    const query = { query: 'SELECT 7', targetQueryValue: '5' };
    for (const connection of [url, text]) {
      const reading = await readOnce('postgresql', query, { authParams: { connection } });
      assert.equal(reading.value, 7);
    }
  });

  test('postgresql: a wrong password is an error of connecting that does not repeat it', async () => {
    const change = { authParams: { password: 'wrong-password' } };
    const { message, stage } = await readFailure('postgresql', metadata, change);
    assert.match(message, /^PostgreSQL at 127.0.0.1 cannot be reached: .*authentication failed/);
    assert.ok(!message.includes('wrong-password'));
    assert.equal(stage, 'build');
  });

  test('postgresql: nobody listens, and an sslmode that is none', async () => {
    const gone = await readFailure('postgresql', { ...metadata, port: String(await freePort()) }, access);
    assert.match(gone.message, /ECONNREFUSED/);
    assert.equal(gone.stage, 'build');
    const mode = await readFailure('postgresql', { ...metadata, sslmode: 'required' }, access);
    assert.match(mode.message, /sslmode: expected disable, .* received "required"/);
  });

  test('postgresql: after the server closed the connection the next reading connects again', async () => {
    await using trigger = await makeTrigger('postgresql', metadata, access);
    assert.equal((await readValue(trigger)).value, 7);
    const kill = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'keda'`;
    assert.ok((await readOnce('postgresql', { ...metadata, query: kill }, access)).value >= 1);
    // The library notices by itself, or the question fails once.
    const first = await readValue(trigger).catch(() => failureOf(trigger).catch(() => null));
    void first;
    assert.equal((await readValue(trigger)).value, 7);
  });

  // Whether a connection is encrypted, and by whose certificate, is asked of the server itself.
  const encrypted = `SELECT CASE WHEN ssl THEN 1 ELSE 0 END + CASE WHEN client_dn = '/CN=keda' THEN 1 ELSE 0 END
    FROM pg_stat_ssl WHERE pid = pg_backend_pid()`;
  const { caFile, client, keyPassword, otherCaFile } = certificates;
  const lockedFile = path.join(path.dirname(caFile), 'client-locked.key');
  for (const { name, sslmode, more = '', host = '127.0.0.1', want } of [
    { name: 'none', sslmode: 'disable', want: 0 },
    { name: 'as the server likes', sslmode: 'prefer', want: 1 },
    { name: 'plain or not', sslmode: 'allow', want: 1 },
    { name: 'unchecked', sslmode: 'require', want: 1 },
    {
      name: 'require checks who signed, where told',
      sslmode: 'require',
      more: `sslrootcert=${caFile}`,
      want: 1,
    },
    {
      name: 'require, signed by another',
      sslmode: 'require',
      more: `sslrootcert=${otherCaFile}`,
      want: /self-signed|unable to/,
    },
    { name: 'an authority that is not trusted', sslmode: 'verify-ca', want: /self-signed|unable to/ },
    { name: 'the authority', sslmode: 'verify-ca', more: `sslrootcert=${caFile}`, want: 1 },
    { name: 'authority and address', sslmode: 'verify-full', more: `sslrootcert=${caFile}`, want: 1 },
    {
      name: 'authority and name',
      sslmode: 'verify-full',
      more: `sslrootcert=${caFile}`,
      host: 'localhost',
      want: 1,
    },
    {
      name: 'the authority, of a server with another address',
      sslmode: 'verify-ca',
      more: `sslrootcert=${caFile}`,
      host: '127.0.0.2',
      want: 1,
    },
    {
      name: 'a server with another address',
      sslmode: 'verify-full',
      more: `sslrootcert=${caFile}`,
      host: '127.0.0.2',
      want: /IP: 127.0.0.2 is not in the cert's list/,
    },
    {
      name: 'a client certificate',
      sslmode: 'verify-full',
      more: `sslrootcert=${caFile} sslcert=${client.certFile} sslkey=${client.keyFile}`,
      want: 2,
    },
    {
      name: 'a client certificate with a locked key',
      sslmode: 'require',
      more: `sslcert=${client.certFile} sslkey=${lockedFile} sslpassword=${keyPassword}`,
      want: 2,
    },
    {
      name: 'half a client certificate',
      sslmode: 'require',
      more: `sslcert=${client.certFile}`,
      want: /sslcert and sslkey must be given together/,
    },
    {
      name: 'a file that is not there',
      sslmode: 'verify-ca',
      more: 'sslrootcert=/nowhere/ca.pem',
      want: /sslrootcert: \/nowhere\/ca.pem cannot be read \(ENOENT\)/,
    },
  ] satisfies readonly {
    readonly name: string;
    readonly sslmode: string;
    readonly more?: string;
    readonly host?: string;
    readonly want: number | RegExp;
  }[]) {
    test(`postgresql with sslmode=${sslmode}: ${name}`, async () => {
      const query = { query: encrypted, targetQueryValue: '5' };
      const pairs = `host=${host} port=${postgres.port} user=keda dbname=jobs sslmode=${sslmode} ${more}`;
      const text = `${pairs} password='${password.replace(/['\\]/g, '\\$&')}'`;
      const options = new URLSearchParams({ sslmode });
      for (const pair of more.split(' ').filter((each) => each !== '')) {
        const [key = '', value = ''] = pair.split('=');
        options.set(key, value);
      }
      const url = `postgres://keda:${encodeURIComponent(password)}@${host}:${postgres.port}/jobs?${options.toString()}`;
      for (const connection of [text, url]) {
        const change = { authParams: { connection } };
        if (typeof want === 'number') {
          assert.equal((await readOnce('postgresql', query, change)).value, want);
          continue;
        }
        const { message, stage } = await readFailure('postgresql', query, change);
        assert.match(message, want);
        assert.equal(stage, 'build');
        for (const secret of [password, keyPassword]) assert.ok(!message.includes(secret));
      }
      if (more !== '' || typeof want !== 'number') return;
      const apart = { ...metadata, host, sslmode, query: encrypted };
      assert.equal((await readOnce('postgresql', apart, access)).value, want);
    });
  }

  test('postgresql: a server without TLS says so', async () => {
    await using plain = await startPostgres('p');
    const apart = { ...metadata, port: String(plain.port), sslmode: 'require' };
    const { message, stage } = await readFailure('postgresql', apart, { authParams: { password: 'p' } });
    assert.match(message, /cannot be reached: the server refuses TLS, which sslmode demands$/);
    assert.equal(stage, 'build');
    const either = { ...apart, sslmode: 'prefer' };
    assert.equal((await readOnce('postgresql', either, { authParams: { password: 'p' } })).value, 7);
  });
}
