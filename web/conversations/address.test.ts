import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, readAddress } from './address.ts';

const cases = [
  { name: 'a conversation', hash: '#conversation=c%2F1', want: 'c/1' },
  { name: 'another fragment', hash: '#ask', want: null },
  { name: 'no name', hash: '#conversation=', want: null },
  { name: 'damaged', hash: '#conversation=%E0%A4%A', want: null },
];
for (const { name, hash, want } of cases)
  test(`address: ${name}`, () => assert.equal(readAddress(hash), want));

test('an address leads back to its conversation', () => {
  assert.equal(readAddress(addressOf('对话 #1').slice(1)), '对话 #1');
  assert.equal(addressOf(null), '/');
});
