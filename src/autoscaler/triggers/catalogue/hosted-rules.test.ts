import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTrigger } from './check-trigger.ts';

type Texts = Readonly<Record<string, string>>;

const cloudwatch = {
  namespace: 'AWS/SQS',
  metricName: 'Waiting',
  dimensionName: 'QueueName',
  dimensionValue: 'jobs',
  targetMetricValue: '2',
  minMetricValue: '0',
  awsRegion: 'eu-west-1',
  identityOwner: 'operator',
};
const dynamodb = {
  tableName: 'jobs',
  awsRegion: 'eu-west-1',
  identityOwner: 'operator',
  keyConditionExpression: '#s = :s',
  expressionAttributeNames: '{"#s":"state"}',
  expressionAttributeValues: '{":s":{"S":"new"}}',
  targetValue: '3',
};
const insights = {
  targetValue: '1',
  metricId: 'requests/count',
  metricAggregationTimespan: '0:05',
  metricAggregationType: 'sum',
  applicationInsightsId: 'i',
  tenantId: 't',
};
const application = { activeDirectoryClientId: 'c', activeDirectoryClientPassword: 'p' };
const monitor = {
  targetValue: '1',
  resourceURI: 'Microsoft.Web/sites/shop',
  tenantId: 't',
  subscriptionId: 's',
  resourceGroupName: 'g',
  metricName: 'm',
  metricAggregationType: 'Average',
};
const logs = { workspaceId: 'w', query: 'q', threshold: '1' };
const bus = { namespace: 'n', queueName: 'jobs' };
const pipelines = { organizationURL: 'https://dev.azure.com/shop', poolID: '1' };
const stackdriver = { projectId: 'p', filter: 'f', credentialsFromEnv: 'KEY' };
const opensearch = {
  addresses: 'http://o:9200',
  index: 'a',
  query: '{}',
  valueLocation: 'n',
  targetValue: '1',
};
const dynatrace = { host: 'https://d', threshold: '1' };
const resource = { resourceKind: 'Secret', resourceName: 's', key: 'k', targetValue: '1' };
const sumologic = { host: 'https://s', timerange: '15m', threshold: '1' };
const sumologicKeys = { accessID: 'a', accessKey: 'k' };
const github = { owner: 'shop', runnerScope: 'org' };
const openstack = {
  metricsURL: 'http://o:8041',
  metricID: '1',
  aggregationMethod: 'mean',
  granularity: '60',
};
const splunk = {
  host: 'https://s:8089',
  savedSearchName: 's',
  valueField: 'v',
  targetValue: '1',
  activationValue: '0',
};

const tables: readonly {
  name: string;
  type: string;
  metadata: Texts;
  auth?: Texts;
  podIdentity?: string;
  want: readonly RegExp[];
}[] = [
  {
    name: 'a CloudWatch metric in a unit of its own making',
    type: 'aws-cloudwatch',
    metadata: { ...cloudwatch, metricUnit: 'Hour' },
    want: [/^metricUnit: expected a unit of CloudWatch .* received "Hour"/],
  },
  {
    name: 'a CloudWatch metric per second',
    type: 'aws-cloudwatch',
    metadata: { ...cloudwatch, metricUnit: 'Kilobytes/Second' },
    want: [],
  },
  {
    name: 'a CloudWatch period between the known ones',
    type: 'aws-cloudwatch',
    metadata: { ...cloudwatch, metricStatPeriod: '25' },
    want: [/^metricStatPeriod: expected 1, 5, 10, 30 or a multiple of 60 seconds, received 25/],
  },
  {
    name: 'a CloudWatch time that ends within a period',
    type: 'aws-cloudwatch',
    metadata: { ...cloudwatch, metricCollectionTime: '400' },
    want: [/^metricCollectionTime: expected a multiple of metricStatPeriod \(300\), received 400/],
  },
  {
    name: 'DynamoDB with a number that is not a text',
    type: 'aws-dynamodb',
    metadata: { ...dynamodb, expressionAttributeValues: '{":s":{"N":1994}}' },
    want: [/^expressionAttributeValues: expected a JSON object of typed values/],
  },
  {
    name: 'DynamoDB with names that are no JSON',
    type: 'aws-dynamodb',
    metadata: { ...dynamodb, expressionAttributeNames: '{"state"}' },
    want: [/^expressionAttributeNames: expected a JSON object .* received "\{"state"\}"/],
  },
  { name: 'DynamoDB', type: 'aws-dynamodb', metadata: dynamodb, want: [] },
  {
    name: 'Application Insights without anybody who asks',
    type: 'azure-app-insights',
    metadata: insights,
    want: [
      /^activeDirectoryClientId: expected a value because there is no pod identity azure-workload/,
      /^activeDirectoryClientPassword: /,
    ],
  },
  {
    name: 'Application Insights with workload identity',
    type: 'azure-app-insights',
    metadata: insights,
    podIdentity: 'azure-workload',
    want: [],
  },
  {
    name: 'Application Insights with an identity of another cloud',
    type: 'azure-app-insights',
    metadata: insights,
    podIdentity: 'gcp',
    want: [/^podIdentity: expected none or azure-workload, received gcp/],
  },
  {
    name: 'Application Insights over a span without hours',
    type: 'azure-app-insights',
    metadata: { ...insights, metricAggregationTimespan: '5' },
    auth: application,
    want: [/^metricAggregationTimespan: expected hours and minutes such as 0:05, received "5"/],
  },
  {
    name: 'Application Insights in a cloud that has none',
    type: 'azure-app-insights',
    metadata: { ...insights, cloud: 'AzureGermanCloud' },
    auth: application,
    want: [/^cloud: expected AzurePublicCloud, .* received "AzureGermanCloud"/],
  },
  {
    name: 'a private cloud without its endpoints',
    type: 'azure-monitor',
    metadata: { ...monitor, cloud: 'private' },
    auth: application,
    want: [/^azureResourceManagerEndpoint: expected a value because cloud is Private/],
  },
  {
    name: 'Azure Monitor with a resource of two parts and an interval of two',
    type: 'azure-monitor',
    metadata: { ...monitor, resourceURI: 'sites/shop', metricAggregationInterval: '0:15' },
    auth: application,
    want: [/^resourceURI: expected namespace\/type\/name/, /^metricAggregationInterval: expected hours/],
  },
  {
    name: 'Azure Monitor with an aggregation of its own making',
    type: 'azure-monitor',
    metadata: { ...monitor, metricAggregationType: 'Median' },
    auth: application,
    want: [/^metricAggregationType: expected one of Average, .*, received "Median"/],
  },
  {
    name: 'Datadog back from a time to come, with a mode that it lacks',
    type: 'datadog',
    metadata: { query: 'avg:cpu{*}', targetValue: '1', age: '-1' },
    auth: { apiKey: 'a', appKey: 'b', authMode: 'basic' },
    want: [
      /^authMode: expected bearer or nothing, received "basic"/,
      /^age: expected a number >= 0, received -1/,
    ],
  },
  {
    name: 'Datadog by a token that is not there',
    type: 'datadog',
    metadata: {
      useClusterAgentProxy: 'true',
      datadogMetricName: 'm',
      datadogMetricNamespace: 'n',
      targetValue: '1',
    },
    auth: { authMode: 'bearer', datadogMetricsService: 's' },
    want: [
      /^token: expected a value because authMode is bearer, received nothing/,
      /^datadogNamespace: expected a value because useClusterAgentProxy is true, received nothing/,
    ],
  },
  {
    name: 'Datadog with a type that is none',
    type: 'datadog',
    metadata: { query: 'avg:cpu{*}', targetValue: '1', type: 'sum' },
    auth: { apiKey: 'a', appKey: 'b' },
    want: [/^type: expected average or global, received "sum"/],
  },
  {
    name: 'Datadog with a type',
    type: 'datadog',
    metadata: { query: 'avg:cpu{*}', targetValue: '1', type: 'Global' },
    auth: { apiKey: 'a', appKey: 'b' },
    want: [],
  },
  {
    name: 'Datadog with a scope that does not end',
    type: 'datadog',
    metadata: { query: 'avg:cpu{*', targetValue: '1' },
    auth: { apiKey: 'a', appKey: 'b' },
    want: [/^query: expected a scope in braces/],
  },
  {
    name: 'PredictKube with a time in words and a key that is no token',
    type: 'predictkube',
    metadata: {
      prometheusAddress: 'http://p:9090',
      query: 'up',
      predictHorizon: 'two hours',
      queryStep: '2m',
      historyTimeWindow: '1w2d',
      threshold: '1',
    },
    auth: { apiKey: 'k' },
    want: [
      /^predictHorizon: expected a time such as 2m or 7d, received "two hours"/,
      /^apiKey: expected a JSON Web Token/,
    ],
  },
  {
    name: 'Log Analytics without its tenant',
    type: 'azure-log-analytics',
    metadata: { ...logs, clientId: 'c', clientSecret: 's' },
    want: [/^tenantId: expected a value because there is no pod identity azure-workload/],
  },
  {
    name: 'Service Bus by a pattern that is none',
    type: 'azure-servicebus',
    metadata: { ...bus, queueName: '*', useRegex: 'true' },
    podIdentity: 'azure-workload',
    want: [/^queueName: expected a regular expression, received "\*"/],
  },
  {
    name: 'Service Bus with a subscription of no topic',
    type: 'azure-servicebus',
    metadata: { namespace: 'n', subscriptionName: 's' },
    podIdentity: 'azure-workload',
    want: [/^topicName: expected a value because a topic is read by a subscription, received nothing/],
  },
  {
    name: 'Service Bus in a cloud that is none',
    type: 'azure-servicebus',
    metadata: { ...bus, cloud: 'Mars' },
    podIdentity: 'azure-workload',
    want: [/^cloud: expected AzurePublicCloud, .* received "Mars"/],
  },
  {
    name: 'Azure Pipelines without a pool and without a name of the organisation',
    type: 'azure-pipelines',
    metadata: { organizationURL: 'https://dev.azure.com/' },
    auth: { personalAccessToken: 't' },
    want: [
      /^organizationURL: expected an address that ends with the organisation's name/,
      /^poolID: expected a value here or in poolName/,
    ],
  },
  {
    name: 'Azure Pipelines with a number of jobs where there is none',
    type: 'azure-pipelines',
    metadata: { ...pipelines, jobsToFetch: '9', fetchUnfinishedJobsOnly: 'false', parent: 'p' },
    auth: { personalAccessToken: 't' },
    want: [
      /^jobsToFetch: expected nothing beside fetchUnfinishedJobsOnly, received both/,
      /^jobsToFetch: expected nothing beside parent, received both/,
    ],
  },
  {
    name: 'Azure Pipelines with a token beside an identity',
    type: 'azure-pipelines',
    metadata: pipelines,
    auth: { personalAccessToken: 't' },
    podIdentity: 'aws',
    want: [],
  },
  {
    name: 'Google Cloud without credentials',
    type: 'gcp-storage',
    metadata: { bucketName: 'b', credentialsFromEnv: '' },
    want: [/^credentialsFromEnv: expected a variable here .* received nothing/],
  },
  {
    name: 'Google Cloud with a pod identity',
    type: 'gcp-storage',
    metadata: { bucketName: 'b' },
    podIdentity: 'gcp',
    want: [],
  },
  {
    name: 'Cloud Monitoring aligned over half a minute',
    type: 'gcp-stackdriver',
    metadata: { ...stackdriver, alignmentPeriodSeconds: '30' },
    want: [/^alignmentPeriodSeconds: expected 60 or more, received 30/],
  },
  {
    name: 'OpenSearch without a user',
    type: 'opensearch',
    metadata: opensearch,
    want: [/^username: expected a value, received nothing/, /^password: /],
  },
  {
    name: 'OpenSearch with TLS and half a certificate',
    type: 'opensearch',
    metadata: { ...opensearch, enableTLS: 'true', clientCert: 'c' },
    want: [/^clientKey: expected a value because enableTLS is true, received nothing/],
  },
  {
    name: 'a forecast of Elastic with a user and no password',
    type: 'elastic-forecast',
    metadata: { addresses: 'http://e:9200', jobID: 'j', targetValue: '1', username: 'u' },
    want: [/^password: expected a value because addresses is given, received nothing/],
  },
  {
    name: 'Dynatrace without a question',
    type: 'dynatrace',
    metadata: dynatrace,
    auth: { token: 't' },
    want: [/^metricSelector: expected a value here or in query, received nothing/],
  },
  {
    name: 'Dynatrace with a query whose time is said apart',
    type: 'dynatrace',
    metadata: { ...dynatrace, query: 'fetch logs', from: 'now-2h' },
    auth: { token: 't' },
    want: [/^from: expected nothing beside query, received both/],
  },
  {
    name: 'a number of Kubernetes with a place in it',
    type: 'kubernetes-resource',
    metadata: { ...resource, valueLocation: 'a.b' },
    want: [/^valueLocation: expected nothing unless format is json or yaml, received a location/],
  },
  {
    name: 'a number of Kubernetes with a target of 0',
    type: 'kubernetes-resource',
    metadata: { ...resource, targetValue: '0' },
    want: [/^targetValue: expected a number > 0, received 0/],
  },
  {
    name: 'logs of Sumo Logic asked by rows',
    type: 'sumologic',
    metadata: { ...sumologic, queryType: 'logs', query: 'q', resultField: 'f', 'query.A': 'a' },
    auth: sumologicKeys,
    want: [/^query\.A: expected query because queryType is logs, received a row/],
  },
  {
    name: 'metrics of Sumo Logic in rows of which none counts',
    type: 'sumologic',
    metadata: { ...sumologic, queryType: 'metrics', quantization: '1m', 'query.A': 'a', 'query.B': 'b' },
    auth: sumologicKeys,
    want: [/^resultQueryRowID: expected one of A, B, received nothing/],
  },
  {
    name: 'metrics of Sumo Logic without steps',
    type: 'sumologic',
    metadata: { ...sumologic, queryType: 'metrics', query: 'q' },
    auth: sumologicKeys,
    want: [/^quantization: expected a time such as 1m because queryType is metrics, received nothing/],
  },
  {
    name: 'GitHub without anybody who asks',
    type: 'github-runner',
    metadata: github,
    want: [/^personalAccessToken: expected a value .* or an application .* received neither/],
  },
  {
    name: 'GitHub by an application without its number',
    type: 'github-runner',
    metadata: { ...github, installationID: '2' },
    auth: { appKey: 'k' },
    want: [/^applicationID: expected a value because installationID is given, received nothing/],
  },
  {
    name: 'OpenStack metrics with a user without a password',
    type: 'openstack-metric',
    metadata: openstack,
    auth: { authURL: 'http://o:5000', userID: 'u' },
    want: [/^password: expected a value in the TriggerAuthentication, received nothing/],
  },
  {
    name: 'Splunk at an address without http',
    type: 'splunk',
    metadata: { ...splunk, host: 'splunk:8089' },
    auth: { username: 'u' },
    want: [/^host: expected an address such as https:\/\/host:8089, received "splunk:8089"/],
  },
  {
    name: 'IBM MQ with a certificate and no key',
    type: 'ibmmq',
    metadata: { host: 'https://m:9443/ibmmq', queueName: 'q' },
    auth: { username: 'u', password: 'p', cert: 'c' },
    want: [/^key: expected a value because cert is given, received nothing/],
  },
  {
    name: 'RabbitMQ over AMQP with workload identity',
    type: 'rabbitmq',
    metadata: { host: 'amqp://mq', queueName: 'q' },
    auth: { workloadIdentityResource: 'api://mq' },
    want: [/^workloadIdentityResource: expected nothing because the protocol is amqp/],
  },
];

for (const { auth = {}, metadata, name, podIdentity = 'none', type, want } of tables) {
  test(name, () => {
    const sources = { triggerMetadata: metadata, authParams: auth, resolvedEnv: {} };
    const checked = checkTrigger(type, sources, { podIdentity });
    assert.ok(checked, `KEDA knows ${type}`);
    const { problems } = checked;
    assert.equal(problems.length, want.length, problems.join('\n'));
    for (const [index, pattern] of want.entries()) assert.match(problems[index] ?? '', pattern);
  });
}
