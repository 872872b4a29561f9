import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { reciprocalRankFusion } from './fusion.ts';

test('ids of several runs rise above those of one', () => {
  assert.deepEqual(reciprocalRankFusion([['a', 'b'], ['b']]), [
    { id: 'b', score: 1 / 61 + 1 / 62 },
    { id: 'a', score: 1 / 61 },
  ]);
  assert.deepEqual(reciprocalRankFusion([]), []);
});

test('ties are ordered by id, and an id counts once a run', () => {
  const ids = reciprocalRankFusion([['b', 'b', 'c'], ['a']]).map(({ id }) => id);
  assert.deepEqual(ids, ['a', 'b', 'c']);
});

const run = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));
test('the order of the runs does not matter', () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 5 }), fc.infiniteStream(fc.nat()), (runs, keys) => {
      const shuffled = runs
        .map((list) => ({ list, key: keys.next().value }))
        .sort((a, b) => a.key - b.key)
        .map(({ list }) => list);
      assert.deepEqual(reciprocalRankFusion(shuffled), reciprocalRankFusion(runs));
    }),
  );
});

test('one run keeps its order', () => {
  fc.assert(
    fc.property(run, (list) => {
      assert.deepEqual(
        reciprocalRankFusion([list]).map(({ id }) => id),
        list,
      );
    }),
  );
});
