import { catalogueMetric, checkTrigger } from '../../src/autoscaler/triggers/catalogue/check-trigger.ts';
import {
  postgresConnection,
  sqlServerConnection,
} from '../../src/autoscaler/triggers/catalogue/connection-texts.ts';
import { kafkaPartitions } from '../../src/autoscaler/triggers/catalogue/parse-partitions.ts';
import {
  redisAddresses,
  redisStreamMode,
  redisTls,
} from '../../src/autoscaler/triggers/catalogue/redis-settings.ts';
import { parameterTable } from '../../src/autoscaler/triggers/catalogue/catalogue.ts';
import { parseParameters } from '../../src/autoscaler/triggers/parameters.ts';
import type { Fields } from './case.ts';

// Answers the cases about trigger metadata in their words.

const sourcesOf = (item: Fields) => ({
  triggerMetadata: item['triggerMetadata'],
  authParams: item['authParams'] ?? {},
  resolvedEnv: item['resolvedEnv'] ?? {},
});

const check = (type: string, item: Fields) => {
  const checked = checkTrigger(type, sourcesOf(item), {
    podIdentity: item['podIdentity'] ?? 'none',
    metricType: item['metricType'] || null,
  });
  if (!checked) throw new Error(`the catalogue lacks ${type}`);
  return checked;
};

/** Accepted or rejected, the problems, and what was parsed in the words that the case asks for. */
export function metadata(item: Fields): { verdict: string; problems: readonly string[]; fields: Fields } {
  const checked = check(item['trigger'], item);
  const { problems } = checked;
  const verdict = problems.length > 0 ? 'reject' : 'accept';
  return { verdict, problems, fields: verdict === 'accept' ? fieldsOf(item) : {} };
}

function fieldsOf(item: Fields): Fields {
  const { entry, values } = check(item['trigger'], item);
  if (!values) return {};
  const raw: Fields = parseParameters(parameterTable(entry), sourcesOf(item)).values ?? {};
  const wanted: Fields = item['expectedFields'] ?? {};
  const type: string = item['trigger'];
  const brokers = values.list('bootstrapServers');
  const isTextTls = type === 'rabbitmq' || type === 'etcd';
  const stream = redisStreamMode(values);
  const parsed: Record<string, unknown> = {
    ...Object.fromEntries(Object.entries(raw).map(([key, value]) => [upperFirst(key), value])),
    // Names of fields that are not the parameter's own.
    ConsumerGroupName: values.text('consumerGroup'),
    StreamName: values.text('stream'),
    TargetLag: stream.mode === 'lag' ? stream.target : 0,
    TargetPendingEntriesCount: stream.mode === 'pending' ? stream.target : 0,
    TargetStreamLength: stream.mode === 'length' ? stream.target : 0,
    scaleFactor: stream.mode,
    APIKey: values.text('apiKey'),
    AllActive: values.flag('selectAllActive'),
    Unversioned: values.flag('selectUnversioned'),
    TLSServerName: values.text('tlsServerName'),
    ConnectionInfo: {
      Addresses: redisAddresses(values),
      Hosts: values.list('host'),
      Ports: values.list('port'),
      Username: values.text('username'),
      Password: values.text('password'),
      SentinelUsername: values.text('sentinelUsername'),
      SentinelPassword: values.text('sentinelPassword'),
      SentinelMaster: values.text('sentinelMaster'),
      EnableTLS: redisTls(values),
      Ca: values.text('ca'),
      Cert: values.text('Cert'),
      Key: values.text('key'),
      KeyPassword: values.text('keyPassword'),
      UnsafeSsl: values.flag('unsafeSsl'),
    },
  };
  return {
    ...Object.fromEntries(
      Object.keys(wanted).map((key) => [key, raw[key] ?? (typeof wanted[key] === 'boolean' ? false : null)]),
    ),
    numBrokers: brokers.length,
    brokers,
    group: values.text('consumerGroup'),
    topic: raw['topic'] ?? (type === 'kafka' ? '' : null),
    partitionLimitation:
      type === 'kafka' ? kafkaPartitions(values) : values.has('topic') ? raw['partitionLimitation'] : null,
    enableTLS: isTextTls
      ? values.text('tls')
      : values.text('tls') === 'enable' || values.list('authModes').includes('tls'),
    EnableTLS: redisTls(values),
    connectionString: type === 'postgresql' ? postgresConnection(values) : values.text('connectionString'),
    expectedConnectionString: type === 'mssql' ? sqlServerConnection(values) : '',
    expectedMetricName: catalogueMetric({ entry, values }, 0, 'test')?.name.replace(/^s0-/, ''),
    expectedURL: values.text('queueURL'),
    parsed,
  };
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Types whose test is called otherwise than the type. */
const typeNames: Readonly<Record<string, string>> = {
  artemis: 'artemis-queue',
  gcp_cloud_tasks: 'gcp-cloudtasks',
  mongo: 'mongodb',
  newrelic: 'new-relic',
  solace: 'solace-event-queue',
  selenium: 'selenium-grid',
};

/** The name of the metric; null when the parameters are not valid. */
export function metricName(item: Fields): { metricName: string | null; problems: readonly string[] } {
  const [file = ''] = String(item['id']).split('/');
  const checked = check(typeNames[file] ?? file.replaceAll('_', '-'), item);
  const metric = catalogueMetric(checked, item['triggerIndex'], 'test');
  return { metricName: metric?.name ?? null, problems: checked.problems };
}
