import { AppError } from '../../../contract/app-error.ts';
import { kafkaPartitions } from '../catalogue/parse-partitions.ts';
import type { TriggerValues } from '../catalogue/trigger-values.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { keepConnection } from '../kept-connection.ts';
import type { CreateTrigger } from '../trigger.ts';
import { kafkaLogin } from './kafka/kafka-login.ts';
import { openKafka, type KafkaReader } from './kafka/open-kafka.ts';
import { noOffset, partitionLag, type PartitionLag } from './kafka/partition-lag.ts';
import { totalLag } from './kafka/total-lag.ts';
import { tlsOf } from './net/tls-of.ts';

const timeoutMs = 5000;

/**
 * How far a consumer group is behind, over the partitions of some topics (`kafka`: of one) or of all topics it
 * has committed to. `apache-kafka` is KEDA's newer client for the same.
 *
 * @see https://keda.sh/docs/latest/scalers/apache-kafka/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { activationThreshold, values } = trigger;
  const brokers = values.list('bootstrapServers');
  const group = values.text('consumerGroup');
  const { limitation, topics: given } = wantedPlaces(spec.type, values);
  const place = {
    brokers,
    login: kafkaLogin(values, dependencies),
    tls: values.text('tls') === 'enable' ? tlsOf(values) : null,
    timeoutMs,
  };
  const connection = keepConnection({
    what: `Kafka at ${brokers.join(', ')}`,
    open: () => openKafka(place),
    openTimeoutMs: timeoutMs,
    askTimeoutMs: 2 * timeoutMs,
    secrets: [values.text('password')],
  });
  const rules = {
    offsetResetPolicy: values.text('offsetResetPolicy') === 'earliest' ? 'earliest' : 'latest',
    scaleToZeroOnInvalidOffset: values.flag('scaleToZeroOnInvalidOffset'),
    excludePersistentLag: values.flag('excludePersistentLag'),
  } as const;
  const totalRules = {
    lagThreshold: values.number('lagThreshold'),
    allowIdleConsumers: values.flag('allowIdleConsumers'),
    limitToPartitionsWithLag: values.flag('limitToPartitionsWithLag'),
    ensureEvenDistributionOfPartitions: values.flag('ensureEvenDistributionOfPartitions'),
  };
  /** Offsets of the last check by topic and partition, for lag that nobody works on. */
  let previous: ReadonlyMap<string, number> = new Map();

  const lags = async (reader: KafkaReader): Promise<readonly PartitionLag[]> => {
    const committed = await reader.committed(group, given);
    const topics = given ?? [...committed.keys()];
    if (topics.length === 0) return [];
    const partitions = await reader.partitions(topics);
    const seen = new Map<string, number>();
    const found: PartitionLag[] = [];
    for (const name of topics) {
      const wanted = partitionsOf(partitions.get(name) ?? [], limitation);
      if (wanted.length === 0) {
        // KEDA's newer client goes on without it.
        if (spec.type === 'apache-kafka') continue;
        const among = limitation ? ` of ${values.text('partitionLimitation')}` : '';
        throw new AppError(
          'upstream-failed',
          `Topic ${name} of Kafka at ${brokers.join(', ')}: expected at least one partition${among}, received none.`,
        );
      }
      const ends = await reader.ends(name);
      for (const partition of wanted) {
        const key = `${name}/${partition}`;
        const offset = committed.get(name)?.get(partition) ?? noOffset;
        seen.set(key, offset);
        found.push(
          partitionLag(
            { committed: offset, end: ends.get(partition) ?? null, previous: previous.get(key) ?? null },
            rules,
          ),
        );
      }
    }
    previous = seen;
    return found;
  };
  return oneMetricTrigger(
    spec.type,
    trigger,
    async (_nowMs, signal) => {
      const found = await connection.ask(signal, lags);
      const withPersistent = found.reduce((sum, { lagWithPersistent }) => sum + lagWithPersistent, 0);
      return {
        value: totalLag(
          found.map(({ lag }) => lag),
          totalRules,
        ),
        active: withPersistent > activationThreshold,
      };
    },
    connection,
  );
};

interface WantedPlaces {
  /** Null: all that the group has committed to. */
  readonly topics: readonly string[] | null;
  /** Null: all partitions. */
  readonly limitation: readonly number[] | null;
}

/** `kafka` has one topic, `apache-kafka` may have several; partitions such as `1-4,8` count only with a topic. */
function wantedPlaces(type: string, values: TriggerValues): WantedPlaces {
  const isApache = type === 'apache-kafka';
  const topics = (isApache ? values.list('topic') : [values.text('topic')]).filter((name) => name !== '');
  if (topics.length === 0) return { topics: null, limitation: null };
  if (!isApache) return { topics, limitation: kafkaPartitions(values) };
  const partitions = values.list('partitionLimitation').map(Number);
  return { topics, limitation: partitions.length === 0 ? null : partitions };
}

/** Those of a topic's partitions that are asked for; all without a limitation. */
export function partitionsOf(
  existing: readonly number[],
  limitation: readonly number[] | null,
): readonly number[] {
  return limitation ? existing.filter((partition) => limitation.includes(partition)) : existing;
}
