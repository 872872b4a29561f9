import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRouter } from '../platform/http-router.ts';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { prometheusRoutes } from './api.ts';
import { labelSet } from './labels.ts';
import { createMetricsStore } from './store.ts';

const nowMs = 1_700_000_000_000;

async function ask(
  method: 'GET' | 'POST',
  path: string,
  body?: string,
): Promise<readonly [status: number, text: string]> {
  const store = createMetricsStore();
  for (const [job, value] of [
    ['sluice', 1.5],
    ['other', Infinity],
  ] as const) {
    const labels = labelSet([
      ['__name__', 'up'],
      ['job', job],
    ]);
    store.append(labels, nowMs - 60_000, value);
    store.append(labels, nowMs - 1500, value);
  }
  store.append(
    labelSet([
      ['__name__', 'old'],
      ['age', 'high'],
    ]),
    nowMs - 3_000_000,
    1,
  );
  store.setMetadata('up', { type: 'gauge', help: 'Whether.', unit: '' });
  const router = createRouter(prometheusRoutes(store, createVirtualClock(nowMs)));
  const url = new URL(path, 'http://sluice');
  const { route, params } = router(method, url.pathname);
  const headers = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const request = new Request(url, body === undefined ? { method } : { method, headers, body });
  const response = await route.handle(request, {
    params,
    url,
    requestId: '',
    signal: request.signal,
    scope: null,
  });
  return [response.status, await response.text()];
}

const success = (data: string): string => `{"status":"success","data":${data}}`;
const failure = (errorType: string, error: string): string =>
  `{"status":"error","errorType":"${errorType}","error":${JSON.stringify(error)}}`;

const cases: readonly { name: string; path: string; body?: string; status?: number; want: string }[] = [
  {
    name: 'a vector, values as text',
    path: '/api/v1/query?query=up',
    want: success(
      '{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"sluice"},"value":[1700000000,"1.5"]},{"metric":{"__name__":"up","job":"other"},"value":[1700000000,"+Inf"]}]}',
    ),
  },
  {
    name: 'a scalar at a fraction of a second',
    path: '/api/v1/query?query=1e-7&time=1.5',
    want: success('{"resultType":"scalar","result":[1.500,"1e-07"]}'),
  },
  {
    name: 'a string',
    path: '/api/v1/query?query=%22a%22&time=2023-11-14T22:13:20Z',
    want: success('{"resultType":"string","result":[1700000000,"a"]}'),
  },
  {
    name: 'a matrix by POST',
    path: '/api/v1/query_range',
    body: 'query=up{job="sluice"}&start=1699999990&end=1700000000&step=5s',
    want: success(
      '{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"sluice"},"values":[[1699999990,"1.5"],[1699999995,"1.5"],[1700000000,"1.5"]]}]}',
    ),
  },
  {
    name: 'at most as many series as asked for',
    path: '/api/v1/query?query=up&limit=1',
    want: '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"sluice"},"value":[1700000000,"1.5"]}]},"warnings":["results truncated due to limit"]}',
  },
  {
    name: 'at most as many series of a range as asked for',
    path: '/api/v1/query_range?query=up&start=1700000000&end=1700000000&step=1&limit=1',
    want: '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"other"},"values":[[1700000000,"+Inf"]]}]},"warnings":["results truncated due to limit"]}',
  },
  {
    name: 'a limit of 0 is none',
    path: '/api/v1/label/job/values?limit=0',
    want: success('["other","sluice"]'),
  },
  {
    name: 'a lookback of its own',
    path: '/api/v1/query?query=up&lookback_delta=1s',
    want: success('{"resultType":"vector","result":[]}'),
  },
  { name: 'no rules', path: '/api/v1/rules', want: success('{"groups":[]}') },
  { name: 'no alerts', path: '/api/v1/alerts', want: success('{"alerts":[]}') },
  {
    name: 'no exemplars',
    path: '/api/v1/query_exemplars',
    body: 'query=up&start=0&end=1',
    want: success('[]'),
  },
  {
    name: 'no answer',
    path: '/api/v1/query?query=nothing',
    want: success('{"resultType":"vector","result":[]}'),
  },
  {
    name: 'series',
    path: '/api/v1/series?match[]=up{job="sluice"}&match[]=old',
    want: success('[{"__name__":"old","age":"high"},{"__name__":"up","job":"sluice"}]'),
  },
  {
    name: 'series of a time',
    path: '/api/v1/series?match[]={__name__=~".%2B"}&end=1699999000',
    want: success('[{"__name__":"old","age":"high"}]'),
  },
  { name: 'label names', path: '/api/v1/labels', want: success('["__name__","age","job"]') },
  {
    name: 'label names of some series',
    path: '/api/v1/labels?match[]=up',
    want: success('["__name__","job"]'),
  },
  { name: 'label values', path: '/api/v1/label/job/values', want: success('["other","sluice"]') },
  {
    name: 'label values, bounded',
    path: '/api/v1/label/job/values?limit=1',
    want: '{"status":"success","data":["other"],"warnings":["results truncated due to limit"]}',
  },
  {
    name: 'metadata',
    path: '/api/v1/metadata',
    want: success('{"up":[{"type":"gauge","help":"Whether.","unit":""}]}'),
  },
  { name: 'health', path: '/-/healthy', want: 'Prometheus Server is Healthy.\n' },
  {
    name: 'a query that is not valid',
    path: '/api/v1/query?query=sum(',
    status: 400,
    want: failure(
      'bad_data',
      'invalid parameter "query": 1:5: parse error: unexpected end of input: the ( at 1:4 is not closed',
    ),
  },
  {
    name: 'a query that the series do not allow',
    path: '/api/v1/query?query=label_replace(up,"job","x","","")',
    status: 422,
    want: failure('execution', 'vector cannot contain metrics with the same labelset: up{job="x"}'),
  },
  {
    name: 'a time that is none',
    path: '/api/v1/query?query=1&time=yesterday',
    status: 400,
    want: failure('bad_data', 'invalid parameter "time": cannot parse "yesterday" to a valid timestamp'),
  },
  {
    name: 'a time beyond all counting',
    path: '/api/v1/query?query=1&time=1e20',
    status: 400,
    want: failure('bad_data', 'invalid parameter "time": cannot parse "1e20" to a valid timestamp'),
  },
  {
    name: 'a lookback that is none',
    path: '/api/v1/query?query=up&lookback_delta=soon',
    status: 400,
    want: failure('bad_data', 'invalid parameter "lookback_delta": cannot parse "soon" to a valid duration'),
  },
  {
    name: 'a selector that is not valid',
    path: '/api/v1/series?match[]=up{',
    status: 400,
    want: failure(
      'bad_data',
      'invalid parameter "match[]": 1:4: parse error: unexpected end of input: the { at 1:3 is not closed',
    ),
  },
  {
    name: 'no step',
    path: '/api/v1/query_range?query=1&start=0&end=1',
    status: 400,
    want: failure('bad_data', 'invalid parameter "step": it is missing'),
  },
  {
    name: 'too many points',
    path: '/api/v1/query_range?query=1&start=0&end=100000&step=1',
    status: 400,
    want: failure(
      'bad_data',
      'invalid parameter "step": exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ),
  },
  {
    name: 'a form that is too large',
    path: '/api/v1/query',
    body: `query=${'1'.repeat(1_000_000)}`,
    status: 400,
    want: failure('bad_data', 'The form of a query is larger than 1000000 bytes.'),
  },
  {
    name: 'no selector',
    path: '/api/v1/series',
    status: 400,
    want: failure('bad_data', 'no match[] parameter provided'),
  },
];
for (const { name, path, body, status = 200, want } of cases) {
  test(name, async () => {
    assert.deepEqual(await ask(body === undefined ? 'GET' : 'POST', path, body), [status, want]);
  });
}

test('buildinfo has the keys that Grafana reads', async () => {
  const [, text] = await ask('GET', '/api/v1/status/buildinfo');
  const { data } = JSON.parse(text) as { data: Record<string, string> };
  assert.match(data['version'] ?? '', /^\d+\.\d+\.\d+$/);
});
