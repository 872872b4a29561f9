import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prometheusParameters } from '../drivers/prometheus/parameters.ts';
import { catalogue, parameterTable } from './catalogue.ts';
import { catalogueMetric, checkTrigger } from './check-trigger.ts';
import { crossFieldRules } from './cross-field-rules.ts';

type Texts = Readonly<Record<string, string>>;
const check = (
  type: string,
  metadata: Texts,
  auth: Texts = {},
  env: Texts = {},
  metricType: string | null = null,
) => {
  const checked = checkTrigger(
    type,
    { triggerMetadata: metadata, authParams: auth, resolvedEnv: env },
    { metricType },
  );
  assert.ok(checked, `KEDA knows ${type}`);
  return checked;
};

test('every line of the catalogue can be read, and every rule belongs to a type', () => {
  const all = catalogue();
  assert.equal(all.size, 78);
  for (const entry of all.values()) {
    assert.ok(entry.parameters.length > 0, entry.type);
    for (const parameter of entry.parameters) {
      assert.ok(
        parameter.names.every((name) => /^\w+(?:\.\*)?$/.test(name)),
        `${entry.type} ${parameter.names.join()}`,
      );
      assert.ok(parameter.from.length > 0, `${entry.type} ${parameter.names.join()}`);
    }
    const names = Object.keys(parameterTable(entry));
    for (const name of [
      entry.target,
      entry.activation,
      ...entry.metricName.matchAll(/\{(\w+)\}/g).map(([, inner]) => inner),
    ]) {
      if (name && !name.startsWith('=') && name !== '*' && name !== '-')
        assert.ok(names.includes(name), `${entry.type} has no ${name}`);
    }
  }
  assert.deepEqual(
    Object.keys(crossFieldRules).filter((type) => !all.has(type)),
    [],
  );
});

test('the prometheus driver reads what the catalogue says, and its own additions', () => {
  const entry = catalogue().get('prometheus');
  assert.ok(entry);
  const table = parameterTable(entry);
  for (const [key, parameter] of Object.entries(table)) {
    const own = prometheusParameters[key as keyof typeof prometheusParameters];
    assert.deepEqual(
      { names: own?.names, from: own?.from, type: own?.type },
      { names: parameter.names, from: parameter.from, type: parameter.type },
    );
  }
});

const kafka = { bootstrapServers: 'a:9092', consumerGroup: 'jobs', topic: 't' };
const rabbit = { queueName: 'q', host: 'http://mq' };
const redis = { stream: 's', address: 'r:6379' };
const tables: readonly {
  name: string;
  type: string;
  metadata: Texts;
  auth?: Texts;
  env?: Texts;
  metricType?: string;
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
    want: [/^username: sasl plaintext demands it/, /^password: /],
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
    want: [/^mode: MessageRate needs the protocol http/],
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
    want: [/^port: expected a value, or all of it in connection/],
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
    want: [/^account or accountID: /],
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
];

for (const { auth, env, metadata, metricType, name, type, want } of tables) {
  test(name, () => {
    const { problems } = check(type, metadata, auth, env, metricType ?? null);
    assert.equal(problems.length, want.length, problems.join('\n'));
    for (const [index, pattern] of want.entries()) assert.match(problems[index] ?? '', pattern);
  });
}

test('a metric is called as KEDA calls it', () => {
  const metrics: readonly [string, Texts, string, number][] = [
    ['prometheus', { serverAddress: 'http://p', query: 'up', threshold: '2.5' }, 's1-prometheus', 2.5],
    ['kafka', { bootstrapServers: 'a', consumerGroup: 'jobs' }, 's1-kafka-jobs-topics', 10],
    ['rabbitmq', { ...rabbit, queueName: 'a.b' }, 's1-rabbitmq-a-b', 20],
    ['redis-streams', { ...redis, consumerGroup: 'g', lagCount: '7' }, 's1-redis-streams-s', 7],
    ['redis-streams', redis, 's1-redis-streams-s', 5],
    [
      'cron',
      { start: '0 8 * * 1,2', end: '0 9 * * *', timezone: 'Europe/Berlin', desiredReplicas: '3' },
      's1-cron-Europe-Berlin-08xx1Cm2-09xxx',
      1,
    ],
    ['kubernetes-workload', { podSelector: 'app=a', value: '1' }, 's1-workload-shop', 1],
  ];
  for (const [type, metadata, name, target] of metrics) {
    const metric = catalogueMetric(check(type, metadata), 1, 'shop');
    assert.deepEqual({ name: metric?.name, target: metric?.target }, { name, target });
  }
});

test('a key that no parameter knows is reported, a name that KEDA lacks is null', () => {
  assert.deepEqual(
    check('cron', { start: '0 8 * * *', end: '0 9 * * *', timeZone: 'UTC', desiredReplicas: '1' })
      .unknownKeys,
    ['timeZone'],
  );
  assert.equal(checkTrigger('mqtt', { triggerMetadata: {}, authParams: {}, resolvedEnv: {} }), null);
});
