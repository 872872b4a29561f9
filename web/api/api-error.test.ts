import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messages } from '../language/messages.ts';
import { ApiError, toApiError } from './api-error.ts';
import { sentenceOf } from './sentence-of.ts';

const cases = [
  {
    name: 'the error body of Sluice',
    body: '{"error":{"message":"topK must be 1 to 100.","type":"x","code":"invalid-argument","param":"topK"}}',
    want: ['topK must be 1 to 100.', 'invalid-argument'],
  },
  {
    name: 'a proxy that answers with HTML',
    body: '<h1>502</h1>',
    want: ['The server answered with status 502.', null],
  },
  { name: 'an empty body', body: '', want: ['The server answered with status 502.', null] },
] as const;
for (const { name, body, want } of cases) {
  test(`error: ${name}`, () => {
    const { message, code } = toApiError(502, body);
    assert.deepEqual([message, code], want);
  });
}

test('nothing answers: the page says what to do', () => {
  assert.equal(sentenceOf(new ApiError(0, null, ''), messages.en), messages.en.cannotReach);
  assert.equal(sentenceOf(new TypeError('x'), messages.zh), messages.zh.cannotReach);
});
