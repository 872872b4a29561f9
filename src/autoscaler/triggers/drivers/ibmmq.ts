import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { basicAuth } from './http/basic-auth.ts';
import { urlProblem } from './http/http-auth.ts';
import { tlsOf } from './net/tls-of.ts';

const answerSchema = z.object({
  error: z.array(z.object({ message: z.string().nullish() })).nullish(),
  commandResponse: z
    .array(
      z.object({
        message: z.array(z.string()).nullish(),
        parameters: z.object({ curdepth: z.int().nullish() }).nullish(),
      }),
    )
    .nullish(),
});

/**
 * Depth of one queue of IBM MQ, or of several together, by its administrative REST interface.
 *
 * @see https://keda.sh/docs/latest/scalers/ibm-mq/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const address = values.text('host');
  const problems = urlProblem('host', address);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const password = values.text('password');
  const what = `IBM MQ at ${new URL(address).origin}`;
  const headers = {
    'content-type': 'application/json',
    authorization: basicAuth(values.text('username'), password),
    // Any value will do: that the header is there proves that no form of another page asks.
    'ibm-mq-rest-csrf-token': 'value',
  };
  const tls = tlsOf(values);

  const depthOf = async (name: string, signal: AbortSignal): Promise<number> => {
    const { text } = await askText(
      {
        what,
        url: new URL(address),
        headers,
        body: JSON.stringify({
          type: 'runCommandJSON',
          command: 'display',
          qualifier: 'qlocal',
          name,
          responseParameters: ['CURDEPTH'],
        }),
        tls,
        secrets: [password],
        accepts: (status) => status === 200 || status === 404,
        fetch: dependencies.fetch,
      },
      signal,
    );
    return queueDepth(jsonOf(text, what), `${what}, queue ${name}`);
  };

  return oneMetricTrigger(spec.type, trigger, async (_nowMs, signal) => {
    const depths: number[] = [];
    for (const name of values.list('queueName')) depths.push(await depthOf(name, signal));
    return composeDepths(values.text('operation'), depths);
  });
};

/** @throws AppError `upstream-failed` with what MQ says. */
export function queueDepth(answer: unknown, what: string): number {
  const { commandResponse, error } = answerSchema.catch({}).parse(answer);
  const [first] = commandResponse ?? [];
  const complaint = error?.[0]?.message || first?.message?.[0];
  if (first?.parameters && !complaint) return first.parameters.curdepth ?? 0;
  throw new AppError('upstream-failed', `${what}: ${complaint || 'the answer has no depth'}.`);
}

/** Several queues as one; an average is a whole number, the rest falls off. */
export function composeDepths(operation: string, depths: readonly number[]): number {
  if (depths.length === 0) return 0;
  const sum = depths.reduce((total, depth) => total + depth, 0);
  if (operation === 'sum') return sum;
  return operation === 'avg' ? Math.trunc(sum / depths.length) : Math.max(...depths);
}
