import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import type { CreateTrigger } from '../trigger.ts';
import { keepRedis } from './redis/redis-place.ts';

/**
 * Length by type of the key, in one call, so that the type cannot change in between. A script of a key's name only:
 * the cluster finds its node, and a server caches it by its text.
 */
const lengthScript = `
local kind = redis.call('type', KEYS[1]).ok
local ask = { list = 'llen', set = 'scard', hash = 'hlen', zset = 'zcard' }
if kind == 'none' then return 0 end
if ask[kind] == nil then return redis.error_reply('the key holds a ' .. kind .. ', expected a list, set, hash or sorted set') end
return redis.call(ask[kind], KEYS[1])`;

/**
 * Length of a list, set, hash or sorted set: types `redis`, `redis-cluster` and `redis-sentinel`.
 *
 * @see https://keda.sh/docs/latest/scalers/redis-lists/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const redis = keepRedis(spec, trigger.values, dependencies);
  const key = trigger.values.text('listName');
  return oneMetricTrigger(
    spec.type,
    trigger,
    (_nowMs, signal) =>
      redis.ask(signal, async (client) => {
        const length = await client.send('EVAL', lengthScript, '1', key);
        if (typeof length !== 'number') throw new Error('the length is no number');
        return length;
      }),
    redis,
  );
};
