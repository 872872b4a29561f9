import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { meanOf, parseDistribution, sample } from './distribution.ts';
import { createEventHeap } from './event-heap.ts';
import { createFlapCounter } from './flap-counter.ts';
import { parseDuration } from './parse-duration.ts';
import { parseMetric } from './parse-metric.ts';
import { createRandom, randomAt } from './random.ts';
import { spread } from './traces/spread.ts';
import { createWaitHistogram } from './wait-histogram.ts';

test('durations', () => {
  const cases: readonly [string, number | null][] = [
    ['2', 2000],
    ['0.25', 250],
    ['500ms', 500],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['', null],
    ['2 weeks', null],
    ['-1s', null],
    ['s', null],
  ];
  for (const [text, want] of cases) assert.equal(parseDuration(text), want, text);
});

test('distributions: what is written is what is drawn', () => {
  assert.deepEqual(parseDistribution('2s', '--start'), { kind: 'constant', ms: 2000 });
  assert.deepEqual(parseDistribution('exponential:2s', '--start'), { kind: 'exponential', meanMs: 2000 });
  for (const text of [
    'lognormal:1s',
    'lognormal:1s,x',
    'uniform:1s',
    '',
    '1s,2',
    'exponential:0',
    'exponential:1s,2',
  ]) {
    assert.throws(() => parseDistribution(text, '--start'), /--start: expected a duration .* received/, text);
  }
  for (const text of ['2s', 'exponential:2s', 'lognormal:2s,0.8']) {
    const distribution = parseDistribution(text, '--service');
    const count = 40_000;
    let sum = 0;
    for (let index = 0; index < count; index += 1) sum += sample(distribution, randomAt(9, index));
    const mean = meanOf(distribution);
    assert.ok(Math.abs(sum / count / mean - 1) < 0.03, `${text}: ${sum / count} against ${mean}`);
  }
  // Quartiles of the normal distribution stand 0.6745 deviations off its middle.
  const lognormal = parseDistribution('lognormal:1s,1', '--service');
  assert.ok(Math.abs(sample(lognormal, 0.5) - 1000) < 1e-6);
  assert.ok(Math.abs(sample(lognormal, 0.75) - 1000 * Math.exp(0.674_489_75)) < 1e-3);
  assert.ok(Math.abs(sample(lognormal, 0.001) - 1000 * Math.exp(-3.090_232_306)) < 1e-3);
});

test('random numbers fill the unit interval evenly, by order and by index', () => {
  const inOrder = createRandom(3);
  for (const next of [inOrder, (index: number) => randomAt(3, index)]) {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let index = 0; index < 20_000; index += 1) {
      const value = next(index);
      assert.ok(value >= 0 && value < 1);
      tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
    }
    assert.ok(
      tenths.every((count) => Math.abs(count - 2000) < 200),
      tenths.join(' '),
    );
  }
});

test('spread: in order, within the interval, evenly', () => {
  const random = createRandom(2);
  let first = 0;
  for (let round = 0; round < 2000; round += 1) {
    const times: number[] = [];
    spread(4, 100, 200, random, (atMs) => times.push(atMs));
    assert.equal(times.length, 4);
    assert.ok(times.every((atMs, index) => atMs >= (times[index - 1] ?? 100) && atMs <= 200));
    first += times[0] ?? 0;
  }
  // The smallest of four uniform numbers is 1/5 on average.
  assert.ok(Math.abs(first / 2000 - 120) < 1.5);
});

test('the heap gives events by time, and by age where times are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const heap = createEventHeap<number>();
      for (const [id, atMs] of times.entries()) heap.push(atMs, id);
      const got: number[] = [];
      for (let id = heap.pop(); id !== undefined; id = heap.pop()) got.push(id);
      const want = [...times.keys()].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
      assert.deepEqual(got, want);
      assert.equal(heap.peekMs(), Infinity);
    }),
  );
});

test('percentiles are the nearest rank, to within a thousandth', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (waits, ratio) => {
        const histogram = createWaitHistogram();
        for (const wait of waits) histogram.add(wait);
        const sorted = waits.toSorted((a, b) => a - b);
        const want = sorted[Math.max(1, Math.ceil(ratio * sorted.length)) - 1] ?? 0;
        assert.ok(
          Math.abs(histogram.percentile(ratio) - want) <= want / 1000,
          `${histogram.percentile(ratio)} ${want}`,
        );
        assert.equal(histogram.maxMs, sorted.at(-1));
      },
    ),
  );
  assert.equal(createWaitHistogram().percentile(0.5), 0);
});

test('flaps: a change of direction within the window', () => {
  const counter = createFlapCounter(1000);
  counter.changed(0, 2, 0);
  counter.changed(2, 3, 100);
  counter.changed(3, 1, 900);
  counter.changed(1, 1, 950);
  counter.changed(1, 2, 3000);
  counter.changed(2, 0, 3500);
  assert.deepEqual([counter.changes, counter.flaps], [5, 2]);
});

test('metrics as queries call them', () => {
  assert.deepEqual(parseMetric('requests_total{job="docs", le="a,b"}'), {
    name: 'requests_total',
    labels: { job: 'docs', le: 'a,b' },
  });
  assert.deepEqual(parseMetric('up'), { name: 'up', labels: {} });
  assert.equal(parseMetric('{job="x"}').name, 'http_requests_total');
  for (const text of ['', '9x', 'a{b}', 'a{b=c}', 'a{b="c"'])
    assert.throws(() => parseMetric(text), /--metric: expected a counter/, text);
});
