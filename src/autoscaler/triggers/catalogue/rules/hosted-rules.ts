import type { CrossFieldRule } from '../check-context.ts';

// Rules of one trigger type each: services that others host.

type Values = Parameters<CrossFieldRule>[0];

const missing = (values: Values, ...names: readonly string[]): string[] =>
  names.filter((name) => !values.has(name)).map((name) => `${name}: expected a value, received nothing`);

/** Datadog is asked itself, with two keys, or through the agent of the cluster. */
export const datadogPlace: CrossFieldRule = (values) => {
  if (values.flag('useClusterAgentProxy')) {
    return missing(values, 'datadogMetricName', 'datadogMetricNamespace');
  }
  const query = values.text('query');
  return [
    ...missing(values, 'query', 'apiKey', 'appKey'),
    ...(query === '' || query.includes('{')
      ? []
      : [`query: expected a scope in braces, such as avg:cpu{*}, received "${query}"`]),
  ];
};

/** Events and checkpoints: two connections, or a namespace and a storage account with workload identity. */
export const eventHubPlace: CrossFieldRule = (values, { podIdentity }) => {
  if (podIdentity === 'azure-workload') {
    const problems = missing(values, 'eventHubNamespace', 'eventHubName');
    return values.has('storageConnection') || values.has('storageAccountName')
      ? problems
      : [...problems, 'storageAccountName: expected a value, received nothing'];
  }
  const problems = missing(values, 'connection', 'storageConnection');
  const connection = values.text('connection');
  if (connection !== '' && !values.has('eventHubName') && !/(?:^|;)EntityPath=[^;]+/i.test(connection)) {
    problems.push('eventHubName: expected a value here, or EntityPath=… in connection');
  }
  return problems;
};

/** A metric with its dimensions, or an expression. */
export const cloudwatchMetric: CrossFieldRule = (values) => {
  if (values.has('expression')) return [];
  const problems = missing(values, 'namespace', 'metricName', 'dimensionName', 'dimensionValue');
  const [names, counts] = [values.list('dimensionName').length, values.list('dimensionValue').length];
  if (problems.length === 0 && names !== counts) {
    problems.push(`dimensionValue: expected as many as dimensionName (${names}), received ${counts}`);
  }
  return problems;
};

/** json and yaml say where the number is. */
export const resourceLocation: CrossFieldRule = (values) =>
  values.text('format') === 'number' ? [] : missing(values, 'valueLocation');

/** At least one number to compare with. */
export const solaceTargets: CrossFieldRule = (values) =>
  ['messageCountTarget', 'messageSpoolUsageTarget', 'messageReceiveRateTarget'].some(
    (name) => values.number(name) > 0,
  )
    ? []
    : [
        'messageCountTarget: expected a number > 0 here, or in messageSpoolUsageTarget or messageReceiveRateTarget; received none',
      ];

/** A password for the project's user, or credentials of an application. */
export const swiftAccess: CrossFieldRule = (values) =>
  values.has('userID')
    ? missing(values, 'password', 'projectID')
    : missing(values, 'appCredentialID', 'appCredentialSecret');
