import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { parseConnection, signAzure } from './azure/sign-azure.ts';
import { askText } from './http/ask-text.ts';

const peekedAtMost = 32;

/**
 * What counts: the approximate length, or with `visibleonly` the messages that can be seen, as far as one look reaches.
 *
 * @param peeked null when nobody looked.
 */
export function azureQueueLength(strategy: string, approximate: number, peeked: number | null): number {
  return strategy === 'visibleonly' && peeked !== null && peeked < peekedAtMost ? peeked : approximate;
}

/**
 * Length of an Azure storage queue, by a connection text.
 *
 * @see https://keda.sh/docs/latest/scalers/azure-storage-queue/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const account = parseConnection(values.text('connection'), values.text('endpointSuffix'));
  if (account === null) {
    throw triggerProblems(spec, dependencies, [
      'connection: expected a connection text with AccountName and AccountKey, or QueueEndpoint and SharedAccessSignature',
    ]);
  }
  const strategy = values.text('queueLengthStrategy').toLowerCase();
  const queueUrl = `${account.queueEndpoint}/${encodeURIComponent(values.text('queueName'))}`;
  const what = `Azure Storage at ${new URL(account.queueEndpoint).host}`;

  const ask = (address: string, nowMs: number, signal: AbortSignal) => {
    const url = new URL(address);
    // oxlint-disable-next-line no-restricted-globals -- writes a given time, asks for none
    const headers = signAzure(url, account, new Date(nowMs).toUTCString());
    for (const [key, value] of new URLSearchParams(account.signature)) url.searchParams.set(key, value);
    const secrets = [account.key, account.signature, new URLSearchParams(account.signature).get('sig')];
    return askText({ what, url, headers, secrets, fetch: dependencies.fetch }, signal);
  };

  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    let peeked: number | null = null;
    if (strategy === 'visibleonly') {
      const look = `${queueUrl}/messages?peekonly=true&numofmessages=${peekedAtMost}`;
      peeked = (await ask(look, nowMs, signal)).text.split('<QueueMessage>').length - 1;
      if (peeked < peekedAtMost) return peeked;
    }
    const { headers } = await ask(`${queueUrl}?comp=metadata`, nowMs, signal);
    const count = headers.get('x-ms-approximate-messages-count');
    if (count === null || !/^\d+$/.test(count)) {
      throw new AppError('upstream-failed', `${what} did not say how long the queue is.`);
    }
    return azureQueueLength(strategy, Number(count), peeked);
  });
};
