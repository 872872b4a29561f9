import { AppError } from '../../../contract/app-error.ts';
import { HttpHeaders } from '../../../platform/http-message.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { foundNumber } from '../values/found-number.ts';
import { askText, jsonOf, type TextAnswer } from './http/ask-text.ts';
import { createHttpAuth, urlProblem } from './http/http-auth.ts';

const maxRedirects = 10;
const signMethods: readonly (readonly [string, string])[] = [
  ['bearer', 'token'],
  ['basic', 'basic'],
  ['tls', 'tls'],
];

/** Whether a redirect may carry the credentials: same host and port, and never from TLS to none. */
export function keepsAuth(from: string, to: string): boolean {
  const [before, after] = [new URL(from), new URL(to)];
  if (before.protocol === 'https:' && after.protocol === 'http:') return false;
  return before.host === after.host;
}

/**
 * Backlog of a subscription, from Pulsar's admin interface. Brokers redirect to the one that owns the topic.
 *
 * @see https://keda.sh/docs/latest/scalers/pulsar/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const base = values.text('adminURL').replace(/\/+$/, '');
  const problems = urlProblem('adminURL', base);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const auth = createHttpAuth(values, dependencies);
  const hasOldTls = values.text('tls') === 'enable';
  const tls = hasOldTls
    ? { ...auth.tls, cert: values.text('cert') || null, key: values.text('key') || null }
    : auth.tls;
  const modes = [...values.list('authModes'), ...(hasOldTls ? ['tls'] : [])];
  // Pulsar wants to be told how somebody signs in; of several ways the first of these counts.
  const [, method] = signMethods.find(([mode]) => modes.includes(mode)) ?? [];
  const what = `Pulsar at ${new URL(base).origin}`;
  const stats = values.flag('isPartitionedTopic') ? 'partitioned-stats' : 'stats';
  const topic = values.text('topic').replace('://', '/');
  const subscription = values.text('subscription');

  const ask = async (nowMs: number, signal: AbortSignal): Promise<TextAnswer> => {
    let address = `${base}/admin/v2/${topic}/${stats}`;
    let isSigned = true;
    for (let turn = 0; turn <= maxRedirects; turn += 1) {
      const url = new URL(address);
      const headers = new HttpHeaders({ accept: 'application/json' });
      if (isSigned) {
        await auth.sign(url, headers, nowMs, signal);
        if (method !== undefined) headers.set('X-Pulsar-Auth-Method-Name', method);
      }
      const answer = await askText(
        {
          what,
          url,
          headers,
          tls,
          secrets: auth.secrets,
          redirect: 'manual',
          accepts: (status) => status === 200 || (status >= 301 && status <= 308),
          fetch: dependencies.fetch,
        },
        signal,
      );
      const next = answer.headers.get('location');
      if (answer.status === 200 || next === null) return answer;
      const to = new URL(next, address).href;
      // Once lost, the credentials do not come back.
      isSigned &&= keepsAuth(address, to);
      address = to;
    }
    throw new AppError('upstream-failed', `${what} redirects without end.`);
  };

  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    const answer = jsonOf((await ask(nowMs, signal)).text, what);
    const subscriptions: unknown =
      typeof answer === 'object' && answer !== null && 'subscriptions' in answer ? answer.subscriptions : {};
    const found: unknown =
      typeof subscriptions === 'object' && subscriptions !== null
        ? (subscriptions as Readonly<Record<string, unknown>>)[subscription]
        : undefined;
    if (typeof found !== 'object' || found === null) {
      throw new AppError('upstream-failed', `${what}: the topic has no subscription "${subscription}".`);
    }
    return 'msgBacklog' in found ? foundNumber(found.msgBacklog, 'msgBacklog') : 0;
  });
};
