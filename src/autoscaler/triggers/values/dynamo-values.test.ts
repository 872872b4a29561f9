import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dynamoValues } from './dynamo-values.ts';

for (const [name, written, want] of [
  ['texts, numbers and truth', { ':a': { S: 'x' }, ':b': { N: '1' }, ':c': { BOOL: false } }, undefined],
  ['bytes, written as text', { ':a': { B: 'abc' } }, { ':a': { B: 'YWJj' } }],
  ['nothing is true', { ':a': { NULL: false } }, { ':a': { NULL: true } }],
  [
    'lists and maps',
    { ':a': { L: [{ S: 'x' }, { M: { k: { B: 'abc' } } }] } },
    { ':a': { L: [{ S: 'x' }, { M: { k: { B: 'YWJj' } } }] } },
  ],
  ['sets are not passed on', { ':a': { SS: ['x'] } }, null],
  ['nor in a list', { ':a': { L: [{ NS: ['1'] }] } }, null],
  ['a list that is none', { ':a': { L: 'x' } }, null],
  ['a number that is no text', { ':a': { N: 1 } }, null],
  ['two types', { ':a': { S: 'x', N: '1' } }, null],
  ['no type', { ':a': 'x' }, null],
  ['no object', [], null],
] as const) {
  test(`dynamodb values: ${name}`, () => {
    assert.deepEqual(dynamoValues(written), want === undefined ? written : want);
  });
}
