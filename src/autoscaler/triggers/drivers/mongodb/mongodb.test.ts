import assert from 'node:assert/strict';
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { errorStageOf } from '../../error-stage.ts';
import { testTrigger, triggerDependencies, triggerSpec } from '../../conformance.ts';
import { createTrigger } from '../mongodb.ts';
import { decodeBson, encodeBson, type BsonDocument } from './bson.ts';
import { parseExtendedJson } from './extended-json.ts';
import { connectionText, parseMongoUrl } from './mongo-place.ts';
import { createScram } from './scram.ts';

const never = new AbortController().signal;

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

/** A server with one user, that counts `count` documents; it knows SCRAM-SHA-256 and nothing else. */
async function stub(count: number, change: { readonly password?: string; readonly primary?: string } = {}) {
  const password = change.password ?? 'pencil';
  const salt = Buffer.from('salt');
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const asked: Record<string, unknown>[] = [];
  const server = createServer((socket) => {
    let clientFirst = '';
    let serverFirst = '';
    socket.on('error', () => {});
    socket.on('data', (piece: Buffer) => {
      const question = decodeBson(Buffer.from(piece.subarray(21)));
      asked.push(question);
      const answer = (document: BsonDocument): void => {
        const body = encodeBson(document);
        const head = Buffer.alloc(21);
        head.writeInt32LE(21 + body.length, 0);
        head.writeInt32LE(piece.readInt32LE(4), 8);
        head.writeInt32LE(2013, 12);
        const whole = Buffer.concat([head, body]);
        // In two pieces, as a network may.
        socket.write(whole.subarray(0, 9));
        socket.write(whole.subarray(9));
      };
      const payload =
        question['payload'] instanceof Uint8Array ? Buffer.from(question['payload']).toString() : '';
      if ('hello' in question) {
        answer({
          ok: 1,
          isWritablePrimary: change.primary === undefined,
          ...(change.primary ? { primary: change.primary } : {}),
          saslSupportedMechs: ['SCRAM-SHA-256'],
        });
      } else if ('saslStart' in question) {
        clientFirst = payload.slice(3);
        serverFirst = `r=${clientFirst.split('r=')[1]}xyz,s=${salt.toString('base64')},i=4096`;
        answer({ ok: 1, conversationId: 7, done: false, payload: Buffer.from(serverFirst) });
      } else if ('saslContinue' in question) {
        const [withoutProof = '', proof = ''] = payload.split(',p=');
        const message = `${clientFirst},${serverFirst},${withoutProof}`;
        const key = hmac(salted, 'Client Key');
        const signature = hmac(createHash('sha256').update(key).digest(), message);
        const wanted = Buffer.from(key.map((byte, index) => byte ^ (signature[index] ?? 0))).toString(
          'base64',
        );
        if (proof !== wanted) answer({ ok: 0, code: 18, errmsg: 'Authentication failed.' });
        else
          answer({
            ok: 1,
            conversationId: 7,
            done: true,
            payload: Buffer.from(`v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`),
          });
      } else answer({ ok: 1, cursor: { firstBatch: count === 0 ? [] : [{ _id: 1, n: count }] } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  server.unref();
  return { host: `127.0.0.1:${port}`, asked, close: () => new Promise((resolve) => server.close(resolve)) };
}

const base = { dbName: 'd', collection: 'jobs', query: '{"state":"waiting"}', queryValue: '5' };
const first = await stub(12);
test.after(() => first.close());
testTrigger('mongodb', base, {
  authParams: { connectionString: `mongodb://user:pencil@${first.host}/?authSource=admin` },
});

test('mongodb: counts over one signed-in connection that is kept', async () => {
  const server = await stub(12);
  await using trigger = createTrigger(
    triggerSpec('mongodb', { ...base, activationQueryValue: '12' }),
    triggerDependencies({ authParams: { connectionString: `mongodb://user:pencil@${server.host}` } }),
  );
  for (const _turn of [1, 2]) {
    assert.deepEqual(await trigger.read(0, never), [{ name: 's0-mongodb-jobs', value: 12, active: false }]);
  }
  assert.deepEqual(
    server.asked.map((question) => Object.keys(question)[0]),
    ['hello', 'saslStart', 'saslContinue', 'aggregate', 'aggregate'],
  );
  assert.deepEqual(server.asked.at(-1)?.['pipeline'], [
    { $match: { state: 'waiting' } },
    { $group: { _id: 1, n: { $sum: 1 } } },
  ]);
});

test('mongodb: nothing found is 0, and a secondary leads to its primary', async () => {
  const primary = await stub(0);
  const secondary = await stub(99, { primary: primary.host });
  await using trigger = createTrigger(
    triggerSpec('mongodb', base),
    triggerDependencies({ authParams: { connectionString: `mongodb://${secondary.host}` } }),
  );
  assert.equal((await trigger.read(0, never))[0]?.value, 0);
  assert.equal(secondary.asked.length, 1);
});

test('mongodb: a wrong password, nobody there and another server are errors of building, without the password', async () => {
  const server = await stub(1, { password: 'other' });
  const other = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume();
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  for (const [host, want] of [
    [server.host, /Authentication failed/],
    ['127.0.0.1:1', /ECONNREFUSED/],
    [`127.0.0.1:${port}`, /does not speak as MongoDB|connection was closed/],
  ] as const) {
    await using trigger = createTrigger(
      triggerSpec('mongodb', base),
      triggerDependencies({ authParams: { connectionString: `mongodb://user:pencil@${host}` } }),
    );
    await assert.rejects(trigger.read(0, never), (error: Error) => {
      assert.equal(errorStageOf(error), 'build');
      assert.match(error.message, want);
      assert.doesNotMatch(error.message, /pencil/);
      return true;
    });
  }
  await new Promise((resolve) => other.close(resolve));
});

test('mongodb refuses what it cannot read', () => {
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
