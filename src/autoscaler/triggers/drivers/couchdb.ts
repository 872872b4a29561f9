import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { TriggerValues } from '../catalogue/trigger-values.ts';
import type { CreateTrigger } from '../trigger.ts';
import { askHttp } from './http/ask-http.ts';
import { basicAuth } from './http/basic-auth.ts';
import { keepReachable } from './http/keep-reachable.ts';
import { urlProblem } from './http/http-auth.ts';

/**
 * How many documents a Mango query finds. As KEDA, only its `selector` and `fields` are sent: CouchDB then gives at most
 * 25, whatever `limit` says; the log tells of what is left out.
 *
 * @see https://keda.sh/docs/latest/scalers/couchdb/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const address = addressOf(values);
  const query = queryOf(values.text('query'));
  const problems = [
    ...urlProblem('connectionString', address),
    ...(query === null ? ['query: expected a Mango query as JSON'] : []),
  ];
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const { fields, selector, ...ignored } = query ?? {};
  const body = { selector: selector ?? {}, ...(fields === undefined ? {} : { fields }) };
  if (Object.keys(ignored).length > 0) {
    const { index, logger, target } = dependencies;
    logger.warn({ event: 'couchdb-query-cut', target, index, ignored: Object.keys(ignored) });
  }
  const base = new URL(address);
  const [username, password] = [decodeURIComponent(base.username), decodeURIComponent(base.password)];
  const what = `CouchDB at ${base.origin}`;
  const { fetch } = dependencies;
  const reachable = keepReachable({ what, addresses: [new URL(base.origin)], tls: null, fetch });
  const count = async (signal: AbortSignal): Promise<number> => {
    const url = new URL(`/${encodeURIComponent(values.text('dbName'))}/_find`, base.origin);
    const headers: Record<string, string> =
      username === '' ? {} : { authorization: basicAuth(username, password) };
    const answer = await askHttp({ what, url, headers, body, secrets: [password], fetch }, signal);
    if (typeof answer === 'object' && answer !== null && 'docs' in answer && Array.isArray(answer.docs)) {
      return answer.docs.length;
    }
    throw new AppError('upstream-failed', `${what} answered without a list of documents.`);
  };
  return oneMetricTrigger(
    spec.type,
    trigger,
    (_nowMs, signal) => reachable.ask(signal, () => count(signal)),
    reachable,
  );
};

function addressOf(values: TriggerValues): string {
  if (values.has('connectionString')) return values.text('connectionString');
  const sign = `${encodeURIComponent(values.text('username'))}:${encodeURIComponent(values.text('password'))}`;
  return `http://${sign}@${values.text('host')}:${values.text('port')}`;
}

function queryOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const query: unknown = JSON.parse(text);
    return typeof query === 'object' && query !== null && !Array.isArray(query) ? { ...query } : null;
  } catch {
    // The caller says so among the problems.
    return null;
  }
}
