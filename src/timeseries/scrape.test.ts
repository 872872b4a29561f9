import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../platform/logger.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { labelsText } from './labels.ts';
import { pageTarget } from './page-target.ts';
import { instantQuery } from './query.ts';
import { startScraper } from './scrape.ts';
import { httpTarget, registryTarget, type ScrapeTarget } from './scrape-target.ts';
import { createMetricsStore, type MetricsStore } from './store.ts';

const ask = async (store: MetricsStore, query: string, atMs: number): Promise<Record<string, number>> => {
  const value = await instantQuery(store, query, atMs);
  return value.kind === 'vector'
    ? Object.fromEntries(value.samples.map((one) => [labelsText(one.labels), one.value]))
    : {};
};

test('a registry is read at once and every five seconds, and its rate can be asked for', async () => {
  const clock = createVirtualClock(1_000_000);
  const metrics = createMetrics({ job: 'sluice' });
  const requests = metrics.counter('http_requests_total', 'Requests.');
  const store = createMetricsStore();
  await using _scraper = startScraper({ store, clock, targets: () => [registryTarget('gateway', metrics)] });
  requests.inc({ code: '200' }, 0);
  // Two minutes of one request a second.
  for (let second = 0; second < 120; second += 1) {
    await clock.advance(1000);
    requests.inc({ code: '200' });
  }
  await clock.advance(0);
  const query = 'sum(rate(http_requests_total{job="sluice"}[2m]))';
  const rate = (await ask(store, query, clock.now()))['{}'] ?? 0;
  assert.ok(Math.abs(rate - 1) < 0.05, `one a second is measured as ${rate}`);
  assert.deepEqual(await ask(store, 'up', clock.now()), { up: 1 });
  assert.deepEqual(store.metadata().get('http_requests_total'), {
    type: 'counter',
    help: 'Requests.',
    unit: '',
  });
});

test('series that vanish end at once, series of a target that is down too, and up tells', async () => {
  const clock = createVirtualClock(1_000_000);
  const store = createMetricsStore();
  let page = 'a 1\nb 2\nold 3 999000\n';
  let status = 200;
  const fetchPage = (() => Promise.resolve(new Response(page, { status }))) as typeof fetch;
  const target = httpTarget('http://replica/metrics', { job: 'rag', instance: 'r1' }, fetchPage);
  const scraper = startScraper({ store, clock, targets: () => [target] });
  await clock.advance(0);
  const all = 'sum by (__name__) ({__name__=~"a|b|old|up",job="rag",instance="r1"})';
  assert.deepEqual(await ask(store, all, clock.now()), { a: 1, b: 2, old: 3, up: 1 });

  // b is gone from the page; old has a time of its own, so it fades by the lookback instead.
  page = 'a 5\n';
  await clock.advance(5000);
  assert.deepEqual(await ask(store, all, clock.now()), { a: 5, old: 3, up: 1 });

  status = 500;
  await clock.advance(5000);
  assert.deepEqual(await ask(store, all, clock.now()), { old: 3, up: 0 });

  status = 200;
  await clock.advance(5000);
  assert.deepEqual(await ask(store, all, clock.now()), { a: 5, old: 3, up: 1 });

  await scraper[Symbol.asyncDispose]();
  assert.deepEqual(await ask(store, all, clock.now() + 1), { old: 3 });
  assert.equal(clock.waiting, 0);
});

test('a target that is no longer listed has its series ended', async () => {
  const clock = createVirtualClock(1_000_000);
  const store = createMetricsStore();
  const metrics = createMetrics();
  metrics.gauge('g', 'G.').set(1);
  let targets: ScrapeTarget[] = [registryTarget('one', metrics, { instance: 'one' })];
  await using _scraper = startScraper({ store, clock, targets: () => targets });
  await clock.advance(0);
  assert.deepEqual(await ask(store, 'g', clock.now()), { 'g{instance="one"}': 1 });
  targets = [];
  await clock.advance(5000);
  assert.deepEqual(await ask(store, '{__name__=~"g|up"}', clock.now()), {});
});

test('a target that does not answer is down after the timeout', async () => {
  const clock = createVirtualClock(1_000_000);
  const store = createMetricsStore();
  const hanging: ScrapeTarget = {
    name: 'stuck',
    labels: { job: 'stuck' },
    honorLabels: false,
    read: () => new Promise(() => undefined),
  };
  await using _scraper = startScraper({ store, clock, targets: () => [hanging], timeoutMs: 2000 });
  await clock.advance(2000);
  assert.deepEqual(await ask(store, 'up', clock.now()), { 'up{job="stuck"}': 0 });
});

test('a label that page and target both give is kept as exported_', async () => {
  const clock = createVirtualClock(1_000_000);
  const store = createMetricsStore();
  const fetchPage = (() => Promise.resolve(new Response('m{job="inner"} 1\n'))) as typeof fetch;
  await using scraper = startScraper({
    store,
    clock,
    targets: () => [httpTarget('http://x', { job: 'outer' }, fetchPage)],
  });
  await scraper.scrapeNow();
  assert.deepEqual(await ask(store, 'm', clock.now()), { 'm{exported_job="inner", job="outer"}': 1 });
});

test('scrapeNow right after a scrape adds one more sample', async () => {
  const clock = createVirtualClock(1_000_000);
  const store = createMetricsStore();
  const metrics = createMetrics();
  metrics.gauge('g', 'G.').set(1);
  await using scraper = startScraper({ store, clock, targets: () => [registryTarget('one', metrics)] });
  await clock.advance(0);
  await scraper.scrapeNow();
  assert.deepEqual(await ask(store, 'count_over_time(g[1m])', clock.now() + 10), { '{}': 2 });
});

test('a page that stays down is told once, and once when it is back', async () => {
  const clock = createVirtualClock(1_000_000);
  const store = createMetricsStore();
  const told: object[] = [];
  const tell = (event: object): void => void told.push(event);
  let isDown = true;
  const fetchPage = (() =>
    isDown
      ? Promise.reject(new TypeError('fetch failed'))
      : Promise.resolve(new Response('a 1\n'))) as typeof fetch;
  const url = 'http://page/metrics';
  const target = httpTarget(url, { job: 'page' }, fetchPage);
  const logger = { ...silentLogger, warn: tell, info: tell };
  await using _scraper = startScraper({ store, clock, logger, targets: () => [target] });
  await clock.advance(12_000);
  const error = `Nobody answers at ${url}; a metrics page was expected.`;
  assert.deepEqual(told, [{ event: 'scrape-failed', target: url, error }]);
  isDown = false;
  await clock.advance(10_000);
  assert.deepEqual(told.slice(1), [{ event: 'scrape-recovered', target: url }]);
  assert.deepEqual(await ask(store, 'up', clock.now()), { 'up{job="page"}': 1 });
});

test('a page of the configuration has its job and its place', () => {
  const rows = [
    ['docs=http://127.0.0.1:9000/metrics', { job: 'docs', instance: '127.0.0.1:9000' }],
    ['https://metrics.example/a=b', { job: 'metrics.example', instance: 'metrics.example:443' }],
  ] as const;
  for (const [text, labels] of rows) assert.deepEqual(pageTarget(text).labels, labels, text);
});
