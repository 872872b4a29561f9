import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datadogValue, type DatadogPoints, type DatadogReading } from './datadog-value.ts';

const points = (...values: readonly (number | null)[]): DatadogPoints =>
  values.map((value, at) => [at * 1000, value]);

for (const { name, reading = {}, series, want } of [
  { name: 'the newest value', series: [points(1, 5, null)], want: 5 },
  { name: 'some points before it', series: [points(1, 5, 7, null)], reading: { pointOffset: 1 }, want: 5 },
  { name: 'nothing was measured there', series: [points(null, 7)], reading: { pointOffset: 1 }, want: null },
  { name: 'nothing was measured at all', series: [points(null, null)], want: null },
  { name: 'no series', series: [], want: null },
  { name: 'the largest', series: [points(1), points(3), points(2)], reading: { aggregator: 'max' }, want: 3 },
  { name: 'the average', series: [points(1), points(4)], reading: { aggregator: 'average' }, want: 2.5 },
  {
    name: 'one without a value',
    series: [points(1), points(null)],
    reading: { aggregator: 'max' },
    want: null,
  },
  {
    name: 'several that nothing makes one',
    series: [points(1), points(2)],
    want: /expected one series, received 2/,
  },
  { name: 'no points', series: [points()], want: /more than 0 points .*received 0/ },
  {
    name: 'too few points',
    series: [points(1)],
    reading: { pointOffset: 1 },
    want: /more than 1 points .*received 1/,
  },
  { name: 'a point without a value', series: [[[1000]]], want: null },
] satisfies readonly {
  readonly name: string;
  readonly series: readonly DatadogPoints[];
  readonly reading?: Partial<DatadogReading>;
  readonly want: number | null | RegExp;
}[]) {
  test(`datadog: ${name}`, () => {
    const read = () => datadogValue(series, { aggregator: '', pointOffset: 0, ...reading });
    if (want instanceof RegExp) assert.throws(read, want);
    else assert.equal(read(), want);
  });
}
