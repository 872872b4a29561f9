import type { CrossFieldRule } from './check-context.ts';
import { authModes, authModesOrIdentity } from './rules/authentication-rules.ts';
import {
  awsCredentials,
  cloudwatchMetric,
  cloudwatchPeriod,
  dynamoExpressions,
  sqsQueue,
} from './rules/aws-rules.ts';
import {
  azureApplication,
  azureCloud,
  azureStorage,
  eventHubPlace,
  insightsTimespan,
  monitorResource,
  pipelinesPool,
  serviceBusAccess,
  serviceBusEntity,
} from './rules/azure-rules.ts';
import { alignmentPeriod, gcpCredentials } from './rules/gcp-rules.ts';
import { cronWindow } from './rules/cron-rules.ts';
import {
  above0,
  address,
  bothOrNeither,
  certWithKey,
  certWithKeyUnderTls,
  certWithKeyWhen,
  connectionOr,
  eitherOr,
  enableOrDisable,
  notNegative,
  oneOf,
  podIdentities,
  targetAbove0,
  targetGiven,
  targetNotZero,
} from './rules/general-rules.ts';
import {
  datadogPlace,
  dynatraceQuestion,
  githubAccess,
  openstackMetricAccess,
  predictkubeQuestion,
  resourceLocation,
  solaceTargets,
  sumologicQuery,
  swiftAccess,
} from './rules/hosted-rules.ts';
import { kafkaPlaces, kafkaSasl, kafkaSwitches, kafkaTopic } from './rules/kafka-rules.ts';
import { rabbitmqAccess, rabbitmqMode } from './rules/rabbitmq-rules.ts';
import { redisServers, redisTlsPlaces } from './rules/redis-rules.ts';
import { elasticAccess, opensearchAccess, searchOrQuery } from './rules/search-rules.ts';
import {
  activemqEndpoint,
  artemisEndpoint,
  cassandraPlace,
  graphiteBasic,
  influxVersion,
  mongodbTls,
  podSelector,
  resourceTarget,
  temporalVersioning,
} from './rules/single-rules.ts';

const application = azureApplication('activeDirectoryClientId', 'activeDirectoryClientPassword');
const tenantApplication = azureApplication('tenantId', 'clientId', 'clientSecret');
const redis = [redisServers, redisTlsPlaces];

/** What the tables cannot say, by trigger type. A type without an entry has no such rule. */
export const crossFieldRules: Readonly<Record<string, readonly CrossFieldRule[]>> = {
  activemq: [activemqEndpoint],
  'apache-kafka': [kafkaSwitches, kafkaPlaces, kafkaSasl, certWithKeyUnderTls],
  arangodb: [authModes, targetNotZero('queryValue')],
  'artemis-queue': [artemisEndpoint],
  'aws-cloudwatch': [cloudwatchMetric, cloudwatchPeriod, awsCredentials],
  'aws-dynamodb': [targetGiven('targetValue'), dynamoExpressions, awsCredentials],
  'aws-dynamodb-streams': [awsCredentials],
  'aws-kinesis-stream': [awsCredentials],
  'aws-sqs-queue': [sqsQueue, awsCredentials],
  'azure-app-insights': [
    targetNotZero('targetValue'),
    insightsTimespan,
    application,
    azureCloud(false, 'appInsightsResourceURL', 'activeDirectoryEndpoint'),
  ],
  'azure-blob': [azureStorage],
  'azure-data-explorer': [tenantApplication, azureCloud(true, 'activeDirectoryEndpoint')],
  'azure-eventhub': [eventHubPlace],
  'azure-log-analytics': [tenantApplication, azureCloud(false, 'logAnalyticsResourceURL')],
  'azure-monitor': [
    targetNotZero('targetValue'),
    monitorResource,
    application,
    azureCloud(false, 'azureResourceManagerEndpoint'),
  ],
  'azure-pipelines': [pipelinesPool],
  'azure-queue': [azureStorage],
  'azure-servicebus': [serviceBusEntity, serviceBusAccess],
  cassandra: [cassandraPlace],
  clickhouse: [oneOf('connectionString', 'host'), targetNotZero('targetQueryValue'), certWithKeyWhen('tls')],
  couchdb: [
    connectionOr('connectionString', 'host', 'port', 'username', 'password', 'dbName'),
    targetNotZero('queryValue'),
  ],
  cpu: [resourceTarget],
  cron: [cronWindow],
  datadog: [
    datadogPlace,
    targetGiven('targetValue'),
    notNegative('age'),
    notNegative('timeWindowOffset'),
    notNegative('lastAvailablePointOffset'),
  ],
  dynatrace: [dynatraceQuestion],
  'elastic-forecast': [elasticAccess],
  elasticsearch: [elasticAccess, searchOrQuery],
  opensearch: [opensearchAccess, searchOrQuery],
  etcd: [
    above0('watchProgressNotifyInterval'),
    enableOrDisable('tls'),
    certWithKeyUnderTls,
    bothOrNeither('username', 'password'),
  ],
  'gcp-cloudtasks': [gcpCredentials],
  'gcp-pubsub': [eitherOr('subscriptionName', 'topicName'), gcpCredentials],
  'gcp-spanner': [gcpCredentials],
  'gcp-stackdriver': [alignmentPeriod, gcpCredentials],
  'gcp-storage': [gcpCredentials],
  'github-runner': [githubAccess],
  graphite: [graphiteBasic],
  ibmmq: [address('host'), certWithKey],
  influxdb: [influxVersion, targetNotZero('thresholdValue')],
  kafka: [kafkaSwitches, kafkaTopic, kafkaPlaces, kafkaSasl, certWithKeyUnderTls],
  'kubernetes-resource': [targetAbove0('targetValue'), resourceLocation],
  'kubernetes-workload': [podSelector, targetAbove0('value')],
  liiklus: [above0('lagThreshold'), notNegative('activationLagThreshold')],
  loki: [authModes, authModesOrIdentity],
  memory: [resourceTarget],
  'metrics-api': [authModes, targetNotZero('targetValue')],
  mongodb: [mongodbConnection, certWithKeyUnderTls, mongodbTls],
  mssql: [oneOf('connectionString', 'host'), targetNotZero('targetValue'), podIdentities('azure-workload')],
  'nats-jetstream': [oneOf('account', 'accountID')],
  nsq: [above0('depthThreshold'), notNegative('activationDepthThreshold')],
  'openstack-metric': [openstackMetricAccess],
  'openstack-swift': [swiftAccess],
  postgresql: [
    connectionOr('connection', 'host', 'port', 'userName', 'dbName', 'sslmode'),
    targetNotZero('targetQueryValue'),
  ],
  predictkube: [authModes, targetNotZero('threshold'), address('prometheusAddress'), predictkubeQuestion],
  prometheus: [authModes, authModesOrIdentity],
  pulsar: [authModes, certWithKeyUnderTls],
  rabbitmq: [rabbitmqMode, enableOrDisable('tls'), rabbitmqAccess],
  redis,
  'redis-cluster': redis,
  'redis-cluster-streams': redis,
  'redis-sentinel': redis,
  'redis-sentinel-streams': redis,
  'redis-streams': redis,
  'solace-event-queue': [solaceTargets],
  solarwinds: [address('host')],
  solr: [targetNotZero('targetQueryValue')],
  splunk: [address('host', /^https?:/i)],
  sumologic: [sumologicQuery],
  temporal: [temporalVersioning, certWithKey],
};

/** The port is part of the name under `mongodb+srv`. */
function mongodbConnection(...[values, context]: Parameters<CrossFieldRule>): readonly string[] {
  const parts = ['host', 'username', 'password'];
  if (values.text('scheme') !== 'mongodb+srv') parts.push('port');
  return connectionOr('connectionString', ...parts)(values, context);
}
