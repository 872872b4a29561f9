import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { postgresProgram, startPostgres } from '../support/servers/postgresql-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { failureOf, makeTrigger, readFailure, readOnce, readValue } from './trigger-reader.ts';

const password = `it's a \\ "secret"`;
const postgres = await serverOrSkip(
  'postgresql',
  'postgresql',
  [postgresProgram('initdb'), postgresProgram('postgres')],
  () => startPostgres(password),
);
if (postgres) {
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
}
