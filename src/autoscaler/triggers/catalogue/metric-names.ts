import { metricName } from '../metric-name.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';
import { cronName } from './cron-name.ts';
import { activemqTemplate, artemisTemplate } from './jolokia-template.ts';
import { queueNameOf } from './queue-name.ts';
import { solaceMetrics } from './solace-metrics.ts';
import type { TriggerValues } from './trigger-values.ts';

/** Names that are more than a template. */
const named: Readonly<Record<string, (values: TriggerValues, namespace: string) => string>> = {
  activemq: (values) =>
    `activemq-${activemqTemplate(values.text('restAPITemplate')).queue || values.text('destinationName')}`,
  'apache-kafka': (values) => kafkaName(values, values.list('topic').join(',')),
  'artemis-queue': (values) =>
    `artemis-${artemisTemplate(values.text('restApiTemplate')).queue || values.text('queueName')}`,
  kafka: (values) => kafkaName(values, values.text('topic')),
  'aws-sqs-queue': (values) => `aws-sqs-${queueNameOf(values.text('queueURL')) ?? ''}`,
  'azure-servicebus': (values) => {
    const topic = values.text('topicName');
    if (values.flag('useRegex')) return `azure-servicebus-${topic === '' ? 'queue' : 'topic'}-regex`;
    return `azure-servicebus-${topic || values.text('queueName')}`;
  },
  cron: (values) => cronName(values.text('timezone'), values.text('start'), values.text('end')),
  datadog: (values) => `datadog-${(values.text('query').split('{')[0] ?? '').trim()}`,
  elasticsearch: (values) => `elasticsearch-${values.text('searchTemplateName') || 'query'}`,
  opensearch: (values) => `opensearch-${values.text('searchTemplateName') || 'query'}`,
  'gcp-pubsub': (values) => `gcp-ps-${values.text('subscriptionName') || values.text('topicName')}`,
  ibmmq: (values) => `ibmmq-${values.list('queueName')[0] ?? values.text('queueName')}`,
  influxdb: (values) =>
    `influxdb-${values.text(values.text('influxVersion') === '3' ? 'database' : 'organizationName')}`,
  'kubernetes-resource': (values) =>
    `${values.text('resourceKind').toLowerCase()}-${values.text('resourceName')}-${values.text('key')}`,
  'kubernetes-workload': (_values, namespace) => `workload-${namespace}`,
  mysql: (values) =>
    `mysql-${values.has('connectionString') ? databaseOf(values.text('connectionString')) : values.text('dbName')}`,
  'openstack-swift': (values) =>
    `openstack-swift-${values.text('containerName')}${values.has('objectPrefix') ? `-${values.text('objectPrefix')}` : ''}`,
  rabbitmq: (values) => `rabbitmq-${queryEscaped(values.text('queueName'))}`,
  // All three even when empty, as in KEDA.
  'selenium-grid': (values) =>
    `selenium-grid-${values.text('browserName')}-${values.text('browserVersion')}-${values.text('platformName')}`,
  'solace-direct-messaging': (values) => solaceMetrics('solace-direct-messaging', values)[0]?.name ?? '',
  'solace-event-queue': (values) => solaceMetrics('solace-event-queue', values)[0]?.name ?? '',
  temporal: (values) => {
    const queue = `temporal-${values.text('namespace')}-${values.text('taskQueue')}`;
    const [deployment, build] = [values.text('workerDeploymentName'), values.text('workerDeploymentBuildId')];
    return deployment === '' ? queue : `${queue}-${deployment}-${build}`;
  },
};

const kafkaName = (values: TriggerValues, topic: string): string =>
  topic === '' ? `kafka-${values.text('consumerGroup')}-topics` : `kafka-${topic}`;

/** The database of a MySQL connection text: what follows the last slash, up to its parameters. */
const databaseOf = (connection: string): string => (connection.split('/').at(-1) ?? '').split('?')[0] ?? '';

/** As Go writes a text into a query: a blank is `+`, and less is left alone than in JavaScript. */
const queryEscaped = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);

/** The name under which KEDA offers a trigger's metric to the HPA; without one of its own it ends after the index. */
export function catalogueMetricName(
  entry: CatalogueEntry,
  values: TriggerValues,
  index: number,
  namespace: string,
): string {
  // Datadog's cluster agent answers for its metric itself, under a name without an index.
  if (entry.type === 'datadog' && values.flag('useClusterAgentProxy')) {
    return `datadogmetric@${values.text('datadogMetricNamespace')}:${values.text('datadogMetricName')}`;
  }
  // KEDA numbers this one 1 wherever it stands.
  return metricName(entry.type === 'forgejo-runner' ? 1 : index, baseName(entry, values, namespace));
}

function baseName(entry: CatalogueEntry, values: TriggerValues, namespace: string): string {
  const give = named[entry.type];
  if (give) return give(values, namespace);
  return entry.metricName.replace(/\{([^}]+)\}/g, (_whole, name: string) => {
    const text = values.text(name);
    return text !== '' ? text : values.has(name) ? String(values.number(name)) : '';
  });
}
