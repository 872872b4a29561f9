import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatNumber, formatPlainNumber, formatTimestamp } from './format-number.ts';

const values: readonly (readonly [value: number, api: string, plain: string])[] = [
  [0.1 + 0.2, '0.30000000000000004', '0.30000000000000004'],
  [-0, '-0', '-0'],
  [1e21, '1e+21', '1000000000000000000000'],
  [1.25e22, '1.25e+22', '12500000000000000000000'],
  [1e-7, '1e-07', '0.0000001'],
  [-1.5e-7, '-1.5e-07', '-0.00000015'],
  [1e100, '1e+100', `1${'0'.repeat(100)}`],
  [123456789, '123456789', '123456789'],
  [Infinity, '+Inf', '+Inf'],
  [-Infinity, '-Inf', '-Inf'],
  [Number.NaN, 'NaN', 'NaN'],
];
for (const [value, api, plain] of values) {
  test(`${value} is ${api}, and ${plain} without exponent`, () => {
    assert.equal(formatNumber(value), api);
    assert.equal(formatPlainNumber(value), plain);
  });
}

test('timestamps are seconds with three decimals where needed', () => {
  const cases = [
    [1_700_000_000_000, '1700000000'],
    [1_700_000_000_500, '1700000000.500'],
    [7, '0.007'],
    [-1500, '-1.500'],
    [-5, '-0.005'],
  ] as const;
  for (const [tMs, want] of cases) assert.equal(formatTimestamp(tMs), want);
});
