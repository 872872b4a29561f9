import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { foundNumber } from '../values/found-number.ts';
import { jsonByPath } from '../values/json-path.ts';
import { askHttp } from './http/ask-http.ts';
import { basicAuth } from './http/basic-auth.ts';
import { urlProblem } from './http/http-auth.ts';

/**
 * How many documents a Solr query finds.
 *
 * @see https://keda.sh/docs/latest/scalers/solr/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const host = values.text('host').replace(/\/+$/, '');
  const problems = urlProblem('host', host);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const password = values.text('password');
  return oneMetricTrigger(spec.type, trigger, async (_nowMs, signal) => {
    const url = new URL(`${host}/solr/${encodeURIComponent(values.text('collection'))}/select`);
    url.searchParams.set('q', values.text('query') || '*:*');
    url.searchParams.set('wt', 'json');
    const headers = { authorization: basicAuth(values.text('username'), password) };
    const what = `Solr at ${new URL(host).origin}`;
    const { fetch } = dependencies;
    const answer = await askHttp({ what, url, headers, secrets: [password], fetch }, signal);
    return foundNumber(jsonByPath(answer, 'response.numFound'), 'response.numFound');
  });
};
