import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { ndcgAt, recallAt, reciprocalRank, runQuality } from './metrics.ts';

const close = (got: number, want: number): void =>
  assert.ok(Math.abs(got - want) < 1e-12, `expected ${want}, received ${got}`);
const judged = new Map([
  ['a', 2],
  ['b', 1],
  ['c', 0],
]);
const log3 = Math.log2(3);

// Ideal order a, b: 2 / log2(2) + 1 / log2(3).
const ideal = 2 + 1 / log3;
const cases: readonly {
  name: string;
  ranked: readonly string[];
  k: number;
  ndcg: number;
  recall: number;
  rank: number;
}[] = [
  { name: 'the ideal order', ranked: ['a', 'b', 'c'], k: 10, ndcg: 1, recall: 1, rank: 1 },
  { name: 'turned round', ranked: ['b', 'a'], k: 10, ndcg: (1 + 2 / log3) / ideal, recall: 1, rank: 1 },
  { name: 'behind others', ranked: ['x', 'c', 'a'], k: 10, ndcg: 1 / ideal, recall: 0.5, rank: 1 / 3 },
  { name: 'beyond the cut', ranked: ['x', 'a'], k: 1, ndcg: 0, recall: 0, rank: 1 / 2 },
  { name: 'nothing found', ranked: [], k: 10, ndcg: 0, recall: 0, rank: 0 },
  { name: 'a repeated document counts once', ranked: ['a', 'a', 'b'], k: 2, ndcg: 1, recall: 1, rank: 1 },
];

describe('metrics of one query', () => {
  for (const { name, ranked, k, ndcg, recall, rank } of cases) {
    test(name, () => {
      close(ndcgAt(k, ranked, judged), ndcg);
      close(recallAt(k, ranked, judged), recall);
      close(reciprocalRank(ranked, judged), rank);
    });
  }
  test('no relevant document gives 0', () => {
    assert.deepEqual([ndcgAt(10, ['c'], new Map([['c', 0]])), recallAt(10, ['c'], new Map())], [0, 0]);
  });
});

test('means are over judged queries that have a relevant document', () => {
  const qrels = new Map([
    ['one', new Map([['a', 1]])],
    ['two', new Map([['b', 1]])],
    ['none', new Map([['c', 0]])],
  ]);
  const quality = runQuality(qrels, new Map([['one', ['x', 'a']]]), 10);
  assert.equal(quality.queries, 2);
  close(quality.ndcg, 1 / log3 / 2);
  close(quality.recall, 0.5);
  close(quality.mrr, 0.25);
  assert.deepEqual(runQuality(new Map(), new Map(), 10), { queries: 0, ndcg: 0, recall: 0, mrr: 0 });
});
