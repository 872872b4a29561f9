import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startMariadb } from '../support/servers/mariadb-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { makeTrigger, readFailure, readOnce } from './trigger-reader.ts';

const password = 'p@ss/w:rd';
const started = await serverOrSkip(
  'mysql',
  'mariadb-server openssl',
  ['mariadbd', 'mariadb-install-db', 'openssl'],
  async () => {
    const stack = new AsyncDisposableStack();
    const certificates = stack.use(makeCertificates());
    const mariadb = stack.use(await startMariadb(password, certificates));
    return { certificates, mariadb, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  },
);
if (started) {
  const { certificates, mariadb } = started;
  const place = { host: '127.0.0.1', port: String(mariadb.port), username: 'keda', dbName: 'jobs' };
  const metadata = { ...place, query: 'SELECT 7', queryValue: '5' };
  const access = { authParams: { password } };
  testTrigger('mysql', metadata, access);

  for (const { name, query, want } of [
    { name: 'a whole number', query: 'SELECT 7', want: 7 },
    { name: 'a bigint', query: 'SELECT CAST(9007199254740991 AS UNSIGNED)', want: 9007199254740991 },
    { name: 'a decimal', query: 'SELECT 2.50', want: 2.5 },
    {
      name: 'a count',
      query: 'SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = "jobs"',
      want: 1,
    },
    { name: 'a text that is a number', query: "SELECT '12'", want: 12 },
  ]) {
    test(`mysql: ${name}`, async () => {
      const reading = await readOnce('mysql', { ...metadata, query }, access);
      assert.deepEqual(reading, { value: want, active: true });
    });
  }

  for (const { name, query, want } of [
    { name: 'NULL', query: 'SELECT NULL', want: /gave NULL, expected a number/ },
    { name: 'no rows', query: 'SELECT 1 FROM dual WHERE 1 = 0', want: /gave no rows/ },
    { name: 'text', query: "SELECT 'many'", want: /gave "many", expected a number/ },
    { name: 'a query that is none', query: 'SELEKT 1', want: /SQL syntax/ },
  ]) {
    test(`mysql: ${name} is an error of asking`, async () => {
      const { message, stage } = await readFailure('mysql', { ...metadata, query }, access);
      assert.match(message, want);
      assert.equal(stage, 'fetch');
    });
  }

  test('mysql: by connection texts, over TCP and over a socket', async () => {
    for (const connectionString of [
      `keda:${password}@tcp(127.0.0.1:${mariadb.port})/jobs?parseTime=true`,
      `keda:${password}@unix(${mariadb.socket})/jobs`,
    ]) {
      const query = { query: 'SELECT 7', queryValue: '5' };
      assert.equal((await readOnce('mysql', query, { authParams: { connectionString } })).value, 7);
    }
  });

  test('mysql: a wrong password is an error of connecting that does not repeat it', async () => {
    const change = { authParams: { password: 'wrong-password' } };
    const { message, stage } = await readFailure('mysql', metadata, change);
    assert.match(message, /^MySQL at 127.0.0.1:\d+ cannot be reached: Access denied/);
    assert.ok(!message.includes('wrong-password'));
    assert.equal(stage, 'build');
  });

  test('mysql: nobody listens', async () => {
    const gone = await readFailure('mysql', { ...metadata, port: String(await freePort()) }, access);
    assert.match(gone.message, /ECONNREFUSED/);
    assert.equal(gone.stage, 'build');
  });

  // The text names no authority: those count that the process trusts, as with KEDA those of its container.
  const isEncrypted = `SELECT IF(variable_value = '', 0, 1) FROM information_schema.session_status
    WHERE variable_name = 'ssl_version'`;
  for (const { name, tls, host = '127.0.0.1', trusted = false, want } of [
    { name: 'none', tls: 'false', want: 0 },
    { name: 'unchecked', tls: 'skip-verify', want: 1 },
    { name: 'where the server has it', tls: 'preferred', want: 1 },
    { name: 'an authority that is not trusted', tls: 'true', want: /self-signed|unable to/ },
    { name: 'a trusted authority', tls: 'true', trusted: true, want: 1 },
    { name: 'a trusted authority, by name', tls: 'true', host: 'localhost', trusted: true, want: 1 },
    {
      name: 'a server with another address',
      tls: 'true',
      host: '127.0.0.2',
      trusted: true,
      want: /IP: 127.0.0.2 is not in the cert's list/,
    },
  ] satisfies readonly {
    readonly name: string;
    readonly tls: string;
    readonly host?: string;
    readonly trusted?: boolean;
    readonly want: number | RegExp;
  }[]) {
    test(`mysql with tls=${tls}: ${name}`, async () => {
      const usual = getCACertificates('default');
      if (trusted) setDefaultCACertificates([certificates.ca]);
      try {
        const connectionString = `keda:${password}@tcp(${host}:${mariadb.port})/jobs?tls=${tls}`;
        const query = { query: isEncrypted, queryValue: '5' };
        const change = { authParams: { connectionString } };
        if (typeof want === 'number') {
          assert.equal((await readOnce('mysql', query, change)).value, want);
          return;
        }
        const { message, stage } = await readFailure('mysql', query, change);
        assert.match(message, want);
        assert.equal(stage, 'build');
      } finally {
        setDefaultCACertificates(usual);
      }
    });
  }

  test('mysql: a server without TLS is used where TLS is preferred, and refused where it is demanded', async () => {
    await using plain = await startMariadb('plain-word');
    const query = { query: isEncrypted, queryValue: '5' };
    const by = (tls: string) => ({
      authParams: { connectionString: `keda:plain-word@tcp(127.0.0.1:${plain.port})/jobs?tls=${tls}` },
    });
    assert.equal((await readOnce('mysql', query, by('preferred'))).value, 0);
    const { message } = await readFailure('mysql', query, by('skip-verify'));
    assert.match(message, /cannot be reached: Server does not support secure connection/);
  });

  test('mysql: a configuration of TLS that nobody has registered is refused, without the password', async () => {
    const connectionString = 'keda:s3cret@tcp(127.0.0.1:1)/jobs?tls=custom';
    const made = makeTrigger(
      'mysql',
      { query: 'SELECT 1', queryValue: '5' },
      { authParams: { connectionString } },
    );
    await assert.rejects(made, (error: Error) => {
      assert.match(error.message, /tls only as true, false, skip-verify or preferred/);
      return !error.message.includes('s3cret');
    });
  });
}
