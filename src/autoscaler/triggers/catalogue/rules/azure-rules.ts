import type { CrossFieldRule } from '../check-context.ts';
import { demanded, needed, notBeside, quoted } from './problems.ts';

// Rules of the triggers for Azure.

const clouds = ['AzurePublicCloud', 'AzureUSGovernmentCloud', 'AzureChinaCloud'];

/** A cloud of Azure; a private one has endpoints of its own, and only some services know the former German one. */
export const azureCloud =
  (withGermany: boolean, ...endpoints: readonly string[]): CrossFieldRule =>
  (_values, { sources: { triggerMetadata } }) => {
    const cloud = triggerMetadata['cloud']?.trim() ?? '';
    if (cloud.toLowerCase() === 'private') {
      return endpoints
        .filter((name) => !triggerMetadata[name]?.trim())
        .map((name) => `${name}: expected a value because cloud is Private, received nothing`);
    }
    const known = withGermany ? [...clouds, 'AzureGermanCloud'] : clouds;
    return cloud === '' || known.some((name) => name.toLowerCase() === cloud.toLowerCase())
      ? []
      : [`cloud: expected ${clouds.join(', ')} or Private, received "${cloud}"`];
  };

/** Workload identity, or an application's own credentials. */
export const azureApplication =
  (...names: readonly string[]): CrossFieldRule =>
  (values, { podIdentity }) => {
    if (podIdentity === 'azure-workload') return [];
    if (podIdentity !== 'none' && podIdentity !== '') return [foreignIdentity(podIdentity)];
    return demanded(values, 'there is no pod identity azure-workload', ...names);
  };

const foreignIdentity = (podIdentity: string): string =>
  `podIdentity: expected none or azure-workload, received ${podIdentity}`;

/** Azure storage: a connection text, or an account with workload identity in a cloud that exists. */
export const azureStorage: CrossFieldRule = (values, context) => {
  const problems = [...azureCloud(true, 'endpointSuffix')(values, context)];
  const { podIdentity } = context;
  if (podIdentity === 'none' || podIdentity === '') problems.push(...needed(values, 'connection'));
  else if (podIdentity !== 'azure-workload') problems.push(foreignIdentity(podIdentity));
  else problems.push(...demanded(values, 'the pod identity is azure-workload', 'accountName'));
  return problems;
};

/** One queue, or a topic with its subscription; with `useRegex` their names are patterns. */
export const serviceBusEntity: CrossFieldRule = (values) => {
  const problems: string[] = [];
  const queue = values.has('queueName');
  const topic = values.has('topicName') || values.has('subscriptionName');
  if (queue && topic) problems.push(notBeside('queueName', 'topicName or subscriptionName'));
  if (!queue && topic) {
    problems.push(...demanded(values, 'a topic is read by a subscription', 'topicName', 'subscriptionName'));
  } else if (!queue) {
    problems.push('queueName: expected a value here, or topicName with subscriptionName; received nothing');
  }
  const pattern = queue ? 'queueName' : 'subscriptionName';
  if (values.flag('useRegex') && !isPattern(values.text(pattern))) {
    problems.push(`${pattern}: expected a regular expression, received ${quoted(values.text(pattern))}`);
  }
  return problems;
};

/** A connection text, or a namespace with workload identity. */
export const serviceBusAccess: CrossFieldRule = (values, context) => {
  const { podIdentity } = context;
  if (podIdentity === 'none' || podIdentity === '') return needed(values, 'connection');
  if (podIdentity !== 'azure-workload') return [foreignIdentity(podIdentity)];
  return [
    ...demanded(values, 'the pod identity is azure-workload', 'namespace'),
    ...azureCloud(true, 'endpointSuffix')(values, context),
  ];
};

/** Events and checkpoints: two connections, or a namespace and a storage account with workload identity. */
export const eventHubPlace: CrossFieldRule = (values, { podIdentity }) => {
  if (podIdentity === 'azure-workload') {
    const because = 'the pod identity is azure-workload';
    const storage = values.has('storageConnection') ? [] : ['storageAccountName'];
    return demanded(values, because, 'eventHubNamespace', 'eventHubName', ...storage);
  }
  if (podIdentity !== 'none' && podIdentity !== '') return [foreignIdentity(podIdentity)];
  const problems = [...needed(values, 'connection', 'storageConnection')];
  const connection = values.text('connection');
  if (connection !== '' && !values.has('eventHubName') && !/(?:^|;)EntityPath=[^;]+/i.test(connection)) {
    problems.push('eventHubName: expected a value here, or EntityPath=… in connection; received neither');
  }
  return problems;
};

/** The span over which Application Insights aggregates: hours and minutes. */
export const insightsTimespan: CrossFieldRule = (values) => {
  const text = values.text('metricAggregationTimespan');
  return /^\d+:\d+$/.test(text)
    ? []
    : [`metricAggregationTimespan: expected hours and minutes such as 0:05, received ${quoted(text)}`];
};

const aggregations = ['Average', 'Count', 'Maximum', 'Minimum', 'None', 'Total'];

/** What Azure Monitor is asked about: a resource in three parts, over hours, minutes and seconds, and which number of it. */
export const monitorResource: CrossFieldRule = (values) => {
  const problems: string[] = [];
  const [resource, interval] = [values.text('resourceURI'), values.text('metricAggregationInterval')];
  const aggregation = values.text('metricAggregationType');
  if (!aggregations.includes(aggregation)) {
    problems.push(
      `metricAggregationType: expected one of ${aggregations.join(', ')}, received ${quoted(aggregation)}`,
    );
  }
  if (resource.split('/').length !== 3) {
    problems.push(
      `resourceURI: expected namespace/type/name such as Microsoft.Web/sites/shop, received ${quoted(resource)}`,
    );
  }
  if (interval !== '' && interval.split(':').length !== 3) {
    problems.push(
      `metricAggregationInterval: expected hours, minutes and seconds such as 0:15:0, received ${quoted(interval)}`,
    );
  }
  return problems;
};

/** A pool of an organisation in Azure Pipelines, and who asks for it; a token goes before any identity. */
export const pipelinesPool: CrossFieldRule = (values, context) => {
  const problems: string[] = [];
  const url = values.text('organizationURL');
  if (url.endsWith('/')) {
    problems.push(
      `organizationURL: expected an address that ends with the organisation's name, received ${quoted(url)}`,
    );
  }
  if (values.number('poolID') === 0 && !values.has('poolName')) {
    problems.push('poolID: expected a value here or in poolName, received nothing');
  }
  const { triggerMetadata } = context.sources;
  if (triggerMetadata['jobsToFetch']) {
    const others = ['fetchUnfinishedJobsOnly', 'parent'].filter((name) => triggerMetadata[name]);
    problems.push(...others.map((name) => notBeside('jobsToFetch', name)));
  }
  return values.has('personalAccessToken')
    ? problems
    : [...problems, ...azureApplication('personalAccessToken')(values, context)];
};

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}
