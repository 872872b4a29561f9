import assert from 'node:assert/strict';
import { test } from 'node:test';
import { triggerDependencies, triggerSpec } from '../../conformance.ts';
import { createTrigger } from '../mongodb.ts';
import { decodeBson, encodeBson } from './bson.ts';
import { parseExtendedJson } from './extended-json.ts';
import { connectionText, parseMongoUrl } from './mongo-place.ts';
import { createScram } from './scram.ts';

test('bson: the example of its specification, and what is written is read', () => {
  // {"hello":"world"} and {"BSON":["awesome",5.05,1986]}, from bsonspec.org.
  assert.equal(
    encodeBson({ hello: 'world' }).toString('hex'),
    '160000000268656c6c6f0006000000776f726c640000',
  );
  assert.equal(
    encodeBson({ BSON: ['awesome', 5.05, 1986] }).toString('hex'),
    '310000000442534f4e002600000002300008000000617765736f6d65000131003333333333331440103200c20700000000',
  );
  const document = { a: 1, b: 2 ** 40, c: 0.5, d: 'ä', e: null, f: true, g: [1, { h: 'x' }], i: {} };
  assert.deepEqual(decodeBson(encodeBson(document)), document);
  assert.throws(() => decodeBson(Buffer.from('160000000268656c', 'hex')), { code: 'upstream-failed' });
});

test('extended JSON: special values by their spelling, operators as they are', () => {
  const parsed = parseExtendedJson(
    '{"at":{"$gt":{"$date":"2026-01-01T00:00:00Z"}},"n":{"$in":[{"$numberLong":"5"},2]},"_id":{"$oid":"507f1f77bcf86cd799439011"}}',
  );
  assert.ok(parsed);
  assert.deepEqual(decodeBson(encodeBson(parsed)), {
    at: { $gt: Date.parse('2026-01-01T00:00:00Z') },
    n: { $in: [5, 2] },
    _id: '507f1f77bcf86cd799439011',
  });
  for (const text of ['', '[]', '1', '{"a":{"$oid":"x"}}', '{"a":{"$date":"never"}}']) {
    assert.equal(parseExtendedJson(text), null, text);
  }
});

test('scram: the exchange of RFC 7677', async () => {
  const scram = createScram(
    { mechanism: 'SCRAM-SHA-256', username: 'user', password: 'pencil' },
    'rOprNGfwEbeRWgbNEkqO',
  );
  assert.equal(scram.first, 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
  const serverFirst =
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
  assert.equal(
    await scram.final(serverFirst),
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  );
  scram.verify('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  assert.throws(() => scram.verify('v=AAAA'), { code: 'unauthenticated' });
  await assert.rejects(scram.final('r=other,s=AAAA,i=4096'), /not ours/);
  await assert.rejects(scram.final(serverFirst.replace('4096', '1')), /not ours/);
});

test('connection texts', () => {
  const texts: Readonly<Record<string, string>> = {
    host: 'localhost',
    port: '1234',
    username: 'sample',
    password: 'sec@ure',
    dbName: 'test',
  };
  const values = { has: (name: string) => name in texts, text: (name: string) => texts[name] ?? '' };
  assert.equal(connectionText(values), 'mongodb://sample:sec%40ure@localhost:1234/test');
  const parsed = parseMongoUrl('mongodb://u:p%40@a:1,b:2/d?authSource=x&tls=true');
  assert.deepEqual(
    [parsed?.hosts, parsed?.password, parsed?.database, parsed?.options.get('authsource')],
    [['a:1', 'b:2'], 'p@', 'd', 'x'],
  );
  for (const text of ['http://h', 'mongodb://', 'mongodb://a:%zz@h']) assert.equal(parseMongoUrl(text), null);
});

test('mongodb refuses what it cannot read', () => {
  const base = { dbName: 'd', collection: 'jobs', query: '{"state":"waiting"}', queryValue: '5' };
  for (const [connectionString, query, want] of [
    ['http://h', '{}', /connectionString: expected mongodb/],
    ['mongodb://h', 'x', /query: expected a query as JSON/],
    ['mongodb://h/?authMechanism=MONGODB-X509', '{}', /expected authMechanism SCRAM/],
  ] as const) {
    assert.throws(
      () =>
        createTrigger(
          triggerSpec('mongodb', { ...base, query }),
          triggerDependencies({ authParams: { connectionString } }),
        ),
      want,
    );
  }
});
