import { HttpResponse } from '../platform/http-message.ts';
import { AppError } from '../contract/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Route, RouteContext } from '../platform/http-router.ts';
import { failureResponse, labelsJson, matrixJson, successResponse, valueJson } from './api-json.ts';
import { parseStepMs, parseTimeMs, readParameters } from './api-parameters.ts';
import { compareText, labelEntries, labelValue } from './labels.ts';
import { type Expr, unwrapParens } from './promql/ast.ts';
import type { ParsePromql } from './promql/parse.ts';
import { parameterError } from './promql/query-error.ts';
import type { Value } from './promql/value.ts';
import type { QueryOptions } from './query.ts';
import type { MetricsStore, StoredSeries } from './store.ts';

interface ApiCall {
  readonly parameters: URLSearchParams;
  readonly context: RouteContext<unknown>;
}

export type ApiOptions = Pick<
  QueryOptions,
  'semantics' | 'lookbackMs' | 'maxSamples' | 'maxResultPoints' | 'timeoutMs' | 'maxBlockMs'
>;

/**
 * Prometheus' HTTP API over the store: what Grafana needs of a data source. Parser and evaluation are loaded with the
 * first query, so mounting the routes costs nothing at the start. Mount it on a listener for operators, it
 * answers anybody.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export function prometheusRoutes(
  store: MetricsStore,
  clock: Clock,
  options: ApiOptions = {},
): readonly Route<unknown>[] {
  const route = (
    methods: readonly ('GET' | 'POST')[],
    path: string,
    answer: (call: ApiCall) => Promise<HttpResponse> | HttpResponse,
  ): Route<unknown>[] =>
    methods.map((method) => ({
      method,
      path,
      handle: async (request, context) => {
        try {
          return await answer({ parameters: await readParameters(request, context.url), context });
        } catch (error) {
          return failureResponse(error);
        }
      },
    }));

  const queryOptions = ({ parameters, context }: ApiCall): QueryOptions => {
    const timeout = parameters.get('timeout');
    const limitMs = options.timeoutMs ?? 30_000;
    const lookback = parameters.get('lookback_delta') ?? '';
    const lookbackMs = lookback === '' ? 0 : parseStepMs('lookback_delta', lookback);
    return {
      ...options,
      ...(lookbackMs > 0 ? { lookbackMs } : {}),
      monotonic: () => clock.monotonic(),
      signal: context.signal,
      timeoutMs: timeout === null ? limitMs : Math.max(1, Math.min(limitMs, parseStepMs('timeout', timeout))),
    };
  };
  const time = (parameters: URLSearchParams, name: string, fallbackMs: number): number => {
    const text = parameters.get(name);
    return text === null || text === '' ? fallbackMs : parseTimeMs(name, text);
  };
  const matching = (parameters: URLSearchParams): Promise<readonly StoredSeries[]> => {
    const startMs = time(parameters, 'start', -Infinity);
    const endMs = time(parameters, 'end', Infinity);
    return selectSeries(store, parameters.getAll('match[]'), startMs, endMs);
  };
  const names = async (
    parameters: URLSearchParams,
    pick: (series: StoredSeries) => readonly string[],
  ): Promise<HttpResponse> =>
    listResponse(
      [...new Set((await matching(parameters)).flatMap(pick))]
        .sort(compareText)
        .map((name) => JSON.stringify(name)),
      parameters,
    );

  const both = ['GET', 'POST'] as const;
  return [
    ...route(both, '/api/v1/query', async (call) => {
      const atMs = time(call.parameters, 'time', clock.now());
      const { instantQuery } = await import('./query.ts');
      const limit = limitOf(call.parameters);
      const value = await instantQuery(store, required(call.parameters, 'query'), atMs, queryOptions(call));
      const [shown, warnings] = truncateValue(value, limit);
      return successResponse(valueJson(shown, atMs), warnings);
    }),
    ...route(both, '/api/v1/query_range', async (call) => {
      const { parameters } = call;
      const { rangeQuery } = await import('./query.ts');
      const times = {
        startMs: parseTimeMs('start', required(parameters, 'start')),
        endMs: parseTimeMs('end', required(parameters, 'end')),
        stepMs: parseStepMs('step', required(parameters, 'step')),
      };
      const limit = limitOf(parameters);
      const series = await rangeQuery(store, required(parameters, 'query'), times, queryOptions(call));
      const [shown, warnings] = truncate(series, limit);
      return successResponse(matrixJson(shown), warnings);
    }),
    ...route(both, '/api/v1/series', async ({ parameters }) => {
      if (!parameters.has('match[]'))
        throw new AppError('invalid-argument', 'no match[] parameter provided', { param: 'match[]' });
      const series = await matching(parameters);
      return listResponse(series.map(({ labels }) => labelsJson(labels)).sort(compareText), parameters);
    }),
    ...route(both, '/api/v1/labels', ({ parameters }) =>
      names(parameters, ({ labels }) => labelEntries(labels).map(([name]) => name)),
    ),
    ...route(['GET'], '/api/v1/label/:name/values', ({ parameters, context }) => {
      const name = context.params['name'] ?? '';
      return names(parameters, ({ labels }) => {
        const value = labelValue(labels, name);
        return value === '' ? [] : [value];
      });
    }),
    ...route(['GET'], '/api/v1/metadata', ({ parameters }) =>
      successResponse(metadataJson(store, parameters)),
    ),
    // What this store does not have is empty, not missing: Grafana asks for all three and shows an error otherwise.
    ...route(['GET'], '/api/v1/rules', () => successResponse('{"groups":[]}')),
    ...route(['GET'], '/api/v1/alerts', () => successResponse('{"alerts":[]}')),
    ...route(both, '/api/v1/query_exemplars', () => successResponse('[]')),
    ...route(['GET'], '/api/v1/status/buildinfo', () => successResponse(JSON.stringify(buildInfo))),
    ...route(['GET'], '/-/healthy', () => new HttpResponse('Prometheus Server is Healthy.\n')),
    ...route(['GET'], '/-/ready', () => new HttpResponse('Prometheus Server is Ready.\n')),
  ];
}

/** Grafana reads the version to know which endpoints are there: the Prometheus whose rules are followed. */
const buildInfo = {
  version: '3.0.0',
  revision: '',
  branch: 'sluice',
  buildUser: '',
  buildDate: '',
  goVersion: '',
};

function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value !== null && value !== '') return value;
  throw parameterError(name, 'it is missing');
}

/** Series that one of the selectors names, or all without a selector, with a sample in the time. */
async function selectSeries(
  store: MetricsStore,
  selectors: readonly string[],
  startMs: number,
  endMs: number,
): Promise<readonly StoredSeries[]> {
  if (selectors.length === 0) return inTime(store.select([]), startMs, endMs);
  const { loadPromqlParser } = await import('./promql/parse.ts');
  const parse = await loadPromqlParser();
  const found = new Set<StoredSeries>();
  for (const text of selectors) {
    const expr = unwrapParens(parseMatch(parse, text));
    if (expr.kind !== 'vector-selector') throw parameterError('match[]', `${text} is not a series selector`);
    for (const series of store.select(expr.matchers)) found.add(series);
  }
  return inTime([...found], startMs, endMs);
}

function parseMatch(parse: ParsePromql, text: string): Expr {
  try {
    return parse(text);
  } catch (error) {
    throw parameterError('match[]', AppError.from(error).message);
  }
}

function inTime(series: readonly StoredSeries[], startMs: number, endMs: number): readonly StoredSeries[] {
  return series.filter(({ samples }) => samples.firstMs <= endMs && samples.lastMs >= startMs);
}

function limitOf(parameters: URLSearchParams): number {
  const text = parameters.get('limit') ?? '';
  const limit = Number(text);
  if (text !== '' && !(Number.isInteger(limit) && limit >= 0)) {
    throw parameterError('limit', `expected a whole number, received ${JSON.stringify(text)}`);
  }
  return limit > 0 ? limit : Infinity;
}

function truncate<T>(
  items: readonly T[],
  limit: number,
): readonly [shown: readonly T[], warnings: readonly string[]] {
  return items.length > limit ? [items.slice(0, limit), ['results truncated due to limit']] : [items, []];
}

function truncateValue(value: Value, limit: number): readonly [shown: Value, warnings: readonly string[]] {
  if (value.kind === 'vector') {
    const [samples, warnings] = truncate(value.samples, limit);
    return [{ ...value, samples }, warnings];
  }
  if (value.kind === 'matrix') {
    const [series, warnings] = truncate(value.series, limit);
    return [{ ...value, series }, warnings];
  }
  return [value, []];
}

function listResponse(items: readonly string[], parameters: URLSearchParams): HttpResponse {
  const [shown, warnings] = truncate(items, limitOf(parameters));
  return successResponse(`[${shown.join(',')}]`, warnings);
}

function metadataJson(store: MetricsStore, parameters: URLSearchParams): string {
  const metric = parameters.get('metric');
  const entries = [...store.metadata()].filter(
    ([name]) => metric === null || metric === '' || name === metric,
  );
  const limit = limitOf(parameters);
  return JSON.stringify(
    Object.fromEntries(entries.slice(0, limit).map(([name, metadata]) => [name, [metadata]])),
  );
}
