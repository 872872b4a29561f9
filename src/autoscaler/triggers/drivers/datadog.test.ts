import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger, triggerDependencies, triggerSpec } from '../conformance.ts';
import { createTrigger } from './datadog.ts';

const never = new AbortController().signal;
type Texts = Readonly<Record<string, string>>;
const authParams = { apiKey: 'geheim', appKey: 'auch geheim' };
const metadata = { query: 'sum:hits{env:prod}.as_count()', queryValue: '7' };
const series = (...lists: readonly (readonly (number | null)[])[]) => ({
  status: 'ok',
  series: lists.map((values) => ({ pointlist: values.map((value, at) => [at, value]) })),
});

async function read(answer: Response, change: Texts = {}, auth: Texts = authParams) {
  let request = new Request('http://nobody');
  await using trigger = createTrigger(
    triggerSpec('datadog', { ...metadata, ...change }),
    triggerDependencies({
      authParams: auth,
      fetch: (url, init) => {
        request = new Request(url, init);
        return Promise.resolve(answer);
      },
    }),
  );
  const [reading] = await trigger.read(1_000_000_000, never);
  return { value: reading?.value, active: reading?.active, request };
}

testTrigger('datadog', metadata, { authParams, fetch: () => Promise.resolve(Response.json(series([7]))) });

test('datadog: asks for a window of time, with both keys', async () => {
  const change = { timeWindowOffset: '30', age: '60', activationQueryValue: '5', activationTargetValue: '1' };
  const { active, request, value } = await read(Response.json(series([4, 5, null])), change);
  assert.deepEqual([value, active], [5, false]);
  const url = new URL(request.url);
  assert.equal(url.origin + url.pathname, 'https://api.datadoghq.com/api/v1/query');
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    from: '999910',
    to: '999970',
    query: metadata.query,
  });
  assert.equal(request.headers.get('dd-api-key'), 'geheim');
  assert.equal(request.headers.get('dd-application-key'), 'auch geheim');
});

test('datadog: another site, several series', async () => {
  const { request, value } = await read(
    Response.json(series([4], [6])),
    { queryAggregator: 'average' },
    { ...authParams, datadogSite: 'datadoghq.eu' },
  );
  assert.equal(value, 5);
  assert.equal(new URL(request.url).host, 'api.datadoghq.eu');
});

const filler = { metricUnavailableValue: '1.5' };
const nothing = () => Response.json({ errors: ['No data points found'] }, { status: 422 });
for (const { answer, change = {}, name, want } of [
  { name: 'nothing found', answer: nothing, want: /status 422: .*No data points/ },
  { name: 'nothing found, which has a value', answer: nothing, change: filler, want: 1.5 },
  { name: 'nothing found, which is 0', answer: nothing, change: { metricUnavailableValue: '0' }, want: 0 },
  { name: 'no series', answer: () => Response.json(series()), want: /has no value of the query/ },
  { name: 'no series, which has a value', answer: () => Response.json(series()), change: filler, want: 1.5 },
  {
    name: 'a query that failed',
    answer: () => Response.json({ status: 'error', error: 'rollup?', series: [] }),
    change: filler,
    want: /Datadog at api\.datadoghq\.com: rollup\?/,
  },
  {
    name: 'a refusal',
    answer: () => new Response('auch geheim', { status: 403 }),
    want: /status 403: \*\*\*/,
  },
  { name: 'no list', answer: () => Response.json({ series: 1 }), change: filler, want: /no list of series/ },
  {
    name: 'more series than are asked for',
    answer: () => Response.json(series([1], [2])),
    change: filler,
    want: /expected one series, received 2/,
  },
]) {
  test(`datadog: ${name}`, async () => {
    if (want instanceof RegExp) await assert.rejects(read(answer(), change), want);
    else assert.equal((await read(answer(), change)).value, want);
  });
}

test('datadog: the agent of a cluster is not asked, and a site is part of an address', async () => {
  const agent = {
    useClusterAgentProxy: 'true',
    datadogMetricName: 'hits',
    datadogMetricNamespace: 'shop',
    targetValue: '1',
  };
  const auth = { datadogMetricsService: 's', datadogNamespace: 'n' };
  await assert.rejects(read(nothing(), agent, auth), /useClusterAgentProxy: expected false/);
  await assert.rejects(
    read(nothing(), {}, { ...authParams, datadogSite: 'a b' }),
    /datadogSite: expected a URL/,
  );
});
