import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { startMariadb } from '../support/servers/mariadb-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { readFailure, readOnce } from './trigger-reader.ts';

const password = 'p@ss/w:rd';
const mariadb = await serverOrSkip('mysql', 'mariadb-server', ['mariadbd', 'mariadb-install-db'], () =>
  startMariadb(password),
);
if (mariadb) {
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
}
