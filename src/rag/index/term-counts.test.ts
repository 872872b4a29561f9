import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { eachTermCount, encodeTermCounts, readOccurrences } from './term-counts.ts';

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

test('a few terms are picked out as reading all of them would', () => {
  const small = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 300 })), {
    selector: ([id]) => id,
  });
  fc.assert(
    fc.property(small, fc.uniqueArray(fc.integer({ min: 1, max: 400 })), (pairs, wanted) => {
      const ids = wanted.sort((a, b) => a - b);
      const read = new Float64Array(ids.length);
      readOccurrences(encodeTermCounts(pairs), ids, read);
      const all = new Map(pairs);
      assert.deepEqual(
        [...read],
        ids.map((id) => all.get(id) ?? 0),
      );
    }),
  );
});
