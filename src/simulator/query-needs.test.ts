import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayAskFor, queryReachMs } from './query-needs.ts';

const minute = 60_000;
const longest = 15 * 86_400_000;
const reaches: readonly { readonly query: string; readonly atLeast: number; readonly atMost: number }[] = [
  { query: 'up', atLeast: 5 * minute, atMost: 10 * minute },
  { query: 'sum(rate(http_requests_total{job="a99d"}[2m]))', atLeast: 7 * minute, atMost: 12 * minute },
  { query: 'rate(x[5m] offset 1h)', atLeast: 70 * minute, atMost: 75 * minute },
  { query: 'max_over_time(rate(x[1h30m])[2h:5m])', atLeast: 215 * minute, atMost: 225 * minute },
  { query: 'rate(x[300])', atLeast: 10 * minute, atMost: 15 * minute },
  { query: 'x offset 1w', atLeast: 7 * 86_400_000, atMost: 8 * 86_400_000 },
  { query: 'rate(x[5m]) > 1e12', atLeast: longest, atMost: longest },
  { query: 'x @ 1700000000', atLeast: longest, atMost: longest },
  { query: 'rate(x[5m * 24])', atLeast: longest, atMost: longest },
  { query: 'x offset -(5m)', atLeast: longest, atMost: longest },
];
for (const { query, atLeast, atMost } of reaches) {
  test(`reach of ${query}`, () => {
    const reachMs = queryReachMs(['up', query]);
    assert.ok(reachMs >= atLeast && reachMs <= atMost, `${reachMs / minute} min`);
  });
}

test('without a query nothing is needed', () => {
  assert.equal(queryReachMs([]), 0);
  assert.equal(mayAskFor('up', []), false);
});

const asks = [
  { query: 'rate(http_requests_total{job="x"}[2m])', want: [true, false] },
  { query: 'sum(sluice_requests_pending) + 1', want: [false, true] },
  { query: '{job="sluice"}', want: [true, true] },
  { query: 'sum ({job="sluice"})', want: [true, true] },
  { query: 'count({__name__=~"sluice.*"})', want: [true, true] },
];
for (const { query, want } of asks) {
  test(`series that ${query} may select`, () => {
    const names = ['http_requests_total', 'sluice_requests_pending'];
    assert.deepEqual(
      names.map((name) => mayAskFor(name, [query])),
      want,
    );
  });
}
