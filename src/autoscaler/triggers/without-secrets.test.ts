import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonOf, withoutSecrets } from './without-secrets.ts';

for (const { name, secrets = [], text, want } of [
  {
    name: 'a URL',
    text: 'dial amqp://bob:hunter2@mq:5672 failed',
    want: 'dial amqp://user:password@mq:5672 failed',
  },
  { name: 'a bare pair', text: 'bob:hunter2@mq', want: 'user:password@mq' },
  { name: 'a known secret', text: 'key s3cr/et is wrong', secrets: ['s3cr/et'], want: 'key *** is wrong' },
  { name: 'a known secret in a URL', text: '/?key=s3cr%2Fet', secrets: ['s3cr/et'], want: '/?key=***' },
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
