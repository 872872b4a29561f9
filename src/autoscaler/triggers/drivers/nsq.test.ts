import assert from 'node:assert/strict';
import { test } from 'node:test';
import { triggerDependencies, triggerSpec } from '../conformance.ts';
import { createTrigger } from './nsq.ts';

interface Channel {
  readonly channel_name: string;
  readonly depth: number;
  readonly paused?: boolean;
}
const topic = (depth: number, channels: readonly Channel[], name = 't') => ({
  topics: [{ topic_name: name, depth, channels }],
});
const own = (depth: number, paused = false): Channel => ({ channel_name: 'c', depth, paused });

/** Each lookup names nsqd by host; each of those has statistics. */
async function read(
  lookups: Readonly<Record<string, readonly string[] | null>>,
  stats: Readonly<Record<string, unknown>>,
): Promise<{ readonly value: number | undefined; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const trigger = createTrigger(
    triggerSpec('nsq', {
      nsqLookupdHTTPAddresses: Object.keys(lookups)
        .map((host) => `${host}:4161`)
        .join(','),
      topic: 't',
      channel: 'c',
    }),
    triggerDependencies({
      fetch: (address) => {
        const url = new URL(new Request(address).url);
        asked.push(url.href);
        if (url.pathname === '/stats') return Promise.resolve(Response.json(stats[url.hostname]));
        const found = lookups[url.hostname];
        if (!found) return Promise.resolve(new Response('{"message":"TOPIC_NOT_FOUND"}', { status: 404 }));
        const producers = found.map((host) => ({ broadcast_address: host, http_port: 4151 }));
        return Promise.resolve(Response.json({ producers }));
      },
    }),
  );
  const [reading] = await trigger.read(0, new AbortController().signal);
  return { value: reading?.value, asked };
}

for (const { name, lookups = { l: ['a'] }, stats, want } of [
  { name: 'the channel', stats: { a: topic(50, [own(7)]) }, want: 7 },
  { name: 'a channel that is paused counts nothing', stats: { a: topic(50, [own(7, true)]) }, want: 0 },
  {
    name: 'paused on one nsqd only',
    lookups: { l: ['a', 'b'] },
    stats: { a: topic(50, [own(7, true)]), b: topic(50, [own(8)]) },
    want: 8,
  },
  { name: 'without channels the whole topic waits', stats: { a: topic(50, []) }, want: 50 },
  {
    name: 'without this channel the whole topic waits',
    stats: { a: topic(50, [{ channel_name: 'other', depth: 3 }]) },
    want: 50,
  },
  { name: 'an nsqd without the topic', stats: { a: { topics: [] } }, want: 0 },
  { name: 'a topic nobody has written to', lookups: { l: null }, stats: {}, want: 0 },
  {
    name: 'two lookups that name the same nsqd, and one that knows none',
    lookups: { l: ['a'], m: ['a'], n: null },
    stats: { a: topic(50, [own(7)]) },
    want: 7,
  },
  { name: 'an address of IPv6', lookups: { l: ['::1'] }, stats: { '[::1]': topic(1, [own(4)]) }, want: 4 },
]) {
  test(`nsq: ${name}`, async () => assert.equal((await read(lookups, stats)).value, want));
}

test('nsq: statistics are asked by topic alone: of a channel that does not exist nsqd tells nothing', async () => {
  const { asked } = await read({ l: ['a'] }, { a: topic(50, []) });
  assert.deepEqual(asked, [
    'http://l:4161/lookup?topic=t',
    'http://a:4151/stats?format=json&include_clients=false&include_mem=false&topic=t',
  ]);
});
