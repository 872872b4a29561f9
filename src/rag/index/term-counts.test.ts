import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { eachTermCount, encodeTermCounts } from './term-counts.ts';

const counts = fc.uniqueArray(
  fc.tuple(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.integer({ min: 1, max: 1e6 })),
  { selector: ([id]) => id },
);

test('what was encoded is read back, in rising order of id', () => {
  fc.assert(
    fc.property(counts, (pairs) => {
      const read: [number, number][] = [];
      eachTermCount(encodeTermCounts(pairs), (id, occurrences) => read.push([id, occurrences]));
      assert.deepEqual(
        read,
        [...pairs].sort(([a], [other]) => a - other),
      );
    }),
  );
});
