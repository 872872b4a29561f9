import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LabelSet, labelSet, labelValue } from './labels.ts';
import { createMatcher, type MatchOperator } from './matcher.ts';
import { createMetricsStore } from './store.ts';

const named = (name: string, labels: Readonly<Record<string, string>> = {}): LabelSet =>
  labelSet([['__name__', name], ...Object.entries(labels)]);

test('a sample is refused when its series is already further on, or it is older than the retention', () => {
  const store = createMetricsStore({ retentionMs: 1000 });
  const up = named('up');
  assert.equal(store.append(up, 5000, 1), true);
  assert.equal(store.append(up, 5000, 2), false, 'the same time twice');
  assert.equal(store.append(up, 4999, 2), false, 'going back');
  assert.equal(store.append(named('other'), 3999, 2), false, 'too old');
  assert.equal(store.append(named('other'), 4001, 2), true);
  assert.equal(store.stats().samples, 2);
});

test('samples older than the retention go when newer ones come, and empty series with prune', () => {
  const store = createMetricsStore({ retentionMs: 1000 });
  for (let tMs = 0; tMs <= 5000; tMs += 100) store.append(named('a'), tMs, 1);
  store.append(named('b'), 4500, 1);
  assert.equal(store.stats().samples, 11 + 1);
  store.prune(5600);
  assert.equal(store.stats().series, 1);
  assert.deepEqual(store.select([createMatcher('__name__', '=', 'b')]), []);
  assert.equal(store.stats().samples, 5);
});

test('above the series limit those not seen for longest go', () => {
  const store = createMetricsStore({ maxSeries: 32 });
  for (let n = 0; n < 32; n += 1) store.append(named('m', { n: String(n) }), n + 1, 1);
  store.append(named('m', { n: '0' }), 100, 1);
  store.append(named('m', { n: 'new' }), 101, 1);
  const left = store.select([]).map((one) => labelValue(one.labels, 'n'));
  assert.ok(left.includes('0') && left.includes('new'));
  assert.ok(!left.includes('1') && !left.includes('2'));
  assert.equal(store.stats().evictedSeries, 2);
  assert.ok(store.stats().series <= 32);
});

test('above the sample limit the oldest samples of all series go', () => {
  const store = createMetricsStore({ maxSamples: 1000 });
  for (let tMs = 0; tMs < 2000; tMs += 1) {
    store.append(named('a'), tMs, 1);
    store.append(named('b'), tMs, 1);
    assert.ok(store.stats().samples <= 1000);
  }
  const [a] = store.select([createMatcher('__name__', '=', 'a')]);
  assert.equal(a?.samples.lastMs, 1999);
  assert.ok((a?.samples.firstMs ?? 0) > 1400);
});

test('more series than samples allowed does not go on for ever', () => {
  const store = createMetricsStore({ maxSamples: 10 });
  for (let n = 0; n < 100; n += 1) store.append(named('m', { n: String(n) }), 1, 1);
  assert.ok(store.stats().samples <= 10);
});

const matching: readonly {
  name: string;
  matchers: readonly (readonly [string, MatchOperator, string])[];
  want: string[];
}[] = [
  { name: 'equal', matchers: [['job', '=', 'x']], want: ['1'] },
  { name: 'not equal takes series without the label', matchers: [['job', '!=', 'x']], want: ['2', '3'] },
  { name: 'an empty value is a label that is not there', matchers: [['job', '=', '']], want: ['3'] },
  { name: 'a pattern matches the whole value', matchers: [['job', '=~', 'y']], want: [] },
  { name: 'a pattern with alternatives', matchers: [['job', '=~', 'x|yy']], want: ['1', '2'] },
  { name: 'a negative pattern', matchers: [['job', '!~', 'x.*']], want: ['2', '3'] },
  {
    name: 'several must all hold',
    matchers: [
      ['job', '=~', '.+'],
      ['n', '=', '2'],
    ],
    want: ['2'],
  },
  {
    name: 'a value nobody has',
    matchers: [
      ['job', '=', 'zz'],
      ['n', '=', '2'],
    ],
    want: [],
  },
];
for (const { name, matchers, want } of matching) {
  test(`select: ${name}`, () => {
    const store = createMetricsStore();
    store.append(named('m', { n: '1', job: 'x' }), 1, 1);
    store.append(named('m', { n: '2', job: 'yy' }), 1, 1);
    store.append(named('m', { n: '3', job: '' }), 1, 1);
    const found = store.select(matchers.map((one) => createMatcher(...one)));
    assert.deepEqual(
      found.map((one) => labelValue(one.labels, 'n')),
      want,
    );
  });
}

test('a label called __proto__ is only a label', () => {
  const store = createMetricsStore();
  store.append(
    labelSet([
      ['__name__', 'm'],
      ['__proto__', 'x'],
    ]),
    1,
    1,
  );
  assert.equal(store.select([createMatcher('__proto__', '=', 'x')]).length, 1);
});

test('ending a series twice, or one that is unknown, changes nothing', () => {
  const store = createMetricsStore();
  store.append(named('m'), 1, 1);
  assert.deepEqual(
    [store.appendStale(named('x'), 2), store.appendStale(named('m'), 2), store.appendStale(named('m'), 3)],
    [false, true, false],
  );
});

test('a bound of 0 is refused by name', () => {
  assert.throws(() => createMetricsStore({ maxSeries: 0 }), /maxSeries must be above 0, received 0/);
});
