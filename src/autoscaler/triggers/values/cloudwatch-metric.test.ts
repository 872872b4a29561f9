import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloudwatchResult, cloudwatchWindow, queryParameters } from './cloudwatch-metric.ts';

test('cloudwatch: the time looked at ends with a whole period, counted from the year 1', () => {
  const seconds = { period: 60, endOffset: 0, collection: 300 };
  const at = Date.parse('2026-01-02T03:04:05.678Z');
  const minute = Date.parse('2026-01-02T03:04:00Z') / 1000;
  for (const [change, end, start] of [
    [{}, minute, minute - 300],
    [{ endOffset: 6 }, minute - 60, minute - 360],
    [{ period: 1 }, minute + 5, minute - 295],
    // Weeks of Go begin on Mondays, since the year 1 did; 1970 began on a Thursday.
    [
      { period: 604_800 },
      Date.parse('2025-12-29T00:00:00Z') / 1000,
      Date.parse('2025-12-28T23:55:00Z') / 1000,
    ],
  ] as const) {
    assert.deepEqual(cloudwatchWindow(at, { ...seconds, ...change }), { start, end });
  }
});

const answer = (results: string): string =>
  '<GetMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><GetMetricDataResult>' +
  `<MetricDataResults>${results}</MetricDataResults><Messages/></GetMetricDataResult></GetMetricDataResponse>`;
for (const { name, results, want } of [
  {
    name: 'the newest of the first',
    results:
      '<member><Id>c1</Id><Values><member>12.5</member><member>1</member></Values></member>' +
      '<member><Values><member>7</member></Values></member>',
    want: { value: 12.5 },
  },
  {
    name: 'a small one',
    results: '<member><Values><member>1.0E-4</member></Values></member>',
    want: { value: 0.0001 },
  },
  {
    name: 'none in the first',
    results: '<member><Values/></member><member><Values><member>7</member></Values></member>',
    want: { value: null },
  },
  { name: 'no result', results: '', want: null },
]) {
  test(`cloudwatch: a value, ${name}`, () => {
    assert.deepEqual(cloudwatchResult(answer(results)), want);
  });
}

test('cloudwatch: lists and parts of an input are numbered and named', () => {
  const input = { A: 1, B: [{ C: 'x y', D: ['p', 'q'] }], E: undefined, F: true };
  assert.equal(
    queryParameters(input).toString(),
    'A=1&B.member.1.C=x+y&B.member.1.D.member.1=p&B.member.1.D.member.2=q&F=true',
  );
});
