import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { askHttp } from './http/ask-http.ts';
import { basicAuth } from './http/basic-auth.ts';

const answerSchema = z.array(
  z.object({ datapoints: z.array(z.tuple([z.number().nullable()]).rest(z.unknown())).nullish() }),
);

/**
 * The latest datapoint of a render query that is not null.
 *
 * @see https://keda.sh/docs/latest/scalers/graphite/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const server = values.text('serverAddress').replace(/\/+$/, '');
  if (!URL.canParse(`${server}/render`)) {
    throw triggerProblems(spec, dependencies, [`serverAddress: expected a URL, received "${server}"`]);
  }
  const query = values.text('query');
  const url = new URL(`${server}/render`);
  url.searchParams.set('from', values.text('queryTime'));
  url.searchParams.set('target', query);
  url.searchParams.set('format', 'json');
  const headers =
    values.text('authMode') === 'basic'
      ? { authorization: basicAuth(values.text('username'), values.text('password')) }
      : {};
  return oneMetricTrigger('graphite', trigger, async (_nowMs, signal) => {
    const answer = await askHttp(
      {
        what: `Graphite at ${url.origin}`,
        url,
        headers,
        secrets: [values.text('password')],
        fetch: dependencies.fetch,
      },
      signal,
    );
    return latestDatapoint(answer, query);
  });
};

/** No series and no datapoints are 0; several series, or nothing but nulls, are an error. */
export function latestDatapoint(answer: unknown, query: string): number {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) {
    throw new AppError('upstream-failed', 'Graphite answered with something that is no list of series.');
  }
  const [series, ...others] = parsed.data;
  if (others.length > 0) {
    throw new AppError(
      'upstream-failed',
      `The query ${query} gave ${others.length + 1} series, expected one. Wrap it in sumSeries(…).`,
    );
  }
  const points = series?.datapoints ?? [];
  if (points.length === 0) return 0;
  const latest = points.findLast(([value]) => value !== null)?.[0];
  if (typeof latest === 'number') return latest;
  throw new AppError(
    'upstream-failed',
    `The query ${query} gave only empty datapoints. Take a longer queryTime, or check the query.`,
  );
}
