import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { escapePostgresValue } from '../../catalogue/connection-texts.ts';
import { parsePostgresConnection } from './connection-text.ts';

test('what is written as a connection text is read back', () => {
  const value = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(value, value, (userName, password) => {
      const text = `user=${escapePostgresValue(userName)} password=${escapePostgresValue(password)} host=h`;
      const { password: readPassword, user } = parsePostgresConnection(text);
      assert.deepEqual([user, readPassword], [userName, password]);
    }),
  );
});

test('a URL with several hosts, a user and options', () => {
  assert.deepEqual(parsePostgresConnection('postgres://bob:a%2Fb@one,two:6432/jobs?sslmode=require'), {
    host: 'one,two',
    port: '5432,6432',
    user: 'bob',
    password: 'a/b',
    dbname: 'jobs',
    sslmode: 'require',
  });
});

test('a text that is none is refused without repeating it', () => {
  assert.throws(
    () => parsePostgresConnection("host=h password='geheim"),
    (error: Error) => {
      assert.match(error.message, /cannot be read from its character 7 on/);
      assert.ok(!error.message.includes('geheim'));
      return true;
    },
  );
});
