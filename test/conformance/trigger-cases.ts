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
import type { TriggerValues } from '../../src/autoscaler/triggers/catalogue/trigger-values.ts';
import { connectionText as mongodbConnection } from '../../src/autoscaler/triggers/drivers/mongodb/mongo-place.ts';
import { parseParameters } from '../../src/autoscaler/triggers/parameters.ts';
import type { Fields } from './case.ts';
import { isObject } from './restrict.ts';

// Answers the cases about trigger metadata in their words.

const sourcesOf = (item: Fields) => ({
  triggerMetadata: item['triggerMetadata'],
  authParams: item['authParams'] ?? {},
  resolvedEnv: item['resolvedEnv'] ?? {},
});

const contextOf = (item: Fields) => ({
  podIdentity: item['podIdentity'] || 'none',
  metricType: item['metricType'] || null,
  // Some rows say it only in their words.
  formulaInput: item['asMetricSource'] === true || /as ?metric ?source - /i.test(item['note'] ?? ''),
});

const check = (type: string, item: Fields) => {
  const checked = checkTrigger(type, sourcesOf(item), contextOf(item));
  if (!checked) throw new Error(`the catalogue lacks ${type}`);
  return checked;
};

/** Accepted or rejected, the problems, and what was parsed in the words that the case asks for. */
export function metadata(item: Fields): { verdict: string; problems: readonly string[]; fields: Fields } {
  const { problems } = check(item['trigger'], item);
  const verdict = problems.length > 0 ? 'reject' : 'accept';
  return { verdict, problems, fields: verdict === 'accept' ? fieldsOf(item) : {} };
}

function fieldsOf(item: Fields): Fields {
  const { entry, values } = check(item['trigger'], item);
  if (!values) return {};
  const raw: Fields = parseParameters(parameterTable(entry), sourcesOf(item)).values ?? {};
  const type: string = item['trigger'];
  const brokers = values.list('bootstrapServers');
  const stream = redisStreamMode(values);
  const metric = catalogueMetric({ entry, values }, item['triggerIndex'] ?? 0, 'test')?.name;
  const hasTls = values.flag('tls') || values.flag('enableTLS') || values.text('tls') === 'enable';
  const known: Fields = {
    ...raw,
    // Names of fields that are not the parameter's own.
    consumerGroupName: values.text('consumerGroup'),
    streamName: values.text('stream'),
    targetLag: stream.mode === 'lag' ? stream.target : 0,
    targetPendingEntriesCount: stream.mode === 'pending' ? stream.target : 0,
    targetStreamLength: stream.mode === 'length' ? stream.target : 0,
    scaleFactor: stream.mode,
    allActive: values.flag('selectAllActive'),
    unversioned: values.flag('selectUnversioned'),
    connectionInfo: {
      addresses: redisAddresses(values),
      hosts: values.list('host'),
      ports: values.list('port'),
      username: values.text('username'),
      password: values.text('password'),
      sentinelUsername: values.text('sentinelUsername'),
      sentinelPassword: values.text('sentinelPassword'),
      sentinelMaster: values.text('sentinelMaster'),
      enableTLS: redisTls(values),
      ca: values.text('ca'),
      cert: values.text('Cert'),
      key: values.text('key'),
      keyPassword: values.text('keyPassword'),
      unsafeSsl: values.flag('unsafeSsl'),
    },
    numBrokers: brokers.length,
    brokers,
    group: values.text('consumerGroup'),
    partitionLimitation:
      type === 'kafka' ? kafkaPartitions(values) : values.has('topic') ? raw['partitionLimitation'] : null,
    enableTLS: tlsInWords(type, values, hasTls),
    tlsEnabled: hasTls,
    connectionString: connectionOf(type, values, item['podIdentity']),
    expectedConnectionString: connectionOf(type, values, item['podIdentity']),
    metricName: metric,
    expectedMetricName: metric?.replace(/^s\d+-/, ''),
    expectedURL: values.text('queueURL'),
  };
  return pick(known, item['expectedFields'] ?? {});
}

/** Whether TLS is on, as the test of that type says it. */
function tlsInWords(type: string, values: TriggerValues, hasTls: boolean): unknown {
  if (type === 'rabbitmq' || type === 'etcd') return values.text('tls');
  if (type === 'temporal') return values.flag('enableTLS');
  if (type.startsWith('redis')) return redisTls(values);
  // Pulsar speaks of it only where the client shows a certificate.
  const isMutual = values.list('authModes').includes('tls');
  return isMutual || (hasTls && (type !== 'pulsar' || values.has('cert')));
}

function connectionOf(type: string, values: TriggerValues, podIdentity: string | undefined): string {
  if (type === 'postgresql') return postgresConnection(values, podIdentity);
  if (type === 'mssql') return sqlServerConnection(values);
  return type === 'mongodb' ? mongodbConnection(values) : values.text('connectionString');
}

/**
 * The wanted fields, by their names without regard to case. A struct that has no part of its own here stands for the
 * whole; a value that was not given is the zero of its kind, as in Go.
 */
function pick(known: Fields, wanted: Fields): Fields {
  const byName = new Map(Object.entries(known).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(
    Object.entries(wanted).map(([name, want]) => {
      const got: unknown = name in known ? known[name] : byName.get(name.toLowerCase());
      if (isObject(want)) return [name, pick(isObject(got) ? got : known, want)];
      return [name, got ?? zeroLike(want)];
    }),
  );
}

function zeroLike(want: unknown): unknown {
  if (Array.isArray(want)) return [];
  return { string: '', number: 0, boolean: false }[typeof want as string] ?? null;
}

/** Types whose test is called otherwise than the type. */
const typeNames: Readonly<Record<string, string>> = {
  artemis: 'artemis-queue',
  cpu_memory: 'cpu',
  gcp_cloud_tasks: 'gcp-cloudtasks',
  mongo: 'mongodb',
  newrelic: 'new-relic',
  openstack_metrics: 'openstack-metric',
  solace: 'solace-event-queue',
  solace_dm: 'solace-direct-messaging',
  selenium: 'selenium-grid',
};

/** The name of the metric; null when the parameters are not valid. */
export function metricName(item: Fields): { metricName: string | null; problems: readonly string[] } {
  const [file = ''] = String(item['id']).split('/');
  const type: string = item['trigger'] ?? typeNames[file] ?? file.replaceAll('_', '-');
  const checked = check(type, item);
  const metric = catalogueMetric(checked, item['triggerIndex'] ?? 0, item['namespace'] ?? 'test');
  return { metricName: metric?.name ?? null, problems: checked.problems };
}
