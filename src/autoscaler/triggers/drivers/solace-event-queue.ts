import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import { solaceMetrics } from '../catalogue/solace-metrics.ts';
import { cataloguedTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import { metricName } from '../metric-name.ts';
import { metricTarget } from '../trigger-parameters.ts';
import type { CreateTrigger, MetricSpec } from '../trigger.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { basicAuth } from './http/basic-auth.ts';
import { urlProblem } from './http/http-auth.ts';

const whole = z.int().nullish();
const answerSchema = z.object({
  meta: z.object({ responseCode: whole }).nullish(),
  data: z.object({ msgSpoolUsage: whole, averageRxMsgRate: whole }).nullish(),
  collections: z.object({ msgs: z.object({ count: whole }).nullish() }).nullish(),
});
const bytesInMegabyte = 2 ** 20;

/**
 * A queue of Solace: its messages, what it spools, and how many arrive; one metric for each target given. Any of the
 * three above its activation makes the trigger active. Asked over SEMP version 2.
 *
 * @see https://keda.sh/docs/latest/scalers/solace-pub-sub/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const { values } = cataloguedTrigger(spec, dependencies);
  const base = values.text('solaceSempBaseURL').replace(/\/+$/, '');
  const problems = urlProblem('solaceSempBaseURL', base);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const [vpn, queue] = [values.text('messageVpn'), values.text('queueName')].map(encodeURIComponent);
  const url = new URL(`${base}/SEMP/v2/monitor/msgVpns/${vpn ?? ''}/queues/${queue ?? ''}`);
  url.searchParams.set('select', 'msgs,msgSpoolUsage,averageRxMsgRate');
  const password = values.text('password');
  const headers = {
    'content-type': 'application/json',
    authorization: basicAuth(values.text('username'), password),
  };
  const what = `Solace at ${url.origin}`;
  const metrics: readonly MetricSpec[] = solaceMetrics(spec.type, values).map(({ name, target }) => ({
    name: metricName(dependencies.index, name),
    target: metricTarget(spec, target),
    // Activity is of the queue, not of one metric.
    activationThreshold: null,
  }));

  return {
    type: spec.type,
    metrics: () => metrics,
    read: async (_nowMs, signal) => {
      const { fetch } = dependencies;
      const { text } = await askText({ what, url, headers, secrets: [password], fetch }, signal);
      const { messages, rate, spooled } = queueOf(jsonOf(text, what), what);
      const active =
        messages > values.number('activationMessageCountTarget') ||
        spooled > values.number('activationMessageSpoolUsageTarget') * bytesInMegabyte ||
        rate > values.number('activationMessageReceiveRateTarget');
      const valueOf = (name: string): number => {
        if (name.endsWith('-msgcount')) return messages;
        return name.endsWith('-msgspoolusage') ? spooled : rate;
      };
      return metrics.map(({ name }) => ({ name, value: valueOf(name), active }));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
};

interface Queue {
  readonly messages: number;
  /** Bytes. */
  readonly spooled: number;
  /** Messages a second. */
  readonly rate: number;
}

function queueOf(answer: unknown, what: string): Queue {
  const parsed = answerSchema.safeParse(answer);
  const code = parsed.data?.meta?.responseCode ?? 0;
  if (!parsed.success || code < 200 || code > 299) {
    throw new AppError('upstream-failed', `${what}: expected a queue, received response code ${code}.`);
  }
  const { collections, data } = parsed.data;
  return {
    messages: collections?.msgs?.count ?? 0,
    spooled: data?.msgSpoolUsage ?? 0,
    rate: data?.averageRxMsgRate ?? 0,
  };
}
