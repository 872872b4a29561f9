import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { assert as assertProperty, asyncProperty } from 'fast-check';
import { createRouter, type Route } from '../platform/http-router.ts';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { prometheusRoutes } from './api.ts';
import { parseExposition } from './exposition.ts';
import {
  blockSeries,
  type ComparisonSeries,
  comparisonStartMs,
  staleSeries,
  staleStartMs,
} from './fixtures/comparison-series.ts';
import { findProgram, startPrometheus } from './fixtures/real-prometheus.ts';
import { expressionArbitrary } from './fixtures/expression-arbitrary.ts';
import { formatNumber } from './format-number.ts';
import { labelSet } from './labels.ts';
import type { PromqlSemantics } from './promql/context.ts';
import { createMetricsStore, type MetricsStore } from './store.ts';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly status: string;
    readonly errorType?: string;
    readonly data?: unknown;
    readonly error?: string;
  };
}
type Ask = (
  path: string,
  parameters: Readonly<Record<string, string>>,
  method?: 'GET' | 'POST',
) => Promise<Answer>;

interface Expression {
  readonly text: string;
  /** Why the answer differs from the Prometheus compared with; null when it must be equal. */
  readonly difference: string | null;
}

function openMetricsPage(series: readonly ComparisonSeries[]): string {
  const lines: (readonly [number, string])[] = [];
  for (const { name, labels, samples } of series) {
    const text = Object.entries(labels)
      .map(
        ([label, value]) =>
          `${label}="${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`,
      )
      .join(',');
    for (const [tMs, value] of samples) {
      lines.push([tMs, `${name}{${text}} ${formatNumber(value ?? 0)} ${(tMs / 1000).toFixed(3)}`]);
    }
  }
  lines.sort(([a], [b]) => a - b);
  return `${lines.map(([, line]) => line).join('\n')}\n# EOF\n`;
}

function loadStore(page: string, recent: readonly ComparisonSeries[]): MetricsStore {
  const store = createMetricsStore({ retentionMs: 1e12 });
  for (const { labels, value, tMs } of parseExposition(page, 'openmetrics').samples)
    store.append(labels, tMs ?? 0, value);
  for (const { name, labels, samples } of recent) {
    const set = labelSet([['__name__', name], ...Object.entries(labels)]);
    for (const [tMs, value] of samples) {
      if (value === null) store.appendStale(set, tMs);
      else store.append(set, tMs, value);
    }
  }
  return store;
}

async function expressions(): Promise<Expression[]> {
  const text = await readFile(new URL('./fixtures/promql-expressions.txt', import.meta.url), 'utf8');
  const found: Expression[] = [];
  let difference: string | null = null;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('~ ')) difference = line.slice(2);
    else {
      found.push({ text: line === '<empty>' ? '' : line, difference });
      difference = null;
    }
  }
  return found;
}

function requestOf(
  base: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
  method: 'GET' | 'POST',
): Request {
  const form = new URLSearchParams(parameters);
  const headers = { 'accept-encoding': 'identity' };
  if (method === 'GET') return new Request(`${base}${path}?${form.toString()}`, { headers });
  return new Request(base + path, { method: 'POST', headers, body: form });
}

function askRoutes(routes: readonly Route<unknown>[]): Ask {
  const router = createRouter(routes);
  return async (path, parameters, method = 'POST') => {
    const request = requestOf('http://sluice', path, parameters, method);
    const url = new URL(request.url);
    const { route, params } = router(method, url.pathname);
    const response = await route.handle(request, {
      params,
      url,
      requestId: '',
      signal: request.signal,
      scope: null,
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
}

function askHttp(base: string): Ask {
  return async (path, parameters, method = 'POST') => {
    const response = await fetch(requestOf(base, path, parameters, method));
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
}

/** Equal within 1e-9 of the larger, NaN equal to NaN; a residue below 1e-15 is zero (sums that cancel out). */
function sameNumber(a: string, b: string): boolean {
  if (a === b) return true;
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
  return Math.abs(x - y) <= Math.max(1e-15, 1e-9 * Math.max(Math.abs(x), Math.abs(y)));
}

type Item = {
  readonly metric: Record<string, string>;
  readonly value?: [number, string];
  readonly values?: [number, string][];
};

function metricKey(item: Item): string {
  return JSON.stringify(Object.entries(item.metric).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is different between two answers, or null. Order counts where the expression sorts. */
function difference(ours: Answer, theirs: Answer, ordered: boolean): string | null {
  if (ours.body.status !== theirs.body.status) {
    return `${ours.body.status} (${ours.body.error ?? ''}) instead of ${theirs.body.status} (${theirs.body.error ?? ''})`;
  }
  if (ours.status !== theirs.status || ours.body.errorType !== theirs.body.errorType) {
    return `${ours.status} ${ours.body.errorType} instead of ${theirs.status} ${theirs.body.errorType}: ${ours.body.error} | ${theirs.body.error}`;
  }
  if (ours.body.status === 'error') return null;
  const [a, b] = [ours.body.data, theirs.body.data] as { resultType: string; result: unknown[] }[];
  if (a?.resultType !== b?.resultType) return `${a?.resultType} instead of ${b?.resultType}`;
  if (a?.resultType === 'scalar' || a?.resultType === 'string') {
    const [x, y] = [a.result, b?.result] as [number, string][];
    const same =
      x?.[0] === y?.[0] &&
      (a.resultType === 'string' ? x?.[1] === y?.[1] : sameNumber(x?.[1] ?? '', y?.[1] ?? ''));
    return same ? null : `${JSON.stringify(x)} instead of ${JSON.stringify(y)}`;
  }
  const [x, y] = [a?.result as Item[], b?.result as Item[]];
  if (!ordered) for (const items of [x, y]) items.sort((p, q) => (metricKey(p) < metricKey(q) ? -1 : 1));
  if (x.length !== y.length)
    return `${x.length} series instead of ${y.length}: ${JSON.stringify(x).slice(0, 300)} | ${JSON.stringify(y).slice(0, 300)}`;
  for (const [index, item] of x.entries()) {
    const other = y[index];
    if (!other || metricKey(item) !== metricKey(other))
      return `series ${metricKey(item)} instead of ${other ? metricKey(other) : 'none'}`;
    const [points, others] = [item.values ?? [item.value], other.values ?? [other.value]];
    if (points.length !== others.length)
      return `${metricKey(item)}: ${points.length} points instead of ${others.length}`;
    for (const [at, point] of points.entries()) {
      const match = others[at];
      if (!point || !match || point[0] !== match[0] || !sameNumber(point[1], match[1])) {
        return `${metricKey(item)}: ${JSON.stringify(point)} instead of ${JSON.stringify(match)}`;
      }
    }
  }
  return null;
}

interface When {
  readonly instants: readonly number[];
  readonly ranges: readonly { readonly start: number; readonly end: number; readonly step: number }[];
}

/** Results in the order of the items; a few at a time, so that neither side waits for the other. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += 8) {
    results.push(...(await Promise.all(items.slice(at, at + 8).map(work))));
  }
  return results;
}

const seconds = (ms: number): string => String(ms / 1000);
const minute = 60_000;
/** On a scrape, between two, after the end but within the lookback, among stale markers. */
const instants = [
  comparisonStartMs + 70 * minute,
  comparisonStartMs + 83 * minute + 7_300,
  comparisonStartMs + 104 * minute,
  staleStartMs + 12 * minute + 30_000,
];
const ranges = [
  { start: comparisonStartMs + 55 * minute, end: comparisonStartMs + 70 * minute, step: 60_000 },
  { start: comparisonStartMs + 90 * minute + 3_100, end: comparisonStartMs + 108 * minute, step: 57_000 },
  { start: staleStartMs + 1 * minute, end: staleStartMs + 30 * minute, step: 75_000 },
];

/** Times at which no sample and no subquery step is exactly at the start of a range of the table. */
const offEdge: When = {
  instants: [comparisonStartMs + 70 * minute + 7_301, staleStartMs + 12 * minute + 31_007],
  ranges: [
    { start: comparisonStartMs + 55 * minute + 7_301, end: comparisonStartMs + 75 * minute, step: 60_000 },
  ],
};

const cutToZero =
  'the first sample is far from the start of the range but near the zero of the counter: 2 goes back to the zero, 3 half a gap';
const innerEdge = 'a step of an inner subquery lies on the start of its range, which 3 leaves out';
/** What the rules of Prometheus 3 answer otherwise although no sample lies on an edge, in the order of the table. */
const differentIn3: Readonly<Record<string, string>> = {
  'increase(http_requests_total[1h])': cutToZero,
  'increase(http_requests_total[3h])': cutToZero,
  'rate(http_requests_total[1h30m])': cutToZero,
  'min_over_time(max_over_time(temperature[5m:1m])[10m:2m])': innerEdge,
  'count_over_time(vector(1)[5m:1m] @ end())': innerEdge,
  'sum_over_time(temperature[5m:1m] @ end() offset 2m)': innerEdge,
  'count_over_time(temperature[1h:] offset 17s)': innerEdge,
  'max_over_time(max_over_time(temperature[5m])[10m:])': innerEdge,
};

const wholeTime = { start: seconds(comparisonStartMs - minute), end: seconds(staleStartMs + 60 * minute) };
const lookUps: readonly (readonly [path: string, parameters: Readonly<Record<string, string>>])[] = [
  ['/api/v1/series', { 'match[]': 'temperature', ...wholeTime }],
  ['/api/v1/series', { 'match[]': '{__name__=~"h.*",job!="sluice"}', ...wholeTime }],
  ['/api/v1/series', { 'match[]': 'nonexistent', ...wholeTime }],
  ['/api/v1/series', { 'match[]': 'rate(x[5m])', ...wholeTime }],
  ['/api/v1/series', {}],
  ['/api/v1/labels', wholeTime],
  ['/api/v1/labels', { 'match[]': 'odd', ...wholeTime }],
  ['/api/v1/label/job/values', wholeTime],
  ['/api/v1/label/__name__/values', wholeTime],
  ['/api/v1/label/path/values', { 'match[]': 'odd', ...wholeTime }],
  ['/api/v1/label/nonexistent/values', wholeTime],
  ['/api/v1/query', { query: '1', time: 'yesterday' }],
  ['/api/v1/query', { query: '1', time: '2023-11-14T22:13:20Z' }],
  ['/api/v1/query', { query: '1', time: '2023-11-14T22:13:20.123+05:30' }],
  ['/api/v1/query', { query: '1', time: '1700000000.1234' }],
  ['/api/v1/query', { query: '1', time: '1700000000', timeout: 'soon' }],
  ['/api/v1/query', {}],
  ['/api/v1/query_range', { query: '1', start: '0', end: '10', step: '0' }],
  ['/api/v1/query_range', { query: '1', start: '0', end: '10', step: '-1' }],
  ['/api/v1/query_range', { query: '1', start: '10', end: '0', step: '1' }],
  ['/api/v1/query_range', { query: '1', start: '0', end: '11001', step: '1' }],
  ['/api/v1/query_range', { query: '1', start: '0', end: '11000', step: '1' }],
  ['/api/v1/query_range', { query: '1', start: '0', end: '600', step: '1m30s' }],
  ['/api/v1/query_range', { query: '1', start: '0', end: '10' }],
  ['/api/v1/query_range', { query: 'time()', start: '1970-01-01T00:00:00.5Z', end: '10', step: '2.5' }],
];

const inAnyOrder = (data: unknown): unknown =>
  Array.isArray(data) ? data.map((item) => JSON.stringify(item)).sort() : data;

const prometheus = findProgram('prometheus');
const promtool = findProgram('promtool');
const skip =
  prometheus && promtool
    ? false
    : 'needs the programs prometheus and promtool (Debian: apt-get install prometheus)';

/** Asks both the same, at all instants and ranges. @returns what differs, a line each. */
async function compareEverywhere(ours: Ask, theirs: Ask, query: string, when: When): Promise<string[]> {
  const found: string[] = [];
  const asked: (readonly [string, Record<string, string>])[] = [
    ...when.instants.map((at) => ['/api/v1/query', { query, time: seconds(at) }] as const),
    ...when.ranges.map(
      ({ start, end, step }) =>
        [
          '/api/v1/query_range',
          { query, start: seconds(start), end: seconds(end), step: seconds(step) },
        ] as const,
    ),
  ];
  for (const [path, parameters] of asked) {
    const [a, b] = await Promise.all([ours(path, parameters), theirs(path, parameters)]);
    const what = difference(a, b, path === '/api/v1/query' && /^sort(?:_desc)?\(/.test(query));
    if (what) found.push(`${query}\n    ${path} ${JSON.stringify(parameters)}: ${what}`);
    // What cannot be parsed is refused the same at any time.
    if (a.body.errorType === 'bad_data' && path === '/api/v1/query') break;
  }
  return found;
}

test(
  'answers equal those of a real Prometheus on the same samples',
  { skip, timeout: 180_000 },
  async (t) => {
    assert.ok(prometheus && promtool);
    const recent = staleSeries();
    const page = openMetricsPage(blockSeries());
    await using real = await startPrometheus({ prometheus, promtool }, page, recent);
    const store = loadStore(page, recent);
    const theirs = askHttp(real.url);
    const by = (semantics: PromqlSemantics): Ask =>
      askRoutes(prometheusRoutes(store, createVirtualClock(), { semantics }));
    const table = await expressions();

    await t.test('every expression of the table, by the rules of Prometheus 2', async (t) => {
      const unexpected: string[] = [];
      const results = await inParallel(table, (one) =>
        compareEverywhere(by('prometheus-2'), theirs, one.text, { instants, ranges }),
      );
      for (const [index, { text, difference: reason }] of table.entries()) {
        const [found] = results[index] ?? [];
        if (reason !== null && found === undefined)
          unexpected.push(`${text}: does not differ any more (${reason})`);
        if (reason === null && found !== undefined) unexpected.push(found);
      }
      const explained = table.filter((one) => one.difference !== null).length;
      t.diagnostic(
        `${table.length} expressions: ${table.length - explained - unexpected.length} equal, ${explained} with an explained difference, ${unexpected.length} with another`,
      );
      assert.equal(unexpected.length, 0, `\n${unexpected.join('\n')}`);
      assert.ok(table.length >= 300);
    });

    await t.test(
      'the rules of Prometheus 3 give the same where no sample lies on the edge of a range',
      async (t) => {
        const plain = table.filter((one) => one.difference === null);
        const results = await inParallel(plain, (one) =>
          compareEverywhere(by('prometheus-3'), theirs, one.text, offEdge),
        );
        const different = results.flatMap(([found]) => (found === undefined ? [] : [found]));
        t.diagnostic(`${plain.length} expressions, ${different.length} differ`);
        assert.deepEqual(
          different.map((one) => one.split('\n')[0]),
          Object.keys(differentIn3),
          `\n${different.join('\n')}`,
        );
      },
    );

    await t.test('series, label names, label values and refused parameters', async () => {
      const ours = by('prometheus-2');
      for (const [path, parameters] of lookUps) {
        const [a, b] = await Promise.all([ours(path, parameters, 'GET'), theirs(path, parameters, 'GET')]);
        const text = `${path} ${JSON.stringify(parameters)}`;
        assert.equal(a.status, b.status, text);
        assert.equal(a.body.errorType, b.body.errorType, text);
        assert.deepEqual(inAnyOrder(a.body.data), inAnyOrder(b.body.data), text);
      }
    });

    await t.test('generated expressions', async () => {
      await assertProperty(
        asyncProperty(expressionArbitrary(), async (query) => {
          const found = await compareEverywhere(by('prometheus-2'), theirs, query, {
            instants: instants.slice(0, 1),
            ranges: ranges.slice(1),
          });
          assert.deepEqual(found, []);
        }),
        { numRuns: 150, seed: 20_231_115 },
      );
    });
  },
);
