import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareNatural } from './natural-order.ts';

const rows: readonly { name: string; want: readonly string[] }[] = [
  { name: 'digits count as numbers', want: ['node2', 'node10', 'node10b', 'node11'] },
  { name: 'capitals come first, as in Go', want: ['B', 'a', 'b'] },
  { name: 'a beginning comes before the whole', want: ['', 'a', 'a1', 'a1b'] },
  { name: 'versions', want: ['1.2.3', '1.2.10', '1.10.0'] },
];
for (const { name, want } of rows) {
  test(name, () => assert.deepEqual([...want].reverse().sort(compareNatural), want));
}
