import type { CheckContext, CrossFieldRule } from '../check-context.ts';
import { eitherOr } from './general-rules.ts';
import { demanded, needed, notBeside, quoted } from './problems.ts';

// Rules of one trigger type each: services that others host.

/** Datadog is asked itself, with two keys, or through the agent of the cluster. */
export const datadogPlace: CrossFieldRule = (values, context) => {
  const mode = values.text('authMode').trim();
  const problems = [...datadogType(context)];
  if (mode === 'bearer') problems.push(...demanded(values, 'authMode is bearer', 'token'));
  else if (mode !== '') problems.push(`authMode: expected bearer or nothing, received ${quoted(mode)}`);
  const query = values.text('query');
  if (query !== '' && !/\{.*\}/.test(query)) {
    problems.push(`query: expected a scope in braces, such as avg:cpu{*}, received ${quoted(query)}`);
  }
  if (values.flag('useClusterAgentProxy')) {
    const names = [
      'datadogMetricName',
      'datadogMetricNamespace',
      'datadogMetricsService',
      'datadogNamespace',
    ];
    return [...problems, ...demanded(values, 'useClusterAgentProxy is true', ...names)];
  }
  return [...needed(values, 'query', 'apiKey', 'appKey'), ...problems];
};

/** An older place for `metricType`, still read to be refused. */
function datadogType({ metricType, sources: { triggerMetadata } }: CheckContext): readonly string[] {
  const type = triggerMetadata['type'];
  if (type === undefined) return [];
  if (metricType) return [notBeside('type', 'metricType')];
  return /^(?:average|global)$/i.test(type)
    ? []
    : [
        `type: expected average or global, received ${quoted(type)}; the trigger's own metricType is what counts`,
      ];
}

/** A metric selector with its time, or a query, which says the time itself. */
export const dynatraceQuestion: CrossFieldRule = (values, context) => [
  ...eitherOr('metricSelector', 'query')(values, context),
  ...(values.has('query') && values.has('from') ? [notBeside('from', 'query')] : []),
];

/** A token, or an application of GitHub with all its three parts. */
export const githubAccess: CrossFieldRule = (values) => {
  const application = ['applicationID', 'installationID', 'appKey'];
  const given = application.find((name) => values.has(name));
  if (given !== undefined) return demanded(values, `${given} is given`, ...application);
  return values.has('personalAccessToken')
    ? []
    : [
        `personalAccessToken: expected a value in the TriggerAuthentication, or an application (${application.join(', ')}); received neither`,
      ];
};

/** Times such as `2h` and `1w2d`, and a token that tells who asks. */
export const predictkubeQuestion: CrossFieldRule = (values) => [
  ...['predictHorizon', 'queryStep', 'historyTimeWindow']
    .filter((name) => !/^(?:\d+(?:\.\d+)?(?:w|d|h|m|s|ms|us|µs|ns))+$/.test(values.text(name)))
    .map((name) => `${name}: expected a time such as 2m or 7d, received ${quoted(values.text(name))}`),
  ...(/^[\w-]+\.[\w-]+\.[\w-]*$/.test(values.text('apiKey'))
    ? []
    : ['apiKey: expected a JSON Web Token, three parts with dots between them, received something else']),
];

/** Only json and yaml say where the number is. */
export const resourceLocation: CrossFieldRule = (values) => {
  const format = values.text('format');
  if (format !== 'number') return demanded(values, `format is ${format}`, 'valueLocation');
  return values.has('valueLocation')
    ? ['valueLocation: expected nothing unless format is json or yaml, received a location']
    : [];
};

/** At least one number to compare with. */
export const solaceTargets: CrossFieldRule = (values) =>
  ['messageCountTarget', 'messageSpoolUsageTarget', 'messageReceiveRateTarget'].some(
    (name) => values.number(name) > 0,
  )
    ? []
    : [
        'messageCountTarget: expected a number > 0 here, or in messageSpoolUsageTarget or messageReceiveRateTarget; received none',
      ];

/** Logs are asked by one query for one field; metrics by one query or several rows of which one counts. */
export const sumologicQuery: CrossFieldRule = (values, { sources }) => {
  const type = values.text('queryType');
  const rows = Object.keys(sources.triggerMetadata)
    .filter((key) => key.startsWith('query.'))
    .map((key) => key.slice('query.'.length));
  if (type === 'logs') {
    return [
      ...demanded(values, 'queryType is logs', 'query', 'resultField'),
      ...rows.map((row) => `query.${row}: expected query because queryType is logs, received a row`),
    ];
  }
  const problems =
    values.text('quantization') === '' && values.number('quantization') === 0
      ? ['quantization: expected a time such as 1m because queryType is metrics, received nothing']
      : [];
  if (rows.length === 0) return [...problems, ...needed(values, 'query')];
  if (values.has('query')) problems.push(notBeside('query', `query.${rows[0] ?? ''}`));
  const row = values.text('resultQueryRowID');
  if (!rows.includes(row)) {
    problems.push(`resultQueryRowID: expected one of ${rows.join(', ')}, received ${quoted(row)}`);
  }
  return problems;
};

/** A password for the project's user, or credentials of an application. */
export const swiftAccess: CrossFieldRule = (values) =>
  values.has('userID')
    ? demanded(values, 'userID is given', 'password', 'projectID')
    : demanded(values, 'there is no userID', 'appCredentialID', 'appCredentialSecret');

/** The same for metrics, whose credentials KEDA reads outside its table. */
export const openstackMetricAccess: CrossFieldRule = (_values, { sources: { authParams } }) => {
  const wanted = authParams['userID'] ? ['password'] : ['appCredentialID', 'appCredentialSecret'];
  return ['authURL', ...wanted]
    .filter((name) => !authParams[name]?.trim())
    .map((name) => `${name}: expected a value in the TriggerAuthentication, received nothing`);
};
