import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionLag } from './partition-lag.ts';
import { totalLag } from './total-lag.ts';

const rules = {
  lagThreshold: 10,
  allowIdleConsumers: false,
  limitToPartitionsWithLag: false,
  ensureEvenDistributionOfPartitions: false,
};
for (const { change = {}, lags, name, want } of [
  { name: 'below the bound nothing is cut', lags: [5, 7], want: 12 },
  { name: 'more than a consumer a partition is cut', lags: [500, 500], want: 20 },
  { name: 'idle consumers are allowed', lags: [500, 500], change: { allowIdleConsumers: true }, want: 1000 },
  {
    name: 'the whole division lets 109 of 10 partitions through',
    lags: [109, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    want: 109,
  },
  {
    name: 'only partitions with lag count',
    lags: [109, 0, 0],
    change: { limitToPartitionsWithLag: true },
    want: 10,
  },
  {
    name: 'consumers share 6 partitions evenly: 3, not 4 … here 35 needs 6',
    lags: [35, 0, 0, 0, 0, 0],
    change: { ensureEvenDistributionOfPartitions: true },
    want: 60,
  },
  { name: 'no partitions', lags: [], want: 0 },
]) {
  test(`total lag: ${name}`, () => assert.equal(totalLag(lags, { ...rules, ...change }), want));
}

test('lag that nobody has moved counts for activation only', () => {
  const policy = {
    offsetResetPolicy: 'latest',
    scaleToZeroOnInvalidOffset: false,
    excludePersistentLag: true,
  } as const;
  assert.deepEqual(partitionLag({ committed: 3, end: 9, previous: 2 }, policy), {
    lag: 6,
    lagWithPersistent: 6,
  });
  assert.deepEqual(partitionLag({ committed: 3, end: 9, previous: 3 }, policy), {
    lag: 0,
    lagWithPersistent: 6,
  });
});
