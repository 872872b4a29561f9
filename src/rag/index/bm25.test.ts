import assert from 'node:assert/strict';
import test from 'node:test';
import { inverseFrequency, saturation } from './bm25.ts';

test('a rare term weighs more, and one in every chunk still something', () => {
  assert.equal(inverseFrequency(3, 1), Math.log(1 + 2.5 / 1.5));
  assert.ok(inverseFrequency(3, 3) > 0);
  assert.ok(inverseFrequency(100, 1) > inverseFrequency(100, 2));
});

test('one occurrence in a chunk of average length counts 1, and many never 2.2', () => {
  assert.ok(Math.abs(saturation(1, 50, 50) - 1) < 1e-12);
  assert.ok(saturation(1000, 50, 50) < 2.2);
  assert.ok(saturation(1, 10, 50) > saturation(1, 100, 50));
});
