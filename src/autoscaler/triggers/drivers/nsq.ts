import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { urlProblem } from './http/http-auth.ts';
import { tlsOf } from './net/tls-of.ts';

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
const records = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.map(record) : [];
const numberIn = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Messages waiting for a channel on one nsqd. A channel nobody has made yet will get all of the topic; a paused one counts nothing. */
export function channelDepth(stats: unknown, topic: string, channel: string): number {
  const found = records(record(stats)['topics']).find((item) => item['topic_name'] === topic);
  if (!found) return 0;
  const own = records(found['channels']).find((item) => item['channel_name'] === channel);
  if (!own) return numberIn(found['depth']);
  return own['paused'] === true ? 0 : numberIn(own['depth']);
}

/**
 * Depth of an NSQ channel over every nsqd that has the topic, as nsqlookupd names them.
 *
 * @see https://keda.sh/docs/latest/scalers/nsq/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const [topic, channel] = [values.text('topic'), values.text('channel')];
  const tls = tlsOf(values);
  const scheme = values.flag('useHttps') ? 'https' : 'http';
  const lookups = values.list('nsqLookupdHTTPAddresses');
  const problems = lookups.flatMap((address) =>
    urlProblem('nsqLookupdHTTPAddresses', `${scheme}://${address}`),
  );
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);

  const ask = async (what: string, url: URL, signal: AbortSignal): Promise<unknown> => {
    const { status, text } = await askText(
      {
        what,
        url,
        tls,
        accepts: (code) => code === 200 || (code === 404 && url.pathname === '/lookup'),
        fetch: dependencies.fetch,
      },
      signal,
    );
    // A topic that nobody has written to is unknown.
    return status === 404 ? {} : jsonOf(text, what);
  };

  const producersOf = async (lookup: string, signal: AbortSignal): Promise<readonly string[]> => {
    const url = new URL(`${scheme}://${lookup}/lookup`);
    url.searchParams.set('topic', topic);
    const answer = record(await ask(`nsqlookupd at ${lookup}`, url, signal));
    // nsqd before 1.0 wrapped its answers.
    const producers = records(answer['producers'] ?? record(answer['data'])['producers']);
    return producers.map((item) => {
      const address = String(item['broadcast_address']);
      return `${address.includes(':') ? `[${address}]` : address}:${numberIn(item['http_port'])}`;
    });
  };

  return oneMetricTrigger(spec.type, trigger, async (_nowMs, signal) => {
    const found = await Promise.all(lookups.map((lookup) => producersOf(lookup, signal)));
    const depths = await Promise.all(
      [...new Set(found.flat())].map(async (address) => {
        const text = `${scheme}://${address}/stats`;
        if (!URL.canParse(text))
          throw new AppError('upstream-failed', `nsqlookupd names ${address}, which is no address.`);
        const url = new URL(text);
        for (const [key, value] of Object.entries({
          format: 'json',
          include_clients: 'false',
          include_mem: 'false',
        })) {
          url.searchParams.set(key, value);
        }
        // Asked for a channel that does not exist yet, nsqd would not tell of the topic either.
        url.searchParams.set('topic', topic);
        return channelDepth(await ask(`nsqd at ${address}`, url, signal), topic, channel);
      }),
    );
    return depths.reduce((sum, depth) => sum + depth, 0);
  });
};
