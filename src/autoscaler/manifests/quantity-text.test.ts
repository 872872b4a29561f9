import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalQuantity, quantityText } from './quantity-text.ts';

test('a number is whole with the largest suffix, or in thousandths', () => {
  assert.deepEqual([0, 2, 0.5, 1.2345, 10, 1000, 1500, 3_000_000].map(quantityText), [
    '0',
    '2',
    '500m',
    '1234m',
    '10',
    '1k',
    '1500',
    '3M',
  ]);
});

test('what was written is given back as an API server gives it back', () => {
  assert.deepEqual(
    ['500m', '0.5', '1000m', '1024Mi', '1.5Gi', '100Mi', '1e3', '2.5', '100u', 'much'].map(canonicalQuantity),
    ['500m', '500m', '1', '1Gi', '1536Mi', '100Mi', '1k', '2500m', '100u', 'much'],
  );
});
