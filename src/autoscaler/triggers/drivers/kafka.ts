import { AppError } from '../../../contract/app-error.ts';
import { parsePartitions } from '../catalogue/parse-partitions.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { keepConnection } from '../kept-connection.ts';
import type { CreateTrigger } from '../trigger.ts';
import { kafkaLogin } from './kafka/kafka-login.ts';
import { openKafka, type KafkaReader } from './kafka/open-kafka.ts';
import { noOffset, partitionLag, type PartitionLag } from './kafka/partition-lag.ts';
import { totalLag } from './kafka/total-lag.ts';

const timeoutMs = 5000;

/**
 * How far a consumer group is behind, over the partitions of a topic or of all topics it has committed to.
 *
 * @see https://keda.sh/docs/latest/scalers/apache-kafka/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { activationThreshold, values } = trigger;
  const brokers = values.list('bootstrapServers');
  const group = values.text('consumerGroup');
  const topic = values.text('topic');
  const text = (name: string): string | null => values.text(name) || null;
  const place = {
    brokers,
    login: kafkaLogin(values, dependencies),
    tls:
      values.text('tls') === 'enable'
        ? {
            ca: text('ca'),
            cert: text('cert'),
            key: text('key'),
            keyPassword: text('keyPassword'),
            unsafeSsl: values.flag('unsafeSsl'),
          }
        : null,
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
  const limitation = values.text('partitionLimitation');
  /** Offsets of the last check by topic and partition, for lag that nobody works on. */
  let previous: ReadonlyMap<string, number> = new Map();

  const lags = async (reader: KafkaReader): Promise<readonly PartitionLag[]> => {
    const committed = await reader.committed(group, topic === '' ? null : [topic]);
    const topics = topic === '' ? [...committed.keys()] : [topic];
    if (topics.length === 0) return [];
    const partitions = await reader.partitions(topics);
    const seen = new Map<string, number>();
    const found: PartitionLag[] = [];
    for (const name of topics) {
      const wanted = partitionsOf(partitions.get(name) ?? [], topic === '' ? '' : limitation);
      if (wanted.length === 0) {
        throw new AppError(
          'upstream-failed',
          `Topic ${name} of Kafka at ${brokers.join(', ')}: expected at least one partition${limitation === '' ? '' : ` of ${limitation}`}, received none.`,
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
    'kafka',
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

/** Those of a topic's partitions that are asked for: `1-4,8`; all without a limitation. */
export function partitionsOf(existing: readonly number[], limitation: string): readonly number[] {
  const wanted = limitation === '' ? null : parsePartitions(limitation);
  return wanted ? existing.filter((partition) => wanted.includes(partition)) : existing;
}
