import { AppError } from '../../contract/app-error.ts';
import type { CreateTrigger } from './trigger.ts';

interface Driver {
  readonly createTrigger: CreateTrigger;
}

/** Trigger types that work here. */
const drivers: Readonly<Record<string, () => Promise<Driver>>> = {
  activemq: () => import('./drivers/jolokia.ts'),
  arangodb: () => import('./drivers/arangodb.ts'),
  'artemis-queue': () => import('./drivers/jolokia.ts'),
  'aws-sqs-queue': () => import('./drivers/aws-sqs-queue.ts'),
  'azure-queue': () => import('./drivers/azure-queue.ts'),
  beanstalkd: () => import('./drivers/beanstalkd.ts'),
  couchdb: () => import('./drivers/couchdb.ts'),
  cpu: () => import('./drivers/resource.ts'),
  cron: () => import('./drivers/cron.ts'),
  elasticsearch: () => import('./drivers/elasticsearch.ts'),
  etcd: () => import('./drivers/etcd.ts'),
  external: () => import('./drivers/external.ts'),
  'external-push': () => import('./drivers/external.ts'),
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

/** All trigger types of KEDA, so that a message can tell "not yet" from "no such thing". @see https://keda.sh/docs/latest/scalers/ */
const kedaTypes = new Set(
  `activemq apache-kafka arangodb artemis-queue aws-cloudwatch aws-dynamodb aws-dynamodb-streams aws-kinesis-stream
  aws-sqs-queue azure-app-insights azure-blob azure-data-explorer azure-eventhub azure-log-analytics azure-monitor
  azure-pipelines azure-queue azure-servicebus beanstalkd cassandra clickhouse couchdb cpu cron datadog dynatrace
  elastic-forecast elasticsearch etcd external external-push forgejo-runner gcp-cloudtasks gcp-pubsub gcp-spanner
  gcp-stackdriver gcp-storage github-runner graphite huawei-cloudeye ibmmq influxdb kafka kubernetes-resource
  kubernetes-workload liiklus loki memory metrics-api mongodb mssql mysql nats-jetstream new-relic nsq opensearch
  openstack-metric openstack-swift postgresql predictkube prometheus pulsar rabbitmq redis redis-cluster
  redis-cluster-streams redis-sentinel redis-sentinel-streams redis-streams selenium-grid solace-direct-messaging
  solace-event-queue solarwinds solr splunk splunk-observability sumologic temporal`.split(/\s+/),
);

/** The driver of a trigger type. @throws AppError `unsupported` for KEDA's others, `invalid-argument` for names KEDA does not know. */
export async function loadTriggerDriver(type: string): Promise<CreateTrigger> {
  const load = Object.hasOwn(drivers, type) ? drivers[type] : undefined;
  if (load) return (await load()).createTrigger;
  const here = Object.keys(drivers).join(', ');
  if (kedaTypes.has(type)) {
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
