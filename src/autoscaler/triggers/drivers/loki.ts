import { HttpHeaders } from '../../../platform/http-message.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { askText } from './http/ask-text.ts';
import { createHttpAuth, urlProblem } from './http/http-auth.ts';
import { valueOfAnswer } from './prometheus/result-value.ts';

const queryPath = '/loki/api/v1/query';

/** The address of the query, whether the whole path is written, a part of it, or none. */
export function lokiQueryUrl(serverAddress: string): URL {
  const url = new URL(serverAddress);
  const path = url.pathname.replace(/\/+$/, '');
  if (path.endsWith(queryPath)) url.pathname = path;
  else if (path.endsWith('/loki/api/v1')) url.pathname = `${path}/query`;
  else url.pathname = `${path}${queryPath}`;
  return url;
}

/**
 * One number from an instant LogQL query; answers and their rules are those of Prometheus.
 *
 * @see https://keda.sh/docs/latest/scalers/loki/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const problems = urlProblem('serverAddress', values.text('serverAddress'));
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const address = lokiQueryUrl(values.text('serverAddress'));
  const auth = createHttpAuth(values, dependencies);
  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    const url = new URL(address);
    url.searchParams.set('query', values.text('query'));
    const headers = new HttpHeaders();
    if (values.has('tenantName')) headers.set('X-Scope-OrgID', values.text('tenantName'));
    await auth.sign(url, headers, nowMs, signal);
    const { text } = await askText(
      {
        what: `Loki at ${address.origin}`,
        url,
        headers,
        tls: auth.tls,
        secrets: auth.secrets,
        fetch: dependencies.fetch,
      },
      signal,
    );
    return valueOfAnswer(text, values.flag('ignoreNullValues'));
  });
};
