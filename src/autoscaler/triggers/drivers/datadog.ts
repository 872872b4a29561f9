import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { datadogValue, type DatadogReading } from '../values/datadog-value.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { urlProblem } from './http/http-auth.ts';

const answerSchema = z.object({
  status: z.string().nullish(),
  error: z.string().nullish(),
  series: z
    .array(z.object({ pointlist: z.array(z.array(z.number().nullable())).nullish() }))
    .nullish()
    .transform((series) => series ?? []),
});

/**
 * The newest value of a query of Datadog. Without one it is `metricUnavailableValue`, or an error.
 *
 * @see https://keda.sh/docs/latest/scalers/datadog/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const address = `https://api.${values.text('datadogSite')}/api/v1/query`;
  const problems = [
    ...(values.flag('useClusterAgentProxy')
      ? ['useClusterAgentProxy: expected false, because the agent is known only to its cluster']
      : []),
    ...urlProblem('datadogSite', address),
  ];
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const [apiKey, appKey] = [values.text('apiKey'), values.text('appKey')];
  const filler = values.has('metricUnavailableValue') ? values.number('metricUnavailableValue') : null;
  const timeoutMs = values.has('timeout') ? values.number('timeout') : 0;
  const what = `Datadog at ${new URL(address).host}`;

  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    const url = new URL(address);
    const to = Math.floor(nowMs / 1000) - values.number('timeWindowOffset');
    url.searchParams.set('from', String(to - values.number('age')));
    url.searchParams.set('to', String(to));
    url.searchParams.set('query', values.text('query'));
    const { status, text } = await askText(
      {
        what,
        url,
        headers: { accept: 'application/json', 'dd-api-key': apiKey, 'dd-application-key': appKey },
        ...(timeoutMs > 0 ? { timeoutMs } : {}),
        secrets: [apiKey, appKey],
        // 422 where there is nothing to be found.
        accepts: (code) => code === 200 || (code === 422 && filler !== null),
        fetch: dependencies.fetch,
      },
      signal,
    );
    if (status === 422 && filler !== null) return filler;
    const answer = answerSchema.safeParse(jsonOf(text, what));
    if (!answer.success) {
      throw new AppError('upstream-failed', `${what} answered with something that is no list of series.`);
    }
    if (answer.data.status === 'error') {
      throw new AppError('upstream-failed', `${what}: ${answer.data.error ?? 'the query failed'}.`);
    }
    const series = answer.data.series.map(({ pointlist }) => pointlist ?? []);
    const reading: DatadogReading = {
      aggregator: aggregatorOf(values.text('queryAggregator')),
      pointOffset: values.number('lastAvailablePointOffset'),
    };
    const value = datadogValue(series, reading) ?? filler;
    if (value !== null) return value;
    throw new AppError(
      'upstream-failed',
      `${what} has no value of the query in the time asked for; metricUnavailableValue would stand for none.`,
    );
  });
};

const aggregatorOf = (name: string): DatadogReading['aggregator'] =>
  name === 'average' || name === 'max' ? name : '';
