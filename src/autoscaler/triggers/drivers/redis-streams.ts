import { redisStreamMode } from '../catalogue/redis-settings.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import type { CreateTrigger } from '../trigger.ts';
import type { RedisClient } from './redis/open-redis.ts';
import { RedisError } from './redis/redis-connection.ts';
import { keepRedis } from './redis/redis-place.ts';
import type { RespValue } from './redis/resp.ts';

/**
 * What waits in a stream: its length, a group's pending entries, or a group's lag. Types `redis-streams`,
 * `redis-cluster-streams` and `redis-sentinel-streams`.
 *
 * Pending entries exist only once somebody has read them: at 0 replicas they stay 0, and only the lag wakes a target.
 *
 * @see https://keda.sh/docs/latest/scalers/redis-streams/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const redis = keepRedis(spec, values, dependencies);
  const stream = values.text('stream');
  const group = values.text('consumerGroup');
  const { mode } = redisStreamMode(values);

  const count = (client: RedisClient): Promise<number> => {
    if (mode === 'length') return streamLength(client, stream);
    return mode === 'pending' ? pendingEntries(client, stream, group) : groupLag(client, stream, group);
  };
  return oneMetricTrigger(spec.type, trigger, (_nowMs, signal) => redis.ask(signal, count), redis);
};

async function streamLength(client: RedisClient, stream: string): Promise<number> {
  return wholeNumber(await client.send('XLEN', stream), 'stream length');
}

async function pendingEntries(client: RedisClient, stream: string, group: string): Promise<number> {
  const answer = await client.send('XPENDING', stream, group);
  return wholeNumber(Array.isArray(answer) ? answer[0] : null, 'number of pending entries');
}

/** A stream that does not exist has no lag; all of a stream lies before a group that does not exist yet. */
async function groupLag(client: RedisClient, stream: string, group: string): Promise<number> {
  let groups: RespValue;
  try {
    groups = await client.send('XINFO', 'GROUPS', stream);
  } catch (error) {
    if (error instanceof RedisError && error.message.includes('no such key')) {
      await demandVersion7(client);
      return 0;
    }
    throw error;
  }
  for (const item of Array.isArray(groups) ? groups : []) {
    const fields = pairs(item);
    if (fields.get('name') !== group) continue;
    // Redis answers null when entries were deleted in between and it cannot tell: KEDA then serves 0.
    if (fields.has('lag')) return wholeNumber(fields.get('lag') ?? 0, 'lag');
    break;
  }
  await demandVersion7(client);
  return streamLength(client, stream);
}

/** Lag is known to Redis 7 and later. */
async function demandVersion7(client: RedisClient): Promise<void> {
  const info = await client.send('INFO', 'server');
  const version = /redis_version:(\S+)/.exec(typeof info === 'string' ? info : '')?.[1] ?? 'unknown';
  if (!(Number.parseInt(version, 10) >= 7)) {
    throw new Error(`lagCount needs Redis 7 or later, this server is ${version}`);
  }
}

function pairs(value: RespValue): ReadonlyMap<string, RespValue> {
  const found = new Map<string, RespValue>();
  if (!Array.isArray(value)) return found;
  for (let at = 0; at + 1 < value.length; at += 2) found.set(String(value[at]), value[at + 1] ?? null);
  return found;
}

function wholeNumber(value: RespValue | undefined, what: string): number {
  if (typeof value === 'number') return value;
  throw new Error(`the ${what} is no number`);
}
