import { AppError } from '../../../contract/app-error.ts';
import { HttpHeaders } from '../../../platform/http-message.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { createHttpAuth, urlProblem } from './http/http-auth.ts';

/**
 * The field `value` of the one document that an AQL query gives.
 *
 * @see https://keda.sh/docs/latest/scalers/arangodb/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const [endpoint = ''] = values
    .text('endpoints')
    .split(',')
    .map((text) => text.trim());
  const problems = urlProblem('endpoints', endpoint);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const auth = createHttpAuth(values, dependencies);
  const what = `ArangoDB at ${new URL(endpoint).origin}`;
  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    const path = `/_db/${encodeURIComponent(values.text('dbName'))}/_api/cursor`;
    const url = new URL(`${endpoint.replace(/\/+$/, '')}${path}`);
    const headers = new HttpHeaders({ 'content-type': 'application/json' });
    await auth.sign(url, headers, nowMs, signal);
    const body = JSON.stringify({ query: values.text('query'), count: true });
    const { fetch } = dependencies;
    const { text } = await askText(
      { what, url, headers, body, tls: auth.tls, secrets: auth.secrets, fetch },
      signal,
    );
    return onlyValue(jsonOf(text, what));
  });
};

/** @throws AppError `upstream-failed` unless there is one document with a number as its `value`. */
export function onlyValue(answer: unknown): number {
  const result: unknown =
    typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : null;
  const documents: readonly unknown[] = Array.isArray(result) ? result : [];
  const [first] = documents;
  if (documents.length !== 1) {
    throw new AppError('upstream-failed', `The query gave ${documents.length} documents, expected one.`);
  }
  if (typeof first === 'object' && first !== null && 'value' in first && typeof first.value === 'number') {
    return first.value;
  }
  throw new AppError(
    'upstream-failed',
    `The query gave ${JSON.stringify(first)?.slice(0, 80) ?? 'nothing'}, expected { "value": number }.`,
  );
}
