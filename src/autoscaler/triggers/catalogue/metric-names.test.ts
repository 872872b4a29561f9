import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogueMetric, catalogueMetrics, checkTrigger } from './check-trigger.ts';

type Texts = Readonly<Record<string, string>>;

const rabbit = { host: 'http://mq' };
const stream = { stream: 's', address: 'r:6379' };
const influx = { serverURL: 'http://i', query: 'q', thresholdValue: '4' };
const login = { username: 'u', password: 'p' };
const direct = { solaceSempBaseURL: 'http://s', messageVpn: 'v', clientNamePattern: 'web' };

const metrics: readonly { name: string; type: string; metadata: Texts; auth?: Texts; target?: number }[] = [
  {
    name: 's1-prometheus',
    type: 'prometheus',
    metadata: { serverAddress: 'http://p', query: 'up', threshold: '2.5' },
    target: 2.5,
  },
  {
    name: 's1-kafka-jobs-topics',
    type: 'kafka',
    metadata: { bootstrapServers: 'a', consumerGroup: 'jobs' },
    target: 10,
  },
  { name: 's1-rabbitmq-a-b', type: 'rabbitmq', metadata: { ...rabbit, queueName: 'a.b' }, target: 20 },
  { name: 's1-rabbitmq-a-2Fb', type: 'rabbitmq', metadata: { ...rabbit, queueName: 'a/b' } },
  { name: 's1-rabbitmq-a+b-28c-29', type: 'rabbitmq', metadata: { ...rabbit, queueName: 'a b(c)' } },
  {
    name: 's1-redis-streams-s',
    type: 'redis-streams',
    metadata: { ...stream, consumerGroup: 'g', lagCount: '7' },
    target: 7,
  },
  { name: 's1-redis-streams-s', type: 'redis-streams', metadata: stream, target: 5 },
  {
    name: 's1-cron-Europe-Berlin-08xx1Cm2-09xxx',
    type: 'cron',
    metadata: { start: '0 8 * * 1,2', end: '0 9 * * *', timezone: 'Europe/Berlin', desiredReplicas: '3' },
    target: 1,
  },
  { name: 's1-workload-shop', type: 'kubernetes-workload', metadata: { podSelector: 'app=a', value: '1' } },
  {
    name: 's1-pulsar-persistent---public-default-orders-mail',
    type: 'pulsar',
    metadata: {
      adminURL: 'http://p',
      topic: 'persistent://public/default/orders',
      subscription: 'mail',
    },
    target: 10,
  },
  { name: 's1-influxdb-acme', type: 'influxdb', metadata: { ...influx, organizationName: 'acme' } },
  {
    name: 's1-influxdb-shop',
    type: 'influxdb',
    metadata: { ...influx, organizationName: 'acme', influxVersion: '3', database: 'shop', metricKey: 'k' },
  },
  {
    name: 's1-activemq-orders',
    type: 'activemq',
    metadata: {
      restAPITemplate:
        'http://mq/api/jolokia/read/a:type=Broker,brokerName=b,destinationName=orders/QueueSize',
    },
    auth: login,
  },
  {
    name: 's1-artemis-orders',
    type: 'artemis-queue',
    metadata: { restApiTemplate: 'http://mq/read/a:broker="b",address="x",queue="orders"/MessageCount' },
    auth: login,
  },
  {
    name: 's1-mysql-of_the_text',
    type: 'mysql',
    metadata: { query: 'q', queryValue: '1', dbName: 'other' },
    auth: { connectionString: 'user@tcp(db:3306)/of_the_text?tls=true' },
  },
  {
    name: 's1-datadog-sum-hits',
    type: 'datadog',
    metadata: { query: 'sum:hits{*}.as_count()', queryValue: '7' },
    auth: { apiKey: 'a', appKey: 'b' },
    target: 7,
  },
  {
    name: 'datadogmetric@shop:hits',
    type: 'datadog',
    metadata: {
      useClusterAgentProxy: 'true',
      datadogMetricName: 'hits',
      datadogMetricNamespace: 'shop',
      targetValue: '2',
    },
    auth: { datadogMetricsService: 'metrics', datadogNamespace: 'datadog' },
    target: 2,
  },
  {
    name: 's1-aws-cloudwatch',
    type: 'aws-cloudwatch',
    metadata: {
      expression: 'SELECT 1',
      targetMetricValue: '2',
      minMetricValue: '0',
      awsRegion: 'x',
      identityOwner: 'operator',
    },
  },
  {
    name: 's1-azure-data-explorer-logs',
    type: 'azure-data-explorer',
    metadata: { databaseName: 'logs', endpoint: 'https://e', query: 'q', threshold: '1' },
    auth: { tenantId: 't', clientId: 'c', clientSecret: 's' },
  },
  {
    name: 's1-gcp-spanner-i-d-p',
    type: 'gcp-spanner',
    metadata: { projectId: 'p', instanceId: 'i', databaseId: 'd', query: 'q' },
    auth: { GoogleApplicationCredentials: '{}' },
  },
  {
    name: 's1-signalfx',
    type: 'splunk-observability',
    metadata: {
      query: 'q',
      duration: '10',
      targetValue: '2',
      queryAggregator: 'avg',
      activationTargetValue: '1',
    },
    auth: { accessToken: 't', realm: 'r' },
  },
  {
    name: 's1-solace-dm-web-aggregatedClientTxMsgRateTarget',
    type: 'solace-direct-messaging',
    metadata: { ...direct, aggregatedClientTxMsgRateTarget: '600' },
    auth: login,
    target: 600,
  },
  {
    name: 's1-solace-q-msgspoolusage',
    type: 'solace-event-queue',
    metadata: {
      solaceSempBaseURL: 'http://s',
      messageVpn: 'v',
      queueName: 'q',
      messageSpoolUsageTarget: '20',
    },
    auth: login,
    // Megabytes as bytes.
    target: 20 * 2 ** 20,
  },
  {
    name: 's1-temporal-default-orders',
    type: 'temporal',
    metadata: { endpoint: 't:7233', taskQueue: 'orders' },
    target: 5,
  },
  {
    name: 's1-temporal-shop-orders-web-v1-2',
    type: 'temporal',
    metadata: {
      endpoint: 't:7233',
      namespace: 'shop',
      taskQueue: 'orders',
      workerDeploymentName: 'web',
      workerDeploymentBuildId: 'v1.2',
    },
  },
];

for (const { auth = {}, metadata, name, target, type } of metrics) {
  test(`a metric of ${type} is called ${name}`, () => {
    const checked = checkTrigger(type, { triggerMetadata: metadata, authParams: auth, resolvedEnv: {} });
    assert.deepEqual(checked?.problems, []);
    const metric = checked ? catalogueMetric(checked, 1, 'shop') : null;
    assert.equal(metric?.name, name);
    if (target !== undefined) assert.equal(metric?.target, target);
  });
}

test('Solace offers one metric for each target above 0, in KEDA’s order', () => {
  const checked = checkTrigger('solace-event-queue', {
    triggerMetadata: {
      solaceSempBaseURL: 'http://s',
      messageVpn: 'v',
      queueName: 'a/b',
      messageReceiveRateTarget: '50',
      messageSpoolUsageTarget: '0',
      messageCountTarget: '7',
    },
    authParams: login,
    resolvedEnv: {},
  });
  assert.ok(checked);
  assert.deepEqual(
    catalogueMetrics(checked, 2, 'shop').map(({ name, target }) => [name, target]),
    [
      ['s2-solace-a-b-msgcount', 7],
      ['s2-solace-a-b-msgrcvrate', 50],
    ],
  );
  const none = { entry: checked.entry, values: null };
  assert.deepEqual(catalogueMetrics(none, 2, 'shop'), []);
});
