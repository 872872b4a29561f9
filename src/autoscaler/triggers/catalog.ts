import { AppError } from '../../contract/app-error.ts';
import type { CreateTrigger } from './trigger.ts';

interface Driver {
  readonly createTrigger: CreateTrigger;
}

/** Trigger types that work here. */
const drivers: Readonly<Record<string, () => Promise<Driver>>> = {
  activemq: () => import('./drivers/jolokia.ts'),
  'apache-kafka': () => import('./drivers/kafka.ts'),
  arangodb: () => import('./drivers/arangodb.ts'),
  'artemis-queue': () => import('./drivers/jolokia.ts'),
  'aws-cloudwatch': () => import('./drivers/aws-cloudwatch.ts'),
  'aws-dynamodb': () => import('./drivers/aws-dynamodb.ts'),
  'aws-dynamodb-streams': () => import('./drivers/aws-dynamodb-streams.ts'),
  'aws-kinesis-stream': () => import('./drivers/aws-kinesis-stream.ts'),
  'aws-sqs-queue': () => import('./drivers/aws-sqs-queue.ts'),
  'azure-pipelines': () => import('./drivers/azure-pipelines.ts'),
  'azure-queue': () => import('./drivers/azure-queue.ts'),
  'azure-servicebus': () => import('./drivers/azure-servicebus.ts'),
  beanstalkd: () => import('./drivers/beanstalkd.ts'),
  couchdb: () => import('./drivers/couchdb.ts'),
  cpu: () => import('./drivers/resource.ts'),
  cron: () => import('./drivers/cron.ts'),
  datadog: () => import('./drivers/datadog.ts'),
  elasticsearch: () => import('./drivers/elasticsearch.ts'),
  etcd: () => import('./drivers/etcd.ts'),
  external: () => import('./drivers/external.ts'),
  'external-push': () => import('./drivers/external.ts'),
  'forgejo-runner': () => import('./drivers/forgejo-runner.ts'),
  'github-runner': () => import('./drivers/github-runner.ts'),
  graphite: () => import('./drivers/graphite.ts'),
  ibmmq: () => import('./drivers/ibmmq.ts'),
  influxdb: () => import('./drivers/influxdb.ts'),
  'kubernetes-resource': () => import('./drivers/kubernetes-resource.ts'),
  'kubernetes-workload': () => import('./drivers/kubernetes-workload.ts'),
  loki: () => import('./drivers/loki.ts'),
  memory: () => import('./drivers/resource.ts'),
  'metrics-api': () => import('./drivers/metrics-api.ts'),
  kafka: () => import('./drivers/kafka.ts'),
  mongodb: () => import('./drivers/mongodb.ts'),
  mysql: () => import('./drivers/mysql.ts'),
  'nats-jetstream': () => import('./drivers/nats-jetstream.ts'),
  'new-relic': () => import('./drivers/new-relic.ts'),
  nsq: () => import('./drivers/nsq.ts'),
  opensearch: () => import('./drivers/elasticsearch.ts'),
  postgresql: () => import('./drivers/postgresql.ts'),
  prometheus: () => import('./drivers/prometheus.ts'),
  pulsar: () => import('./drivers/pulsar.ts'),
  rabbitmq: () => import('./drivers/rabbitmq.ts'),
  redis: () => import('./drivers/redis.ts'),
  'redis-cluster': () => import('./drivers/redis.ts'),
  'redis-cluster-streams': () => import('./drivers/redis-streams.ts'),
  'redis-sentinel': () => import('./drivers/redis.ts'),
  'redis-sentinel-streams': () => import('./drivers/redis-streams.ts'),
  'redis-streams': () => import('./drivers/redis-streams.ts'),
  'selenium-grid': () => import('./drivers/selenium-grid.ts'),
  'sluice-pending': () => import('./drivers/sluice-pending.ts'),
  'solace-event-queue': () => import('./drivers/solace-event-queue.ts'),
  solr: () => import('./drivers/solr.ts'),
  temporal: () => import('./drivers/temporal.ts'),
};

/** Trigger types that can be read on this machine. */
export const typesReadHere: ReadonlySet<string> = new Set(Object.keys(drivers));

/** The driver of a trigger type, KEDA's types being those of the catalogue. @throws AppError `unsupported` for KEDA's others, `invalid-argument` for names KEDA does not know. */
export async function loadTriggerDriver(type: string): Promise<CreateTrigger> {
  const load = Object.hasOwn(drivers, type) ? drivers[type] : undefined;
  if (load) return (await load()).createTrigger;
  const here = [...typesReadHere].join(', ');
  const { catalogue } = await import('./catalogue/catalogue.ts');
  if (catalogue().has(type)) {
    throw new AppError(
      'unsupported',
      `KEDA's trigger "${type}" is known, but this Sluice does not read it: it runs on a cluster, or here through an external scaler (type external). It reads ${here}.`,
      { param: 'type' },
    );
  }
  throw new AppError(
    'invalid-argument',
    `There is no trigger type "${type}" in KEDA. This Sluice reads ${here}.`,
    {
      param: 'type',
    },
  );
}
