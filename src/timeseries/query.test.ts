import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelSet, labelsText } from './labels.ts';
import { instantQuery, type QueryOptions, rangeQuery } from './query.ts';
import { createMetricsStore, type MetricsStore } from './store.ts';

type Load = Readonly<Record<string, readonly (readonly [seconds: number, value: number])[]>>;

/** A store of series written `name` or `name|label=value`. */
function load(series: Load): MetricsStore {
  const store = createMetricsStore({ retentionMs: 1e9 });
  for (const [text, samples] of Object.entries(series)) {
    const [name = '', ...labels] = text.split('|');
    const set = labelSet([['__name__', name], ...labels.map((one) => one.split('=') as [string, string])]);
    for (const [seconds, value] of samples) store.append(set, seconds * 1000, value);
  }
  return store;
}

async function at(
  store: MetricsStore,
  query: string,
  seconds: number,
  options: QueryOptions = {},
): Promise<Record<string, number>> {
  const value = await instantQuery(store, query, seconds * 1000, options);
  if (value.kind === 'scalar') return { scalar: value.value };
  return value.kind === 'vector'
    ? Object.fromEntries(value.samples.map((one) => [labelsText(one.labels), one.value]))
    : {};
}

const every = (count: number, gap: number, value: (index: number) => number): [number, number][] =>
  Array.from({ length: count }, (_, index) => [index * gap, value(index)]);

const stories: readonly {
  name: string;
  load: Load;
  query: string;
  seconds: number;
  options?: QueryOptions;
  want: Record<string, number>;
}[] = [
  {
    name: 'increase is stretched to both ends of the range (the example of rates.ts)',
    load: {
      c: [
        [15, 10],
        [30, 20],
        [45, 30],
      ],
    },
    query: 'increase(c[1m])',
    seconds: 60,
    want: { '{}': 40 },
  },
  {
    name: 'a fall of a counter counts as a restart from zero',
    load: {
      c: [
        [10, 90],
        [20, 100],
        [30, 5],
        [40, 15],
      ],
    },
    query: 'increase(c[30s])',
    seconds: 40,
    options: { semantics: 'prometheus-2' },
    want: { '{}': 25 },
  },
  {
    name: 'by the rules of Prometheus 3 the sample at the start of a range is left out',
    load: {
      c: [
        [0, 1],
        [10, 1],
        [20, 1],
      ],
    },
    query: 'count_over_time(c[20s])',
    seconds: 20,
    want: { '{}': 2 },
  },
  {
    name: 'by the rules of Prometheus 2 it is taken in',
    load: {
      c: [
        [0, 1],
        [10, 1],
        [20, 1],
      ],
    },
    query: 'count_over_time(c[20s])',
    seconds: 20,
    options: { semantics: 'prometheus-2' },
    want: { '{}': 3 },
  },
  {
    name: 'a sample is found for just under five minutes',
    load: { g: [[0, 7]] },
    query: 'g',
    seconds: 299.999,
    want: { g: 7 },
  },
  { name: 'and not after five minutes', load: { g: [[0, 7]] }, query: 'g', seconds: 300, want: {} },
  {
    name: 'the trigger of the built-in manifest: two codes, 3 requests a second',
    load: {
      'http_requests_total|job=sluice|code=200': every(61, 5, (index) => index * 10),
      'http_requests_total|job=sluice|code=500': every(61, 5, (index) => index * 5),
      'http_requests_total|job=other|code=200': every(61, 5, (index) => index * 100),
    },
    query: 'sum(rate(http_requests_total{job="sluice"}[2m]))',
    seconds: 300,
    want: { '{}': 3 },
  },
  {
    name: 'a single request in two minutes is a rate of about 0.008',
    load: { 'http_requests_total|job=sluice': every(25, 5, (index) => (index < 12 ? 0 : 1)) },
    query: 'round(sum(rate(http_requests_total{job="sluice"}[2m])), 0.001)',
    seconds: 120.5,
    want: { '{}': 0.008 },
  },
  {
    name: 'a metric that is not there is no answer, not 0',
    load: {},
    query: 'sum(rate(x[2m]))',
    seconds: 0,
    want: {},
  },
  {
    name: 'mad_over_time',
    load: {
      g: [
        [1, 1],
        [2, 1],
        [3, 2],
        [4, 2],
        [5, 4],
        [6, 6],
        [7, 9],
      ],
    },
    query: 'mad_over_time(g[1m])',
    seconds: 8,
    want: { '{}': 1 },
  },
  {
    name: 'first and last',
    load: {
      g: [
        [1, 5],
        [2, 6],
      ],
    },
    query: 'first_over_time(g[1m]) + last_over_time(g[1m])',
    seconds: 3,
    want: { '{}': 11 },
  },
  {
    name: 'the last time of the largest value',
    load: {
      g: [
        [1, 5],
        [2, 5],
        [3, 1],
      ],
    },
    query: 'ts_of_max_over_time(g[1m])',
    seconds: 3,
    want: { '{}': 2 },
  },
  {
    name: 'limitk keeps that many of a group',
    load: { 'g|n=1': [[1, 1]], 'g|n=2': [[1, 1]] },
    query: 'count(limitk(1, g))',
    seconds: 1,
    want: { '{}': 1 },
  },
  {
    name: 'sort_by_label counts numbers in labels',
    load: { 'g|n=r10': [[1, 1]], 'g|n=r9': [[1, 2]] },
    query: 'sort_by_label(g, "n")',
    seconds: 1,
    want: { 'g{n="r9"}': 2, 'g{n="r10"}': 1 },
  },
  {
    name: 'histogram_fraction: the share of fast answers',
    load: { 'h_bucket|le=1': [[1, 20]], 'h_bucket|le=2': [[1, 40]], 'h_bucket|le=+Inf': [[1, 50]] },
    query: 'histogram_fraction(0, 1.5, h_bucket)',
    seconds: 1,
    want: { '{}': 0.6 },
  },
];
for (const { name, load: series, query, seconds, options, want } of stories) {
  test(name, async () => {
    const got = await at(load(series), query, seconds, options);
    assert.deepEqual(Object.keys(got), Object.keys(want));
    for (const [key, value] of Object.entries(want))
      assert.ok(Math.abs((got[key] ?? Number.NaN) - value) < 1e-9, `${key}: ${got[key]} instead of ${value}`);
  });
}

test('a range query gives a point a step, gaps where there is no value, series sorted', async () => {
  const store = load({
    'g|n=b': [
      [0, 1],
      [600, 2],
    ],
    'g|n=a': [[60, 3]],
  });
  const series = await rangeQuery(store, 'g', { startMs: 0, endMs: 660_000, stepMs: 300_000 });
  assert.deepEqual(
    series.map(({ labels, points }) => [labelsText(labels), points]),
    [
      ['g{n="a"}', [[300_000, 3]]],
      [
        'g{n="b"}',
        [
          [0, 1],
          [600_000, 2],
        ],
      ],
    ],
  );
});

const limits: readonly {
  name: string;
  query: string;
  times: [number, number, number];
  options?: QueryOptions;
  code: string;
  message: RegExp;
}[] = [
  {
    name: 'more than 11,000 points',
    query: '1',
    times: [0, 11_001, 1],
    code: 'invalid-argument',
    message: /maximum resolution of 11,000 points/,
  },
  {
    name: 'a step of 0',
    query: '1',
    times: [0, 1, 0],
    code: 'invalid-argument',
    message: /zero or negative query resolution/,
  },
  {
    name: 'an end before the start',
    query: '1',
    times: [2, 1, 1],
    code: 'invalid-argument',
    message: /must not be before start/,
  },
  {
    name: 'a range vector',
    query: 'g[1m]',
    times: [0, 1, 1],
    code: 'invalid-argument',
    message: /invalid expression type "range vector" for range query/,
  },
  {
    name: 'too many samples',
    query: 'sum_over_time(g[1h])',
    times: [0, 1000, 1],
    options: { maxSamples: 50 },
    code: 'invalid-argument',
    message: /too many samples.*50/,
  },
];
for (const {
  name,
  query,
  times: [startMs, endMs, stepMs],
  options,
  code,
  message,
} of limits) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(
      rangeQuery(load({ g: every(100, 0.001, () => 1) }), query, { startMs, endMs, stepMs }, options),
      { code, message },
    );
  });
}

test('a query that takes too long is ended', async () => {
  let ms = 0;
  const monotonic = (): number => (ms += 1000);
  const query = rangeQuery(
    load({ g: every(100, 0.01, () => 1) }),
    'sum_over_time(g[1h])',
    { startMs: 0, endMs: 10_000, stepMs: 1 },
    { monotonic, timeoutMs: 5000 },
  );
  await assert.rejects(query, { code: 'deadline-exceeded', message: /it took more than 5000 ms/ });
});

test('a single step may not keep the process from its other work', async () => {
  let ms = 0;
  const monotonic = (): number => (ms += 100);
  const query = instantQuery(load({ g: [[0, 1]] }), 'sum_over_time(g[1d:1ms])', 86_400_000, { monotonic });
  await assert.rejects(query, {
    code: 'deadline-exceeded',
    message: /one of its steps took more than 2000 ms/,
  });
});

test('an answer has a bounded number of points', async () => {
  const store = load({ g: every(100, 0.001, () => 1) });
  const message = /more than 50 points/;
  await assert.rejects(instantQuery(store, 'g[1h]', 1000, { maxResultPoints: 50 }), { message });
  await assert.rejects(
    rangeQuery(store, 'g', { startMs: 0, endMs: 60, stepMs: 1 }, { maxResultPoints: 50 }),
    { message },
  );
});
