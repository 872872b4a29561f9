import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorWithoutSecrets, reasonOf, withoutSecrets } from './without-secrets.ts';

for (const { name, secrets = [], text, want } of [
  {
    name: 'a URL',
    text: 'dial amqp://bob:hunter2@mq:5672 failed',
    want: 'dial amqp://user:password@mq:5672 failed',
  },
  { name: 'a bare pair', text: 'bob:hunter2@mq', want: 'user:password@mq' },
  { name: 'a known secret', text: 'key s3cr/et is wrong', secrets: ['s3cr/et'], want: 'key *** is wrong' },
  { name: 'a known secret in a URL', text: '/?key=s3cr%2Fet', secrets: ['s3cr/et'], want: '/?key=***' },
  { name: 'a known secret in a form', text: 'key=a+b%21', secrets: ['a b!'], want: 'key=***' },
  { name: 'a known secret in JSON', text: '{"key":"a\\"b"}', secrets: ['a"b'], want: '{"key":"***"}' },
  { name: 'a secret within another', text: 'ab abc', secrets: ['ab', 'abc'], want: '*** ***' },
  {
    name: 'no secret',
    text: 'connect ECONNREFUSED 127.0.0.1:1',
    secrets: ['', null],
    want: 'connect ECONNREFUSED 127.0.0.1:1',
  },
]) {
  test(`secrets are taken out: ${name}`, () => assert.equal(withoutSecrets(text, secrets), want));
}

test('a reason is that of the innermost error', () => {
  const inner = new Error('connect ECONNREFUSED 127.0.0.1:1');
  assert.equal(reasonOf(new TypeError('fetch failed', { cause: inner })), inner.message);
  assert.equal(reasonOf(new AggregateError([inner], '')), inner.message);
  assert.equal(reasonOf(new DOMException('', 'TimeoutError')), 'no answer in time');
});

test('a cause is kept with its codes, without secrets in words or stacks', () => {
  const inner = Object.assign(new Error('no such host hunter2'), { code: 'ENOTFOUND' });
  const safe = errorWithoutSecrets(new TypeError('of hunter2', { cause: inner }), ['hunter2']);
  assert.deepEqual([safe.name, safe.message], ['TypeError', 'of ***']);
  const { cause } = safe;
  assert.ok(cause instanceof Error && 'code' in cause);
  assert.deepEqual([cause.message, cause.code], ['no such host ***', 'ENOTFOUND']);
  assert.ok(![safe, cause].some(({ stack }) => stack?.includes('hunter2')));
  const loop = new Error('round');
  loop.cause = loop;
  assert.equal(errorWithoutSecrets(loop, []).message, 'round');
});
