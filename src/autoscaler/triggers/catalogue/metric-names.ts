import type { CatalogueEntry } from './catalogue-entry.ts';
import { queueNameOf } from './queue-name.ts';
import type { TriggerValues } from './trigger-values.ts';

/** Names that are more than a template. */
const named: Readonly<Record<string, (values: TriggerValues, namespace: string) => string>> = {
  'apache-kafka': (values) => kafkaName(values, values.list('topic').join(',')),
  kafka: (values) => kafkaName(values, values.text('topic')),
  'aws-cloudwatch': (values) => `aws-cloudwatch-${values.list('dimensionName')[0] ?? ''}`,
  'aws-sqs-queue': (values) => `aws-sqs-${queueNameOf(values.text('queueURL')) ?? ''}`,
  'azure-servicebus': (values) => {
    const topic = values.text('topicName');
    if (values.flag('useRegex')) return `azure-servicebus-${topic === '' ? 'queue' : 'topic'}-regex`;
    return `azure-servicebus-${topic || values.text('queueName')}`;
  },
  cron: (values) =>
    `cron-${values.text('timezone')}-${cronText(values.text('start'))}-${cronText(values.text('end'))}`,
  datadog: (values) => `datadog-${(values.text('query').split('{')[0] ?? '').trim()}`,
  elasticsearch: (values) => `elasticsearch-${values.text('searchTemplateName') || 'query'}`,
  opensearch: (values) => `opensearch-${values.text('searchTemplateName') || 'query'}`,
  'gcp-pubsub': (values) => `gcp-ps-${values.text('subscriptionName') || values.text('topicName')}`,
  ibmmq: (values) => `ibmmq-${values.list('queueName')[0] ?? values.text('queueName')}`,
  influxdb: (values) => `influxdb-${values.text('organizationName') || values.text('database')}`,
  'kubernetes-resource': (values) =>
    `${values.text('resourceKind').toLowerCase()}-${values.text('resourceName')}-${values.text('key')}`,
  'kubernetes-workload': (_values, namespace) => `workload-${namespace}`,
  mysql: (values) => `mysql-${values.text('dbName') || databaseOf(values.text('connectionString'))}`,
  'openstack-swift': (values) =>
    `openstack-swift-${values.text('containerName')}${values.has('objectPrefix') ? `-${values.text('objectPrefix')}` : ''}`,
  // All three even when empty, as in KEDA.
  'selenium-grid': (values) =>
    `selenium-grid-${values.text('browserName')}-${values.text('browserVersion')}-${values.text('platformName')}`,
  // The first of its metrics; a trigger with several targets offers one for each.
  'solace-event-queue': (values) => {
    const [suffix] = solaceSuffixes.find(([, target]) => values.number(target) > 0) ?? ['msgcount'];
    return `solace-${values.text('queueName')}-${suffix}`;
  },
};

const solaceSuffixes = [
  ['msgcount', 'messageCountTarget'],
  ['msgspoolusage', 'messageSpoolUsageTarget'],
  ['msgrcvrate', 'messageReceiveRateTarget'],
] as const;

const kafkaName = (values: TriggerValues, topic: string): string =>
  topic === '' ? `kafka-${values.text('consumerGroup')}-topics` : `kafka-${topic}`;

const cronText = (expression: string): string =>
  expression
    .replaceAll(' ', '')
    .replaceAll('*', 'x')
    .replaceAll('/', 'Sl')
    .replaceAll('?', 'Qm')
    .replaceAll(',', 'Cm');

/** The database of a MySQL connection text: what follows the last slash, up to its parameters. */
const databaseOf = (connection: string): string => (connection.split('/').at(-1) ?? '').split('?')[0] ?? '';

/** A trigger's metric without its index, not yet normalised; empty for cpu, memory and external ones. */
export function metricBaseName(entry: CatalogueEntry, values: TriggerValues, namespace: string): string {
  const give = named[entry.type];
  if (give) return give(values, namespace);
  if (entry.metricName === '-') return '';
  return entry.metricName.replace(/\{([^}]+)\}/g, (_whole, name: string) => {
    const text = values.text(name);
    return text !== '' ? text : values.has(name) ? String(values.number(name)) : '';
  });
}
