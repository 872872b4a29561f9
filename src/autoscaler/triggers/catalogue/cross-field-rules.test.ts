import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTrigger } from './check-trigger.ts';

type Texts = Readonly<Record<string, string>>;

const kafka = { bootstrapServers: 'a:9092', consumerGroup: 'jobs', topic: 't' };
const rabbit = { queueName: 'q', host: 'http://mq' };
const redis = { stream: 's', address: 'r:6379' };
const mongo = { collection: 'c', query: '{}', queryValue: '1' };
const mongoAuth = { connectionString: 'mongodb://m', dbName: 'd', tls: 'enable' };
const pulsar = { adminURL: 'http://p', topic: 't', subscription: 's' };
const clickhouse = { host: 'h', query: 'q', targetQueryValue: '1' };
const influx = { serverURL: 'http://i', organizationName: 'o', query: 'q', thresholdValue: '1' };
const tables: readonly {
  name: string;
  type: string;
  metadata: Texts;
  auth?: Texts;
  env?: Texts;
  metricType?: string;
  podIdentity?: string;
  formulaInput?: boolean;
  want: readonly RegExp[];
}[] = [
  {
    name: 'cpu without a metricType',
    type: 'cpu',
    metadata: { value: '50' },
    want: [/^metricType: expected Utilization or AverageValue, received nothing/],
  },
  {
    name: 'cpu as a quantity',
    type: 'cpu',
    metadata: { value: '500m' },
    metricType: 'AverageValue',
    want: [],
  },
  {
    name: 'cpu as a percentage that is none',
    type: 'cpu',
    metadata: { value: '500m' },
    metricType: 'Utilization',
    want: [/^value: expected a percentage/],
  },
  {
    name: 'the old type of cpu',
    type: 'cpu',
    metadata: { value: '50', type: 'Utilization' },
    metricType: 'Utilization',
    want: [/^type: KEDA no longer takes it; use metricType/],
  },
  {
    name: 'cron with a macro',
    type: 'cron',
    metadata: { start: '@daily', end: '0 8 * * *', timezone: 'UTC', desiredReplicas: '1' },
    want: [/^start: expected five cron fields/],
  },
  {
    name: 'cron with names in their fields',
    type: 'cron',
    metadata: { start: '0 8 * JAN-mar Mon,fri', end: '0 9 ? * 1-5/2', timezone: 'UTC', desiredReplicas: '1' },
    want: [],
  },
  {
    name: 'cron with a weekday for an hour, and a range that runs backwards',
    type: 'cron',
    metadata: { start: '0 mon * * *', end: '0 9 * * fri-mon', timezone: 'UTC', desiredReplicas: '1' },
    want: [/^start: expected five cron fields/, /^end: expected five cron fields/],
  },
  {
    name: 'cron with an hour of 25',
    type: 'cron',
    metadata: { start: '0 25 * * *', end: '0 8 * * *', timezone: 'UTC', desiredReplicas: '1' },
    want: [/^start: /],
  },
  {
    name: 'cron with names, lists, steps',
    type: 'cron',
    metadata: {
      start: '*/15 8-18 * jan,mar MON-FRI',
      end: '0 8 ? * *',
      timezone: 'UTC',
      desiredReplicas: '1',
    },
    want: [],
  },
  {
    name: 'kafka with a version that never was',
    type: 'kafka',
    metadata: { ...kafka, version: 'two' },
    want: [/^version: /],
  },
  {
    name: 'kafka with sasl and no user',
    type: 'kafka',
    metadata: { ...kafka, sasl: 'plaintext' },
    want: [/^username: expected a value because sasl is plaintext/, /^password: /],
  },
  {
    name: 'kafka with sasl in two places',
    type: 'kafka',
    metadata: { ...kafka, sasl: 'plaintext' },
    auth: { sasl: 'plaintext', username: 'u', password: 'p' },
    want: [/^sasl: .* received both/],
  },
  {
    name: 'kafka whose partitions are words',
    type: 'kafka',
    metadata: { ...kafka, partitionLimitation: 'a-b' },
    want: [/^partitionLimitation: /],
  },
  {
    name: 'rabbitmq asked for a rate over AMQP',
    type: 'rabbitmq',
    metadata: { queueName: 'q', host: 'amqp://mq', mode: 'MessageRate', value: '5' },
    want: [/^mode: expected QueueLength because the protocol is amqp, received "MessageRate"/],
  },
  {
    name: 'rabbitmq in the old spelling and the new',
    type: 'rabbitmq',
    metadata: { ...rabbit, queueLength: '5', mode: 'QueueLength', value: '5' },
    want: [/^queueLength: /],
  },
  {
    name: 'rabbitmq with its host from the environment',
    type: 'rabbitmq',
    metadata: { queueName: 'q', hostFromEnv: 'MQ' },
    env: { MQ: 'amqp://mq' },
    want: [],
  },
  {
    name: 'rabbitmq with a host that the environment does not have',
    type: 'rabbitmq',
    metadata: { queueName: 'q', hostFromEnv: 'MQ' },
    want: [/^host: expected a value/],
  },
  {
    name: 'redis with more hosts than ports',
    type: 'redis',
    metadata: { listName: 'l', hosts: 'a,b', ports: '1' },
    want: [/^port: expected as many as hosts \(2\), received 1/],
  },
  {
    name: 'redis with TLS in two places',
    type: 'redis-streams',
    metadata: { ...redis, enableTLS: 'true' },
    auth: { tls: 'enable' },
    want: [/^enableTLS: .* received both/],
  },
  {
    name: 'postgresql without a port',
    type: 'postgresql',
    metadata: {
      query: 'q',
      targetQueryValue: '1',
      host: 'h',
      userName: 'u',
      dbName: 'd',
      sslmode: 'disable',
    },
    want: [/^port: expected a value because there is no connection, received nothing/],
  },
  {
    name: 'metrics-api with a target of 0',
    type: 'metrics-api',
    metadata: { url: 'http://a', valueLocation: 'v', targetValue: '0' },
    want: [/^targetValue: expected a number other than 0, received 0/],
  },
  {
    name: 'sqs with a URL of one part',
    type: 'aws-sqs-queue',
    metadata: { queueURL: 'https://sqs/jobs', awsRegion: 'x', identityOwner: 'operator' },
    want: [/^queueURL: /],
  },
  {
    name: 'nats-jetstream without an account',
    type: 'nats-jetstream',
    metadata: { stream: 's', consumer: 'c', natsServerMonitoringEndpoint: 'n:8222' },
    want: [/^account: expected a value here or in accountID, received nothing/],
  },
  {
    name: 'kubernetes-workload with a selector that is none',
    type: 'kubernetes-workload',
    metadata: { podSelector: 'app in demo', value: '1' },
    want: [/^podSelector: /],
  },
  {
    name: 'etcd with an interval of 0',
    type: 'etcd',
    metadata: { endpoints: 'e:2379', watchKey: 'k', value: '1', watchProgressNotifyInterval: '0' },
    want: [/^watchProgressNotifyInterval: expected a number > 0, received 0/],
  },
  {
    name: 'etcd with tls in a word of its own',
    type: 'etcd',
    metadata: { endpoints: 'e:2379', watchKey: 'k', value: '1' },
    auth: { tls: 'yes', ca: 'c', cert: 'c', key: 'k' },
    want: [/^tls: expected enable or disable, received "yes"/],
  },
  {
    name: 'mongodb with TLS and no certificate of anybody',
    type: 'mongodb',
    metadata: mongo,
    auth: mongoAuth,
    want: [/^ca: expected a value here, or cert with key, because tls is enable; received neither/],
  },
  {
    name: 'mongodb with an authority alone',
    type: 'mongodb',
    metadata: mongo,
    auth: { ...mongoAuth, ca: 'c' },
    want: [],
  },
  {
    name: 'mongodb with a certificate and no key',
    type: 'mongodb',
    metadata: mongo,
    auth: { ...mongoAuth, cert: 'c' },
    want: [/^key: /],
  },
  {
    name: 'clickhouse with a certificate and no key',
    type: 'clickhouse',
    metadata: clickhouse,
    auth: { tls: 'true', cert: 'c' },
    want: [/^key: /],
  },
  {
    name: 'clickhouse with TLS of the server alone',
    type: 'clickhouse',
    metadata: clickhouse,
    auth: { tls: 'true' },
    want: [],
  },
  {
    name: 'clickhouse with a target of 0',
    type: 'clickhouse',
    metadata: { ...clickhouse, targetQueryValue: '0' },
    want: [/^targetQueryValue: expected a number other than 0, received 0/],
  },
  {
    name: 'rabbitmq at a host that does not say how it is asked',
    type: 'rabbitmq',
    metadata: { ...rabbit, host: 'mq:5672' },
    want: [/^host: expected amqp:\/\/, .* because protocol is auto, received none of them/],
  },
  {
    name: 'rabbitmq over a protocol of another kind',
    type: 'rabbitmq',
    metadata: { ...rabbit, protocol: 'mqtt' },
    want: [/^protocol: expected auto, amqp or http, received "mqtt"/],
  },
  {
    name: 'a connection in a variable that the container lacks',
    type: 'azure-queue',
    metadata: { queueName: 'q', connectionFromEnv: 'STORE' },
    want: [
      /^connection: expected a value, received nothing \(connectionFromEnv names STORE, which the container lacks/,
    ],
  },
  {
    name: 'dynamodb without a target',
    type: 'aws-dynamodb',
    metadata: {
      tableName: 't',
      awsRegion: 'x',
      identityOwner: 'operator',
      keyConditionExpression: 'k',
      expressionAttributeNames: '{"#s":"state"}',
      expressionAttributeValues: '{":s":{"S":"new"}}',
    },
    want: [/^targetValue: expected a value, received nothing/],
  },
  {
    name: 'datadog with a query without a scope',
    type: 'datadog',
    metadata: { query: 'avg:cpu', targetValue: '1' },
    auth: { apiKey: 'a', appKey: 'b' },
    want: [/^query: expected a scope in braces, such as avg:cpu\{\*\}, received "avg:cpu"/],
  },
  {
    name: 'clickhouse with a target of 0 that only a formula reads',
    type: 'clickhouse',
    metadata: { ...clickhouse, targetQueryValue: '0' },
    formulaInput: true,
    want: [],
  },
  {
    name: 'mssql with an identity of another cloud',
    type: 'mssql',
    metadata: { host: 'h', query: 'q', targetValue: '1' },
    podIdentity: 'gcp',
    want: [/^podIdentity: expected none or azure-workload, received gcp/],
  },
  { name: 'influxdb without a token', type: 'influxdb', metadata: influx, want: [] },
  {
    name: 'influxdb with a token in its metadata',
    type: 'influxdb',
    metadata: { ...influx, authToken: 't' },
    want: [/^authToken: KEDA no longer takes it/],
  },
  {
    name: 'pulsar with the older tls and a token: the authority alone is enough',
    type: 'pulsar',
    metadata: { ...pulsar, tls: 'enable', authModes: 'bearer' },
    auth: { ca: 'c', bearerToken: 't' },
    want: [],
  },
  {
    name: 'pulsar with the older tls and a key without its certificate',
    type: 'pulsar',
    metadata: { ...pulsar, tls: 'enable' },
    auth: { key: 'k' },
    want: [/^cert: /],
  },
  {
    name: 'OAuth without a secret: the certificate may say who asks',
    type: 'pulsar',
    metadata: { ...pulsar, authModes: 'oauth' },
    auth: { oauthTokenURI: 'https://o', clientID: 'i' },
    want: [],
  },
];

for (const {
  auth = {},
  env = {},
  formulaInput = false,
  metadata,
  metricType = null,
  name,
  podIdentity = 'none',
  type,
  want,
} of tables) {
  test(name, () => {
    const sources = { triggerMetadata: metadata, authParams: auth, resolvedEnv: env };
    const checked = checkTrigger(type, sources, { formulaInput, metricType, podIdentity });
    assert.ok(checked, `KEDA knows ${type}`);
    const { problems } = checked;
    assert.equal(problems.length, want.length, problems.join('\n'));
    for (const [index, pattern] of want.entries()) assert.match(problems[index] ?? '', pattern);
  });
}
