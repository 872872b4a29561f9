import type { CrossFieldRule } from './check-context.ts';
import {
  authModes,
  authModesOrIdentity,
  awsCredentials,
  azureStorage,
} from './rules/authentication-rules.ts';
import {
  above0,
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
  cloudwatchMetric,
  datadogPlace,
  eventHubPlace,
  resourceLocation,
  solaceTargets,
  swiftAccess,
} from './rules/hosted-rules.ts';
import { kafkaPlaces, kafkaSasl, kafkaSwitches, kafkaTopic } from './rules/kafka-rules.ts';
import { rabbitmqAccess, rabbitmqMode } from './rules/rabbitmq-rules.ts';
import { redisServers, redisTlsPlaces } from './rules/redis-rules.ts';
import {
  activemqEndpoint,
  artemisEndpoint,
  cassandraPlace,
  cronWindow,
  elasticAccess,
  graphiteBasic,
  influxVersion,
  mongodbTls,
  podSelector,
  resourceTarget,
  searchOrQuery,
  serviceBusEntity,
  sqsQueue,
  temporalVersioning,
} from './rules/single-rules.ts';

const redis = [redisServers, redisTlsPlaces];

/** What the tables cannot say, by trigger type. A type without an entry has no such rule. */
export const crossFieldRules: Readonly<Record<string, readonly CrossFieldRule[]>> = {
  activemq: [activemqEndpoint],
  'apache-kafka': [kafkaSwitches, kafkaPlaces, kafkaSasl, certWithKeyUnderTls],
  arangodb: [authModes, targetNotZero('queryValue')],
  'artemis-queue': [artemisEndpoint],
  'aws-cloudwatch': [cloudwatchMetric, awsCredentials],
  'aws-dynamodb': [targetGiven('targetValue'), awsCredentials],
  'aws-dynamodb-streams': [awsCredentials],
  'aws-kinesis-stream': [awsCredentials],
  'aws-sqs-queue': [sqsQueue, awsCredentials],
  'azure-app-insights': [targetNotZero('targetValue')],
  'azure-blob': [azureStorage],
  'azure-eventhub': [eventHubPlace],
  'azure-monitor': [targetNotZero('targetValue')],
  'azure-queue': [azureStorage],
  'azure-servicebus': [serviceBusEntity],
  cassandra: [cassandraPlace],
  clickhouse: [oneOf('connectionString', 'host'), targetNotZero('targetQueryValue'), certWithKeyWhen('tls')],
  couchdb: [
    connectionOr('connectionString', 'host', 'port', 'username', 'password', 'dbName'),
    targetNotZero('queryValue'),
  ],
  cpu: [resourceTarget],
  cron: [cronWindow],
  datadog: [datadogPlace, targetGiven('targetValue')],
  elasticsearch: [elasticAccess, searchOrQuery],
  opensearch: [searchOrQuery],
  etcd: [
    above0('watchProgressNotifyInterval'),
    enableOrDisable('tls'),
    certWithKeyUnderTls,
    bothOrNeither('username', 'password'),
  ],
  'gcp-pubsub': [eitherOr('subscriptionName', 'topicName')],
  graphite: [graphiteBasic],
  influxdb: [influxVersion, targetNotZero('thresholdValue')],
  kafka: [kafkaSwitches, kafkaTopic, kafkaPlaces, kafkaSasl, certWithKeyUnderTls],
  'kubernetes-resource': [resourceLocation],
  'kubernetes-workload': [podSelector, targetAbove0('value')],
  liiklus: [above0('lagThreshold'), notNegative('activationLagThreshold')],
  loki: [authModes, authModesOrIdentity],
  memory: [resourceTarget],
  'metrics-api': [authModes, targetNotZero('targetValue')],
  mongodb: [mongodbConnection, certWithKeyUnderTls, mongodbTls],
  mssql: [oneOf('connectionString', 'host'), targetNotZero('targetValue'), podIdentities('azure-workload')],
  'nats-jetstream': [oneOf('account', 'accountID')],
  nsq: [above0('depthThreshold'), notNegative('activationDepthThreshold')],
  'openstack-swift': [swiftAccess],
  postgresql: [
    connectionOr('connection', 'host', 'port', 'userName', 'dbName', 'sslmode'),
    targetNotZero('targetQueryValue'),
  ],
  predictkube: [authModes, targetNotZero('threshold')],
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
  solr: [targetNotZero('targetQueryValue')],
  temporal: [temporalVersioning, certWithKey],
};

/** The port is part of the name under `mongodb+srv`. */
function mongodbConnection(...[values, context]: Parameters<CrossFieldRule>): readonly string[] {
  const parts = ['host', 'username', 'password'];
  if (values.text('scheme') !== 'mongodb+srv') parts.push('port');
  return connectionOr('connectionString', ...parts)(values, context);
}
