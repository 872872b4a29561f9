import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMysqlConnection } from './connection-text.ts';

const base = { port: 3306, socket: false, user: '', password: '', database: '', tls: 'false' };
for (const { text, want } of [
  {
    text: 'bob:p@ss/w:rd@tcp(db:3307)/jobs?tls=true',
    want: {
      ...base,
      host: 'db',
      port: 3307,
      user: 'bob',
      password: 'p@ss/w:rd',
      database: 'jobs',
      tls: 'true',
    },
  },
  { text: 'bob@tcp([::1]:3306)/jobs', want: { ...base, host: '::1', user: 'bob', database: 'jobs' } },
  {
    text: 'bob@unix(/run/sock)/jobs',
    want: { ...base, host: '/run/sock', port: 0, socket: true, user: 'bob', database: 'jobs' },
  },
  { text: '/jobs', want: { ...base, host: '127.0.0.1', database: 'jobs' } },
  {
    text: 'user@tcp(http://my.mysql.dev:3306)/stats_db',
    want: { ...base, host: 'my.mysql.dev', user: 'user', database: 'stats_db' },
  },
  { text: 'no slash', want: null },
  { text: '/jobs?tls=1', want: { ...base, host: '127.0.0.1', database: 'jobs', tls: 'true' } },
  {
    text: '/jobs?tls=Skip-Verify',
    want: { ...base, host: '127.0.0.1', database: 'jobs', tls: 'skip-verify' },
  },
  { text: '/jobs?tls=FALSE', want: { ...base, host: '127.0.0.1', database: 'jobs' } },
  // A name that a program registers with Go's driver; KEDA registers none.
  { text: '/jobs?tls=custom', want: null },
]) {
  test(`mysql connection text: ${text}`, () => assert.deepEqual(parseMysqlConnection(text), want));
}
