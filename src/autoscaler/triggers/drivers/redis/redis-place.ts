import type { TriggerSpec } from '../../../manifests/scaled-object.ts';
import { redisAddresses, redisTls } from '../../catalogue/redis-settings.ts';
import type { TriggerValues } from '../../catalogue/trigger-values.ts';
import { triggerProblems } from '../../trigger-problems.ts';
import { keepConnection, type KeptConnection } from '../../kept-connection.ts';
import type { TriggerDependencies } from '../../trigger.ts';
import { parseAddress, type Address } from '../net/open-socket.ts';
import { openRedis, type RedisClient, type RedisPlace, type RedisTopology } from './open-redis.ts';

const defaultPort = 6379;
const textOrNull = (text: string): string | null => (text === '' ? null : text);

const topologyOf = (type: string): RedisTopology =>
  type.includes('cluster') ? 'cluster' : type.includes('sentinel') ? 'sentinel' : 'single';

/** The Redis of a trigger, by its type (`redis`, `redis-cluster-streams` …) and parameters; opened when first asked. */
export function keepRedis(
  spec: TriggerSpec,
  values: TriggerValues,
  dependencies: TriggerDependencies,
): KeptConnection<RedisClient> {
  const texts = redisAddresses(values);
  const addresses = texts.map((text) => parseAddress(text, defaultPort));
  const known = addresses.filter((address): address is Address => address !== null);
  if (known.length < texts.length || known.length === 0) {
    throw triggerProblems(spec, dependencies, [`address: expected host:port, received "${texts.join(',')}"`]);
  }
  const place: RedisPlace = {
    topology: topologyOf(spec.type),
    addresses: known,
    login: {
      username: textOrNull(values.text('username')),
      password: textOrNull(values.text('password')),
      databaseIndex: values.number('databaseIndex'),
      tls: redisTls(values)
        ? {
            ca: textOrNull(values.text('ca')),
            cert: textOrNull(values.text('Cert') || values.text('cert')),
            key: textOrNull(values.text('key')),
            keyPassword: textOrNull(values.text('keyPassword')),
            unsafeSsl: values.flag('unsafeSsl'),
          }
        : null,
    },
    sentinel: {
      master: values.text('sentinelMaster'),
      username: textOrNull(values.text('sentinelUsername')),
      password: textOrNull(values.text('sentinelPassword')),
    },
  };
  return keepConnection({
    what: `Redis at ${texts.join(', ')}`,
    open: (signal) => openRedis(place, signal),
    secrets: [place.login.password, place.sentinel.password],
  });
}
