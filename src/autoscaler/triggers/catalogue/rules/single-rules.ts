import { activemqTemplate, artemisTemplate, type JolokiaTemplate } from '../jolokia-template.ts';
import type { CrossFieldRule } from '../check-context.ts';
import { demanded, needed, notBeside, quoted } from './problems.ts';

// Rules of one trigger type each.

/** cpu and memory say on the trigger what the value means. */
export const resourceTarget: CrossFieldRule = (values, { metricType }) => {
  const text = values.text('value');
  if (metricType === 'Utilization') {
    return /^[1-9]\d*$/.test(text)
      ? []
      : [`value: expected a percentage as a whole number > 0, received "${text}"`];
  }
  if (metricType === 'AverageValue') {
    return /^\d+(?:\.\d+)?(?:m|k|[KMGTPE]i?|[eE]\d+)?$/.test(text)
      ? []
      : [`value: expected a quantity such as 500m or 256Mi, received "${text}"`];
  }
  return [
    `metricType: expected Utilization or AverageValue, received ${metricType ? `"${metricType}"` : 'nothing'}`,
  ];
};

/** InfluxDB 2 is asked for an organisation, 3 for a database and a key; a token only where the server wants one. */
export const influxVersion: CrossFieldRule = (values) =>
  values.text('influxVersion') === '3'
    ? demanded(values, 'influxVersion is 3', 'database', 'metricKey')
    : needed(values, 'organizationName');

export const graphiteBasic: CrossFieldRule = (values) =>
  values.text('authMode') === 'basic' ? demanded(values, 'authMode is basic', 'username') : [];

/** A template of the management URL, or its parts. */
export const activemqEndpoint: CrossFieldRule = (values) => {
  const template = values.text('restAPITemplate');
  if (template !== '') {
    return isWhole(activemqTemplate(template))
      ? []
      : [`restAPITemplate: expected brokerName=… and destinationName=… in it, received ${quoted(template)}`];
  }
  return needed(values, 'managementEndpoint', 'destinationName', 'brokerName');
};

export const artemisEndpoint: CrossFieldRule = (values) => {
  const template = values.text('restApiTemplate');
  if (template !== '') {
    return isWhole(artemisTemplate(template))
      ? []
      : [`restApiTemplate: expected broker="…" and queue="…" in it, received ${quoted(template)}`];
  }
  return needed(values, 'managementEndpoint', 'queueName', 'brokerName', 'brokerAddress');
};
const isWhole = ({ broker, queue }: JolokiaTemplate): boolean => broker !== '' && queue !== '';

/** `host:port`, or the port apart; TLS with a certificate of its own. */
export const cassandraPlace: CrossFieldRule = (values) => {
  const address = values.text('clusterIPAddress');
  const hasPort = /:\d+$/.test(address) || values.number('port') > 0;
  return [
    ...(hasPort ? [] : ['port: expected a port here or in clusterIPAddress, received nothing']),
    ...(values.text('tls') === 'enable' ? demanded(values, 'tls is enable', 'cert', 'key') : []),
  ];
};

/** With TLS a certificate of somebody: the server's authority, or one's own with its key. */
export const mongodbTls: CrossFieldRule = (values) =>
  values.text('tls') === 'enable' && !['ca', 'cert', 'key'].some((name) => values.has(name))
    ? ['ca: expected a value here, or cert with key, because tls is enable; received neither']
    : [];

/** Versioning by deployment names both its parts and nothing older. */
export const temporalVersioning: CrossFieldRule = (values) => {
  const problems: string[] = [];
  const parts = ['workerDeploymentName', 'workerDeploymentBuildId'];
  const given = parts.find((name) => values.has(name));
  if (given !== undefined) {
    problems.push(...demanded(values, `${given} is given`, ...parts));
    for (const name of ['buildId', 'selectAllActive', 'selectUnversioned']) {
      if (values.flag(name) || values.text(name) !== '') problems.push(notBeside(name, given));
    }
  }
  if (values.has('workflowTaskQueueForCount') && !values.flag('includeRunningWorkflowCount')) {
    problems.push(
      'includeRunningWorkflowCount: expected true because workflowTaskQueueForCount is given, received false',
    );
  }
  const seconds = values.number('minConnectTimeout');
  if (seconds < 0) problems.push(`minConnectTimeout: expected seconds >= 0, received ${seconds}`);
  return problems;
};

/** A label selector as kubectl takes it. */
export const podSelector: CrossFieldRule = (values) => {
  const key = String.raw`[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?`;
  const value = String.raw`(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?`;
  const requirement = new RegExp(
    String.raw`^\s*(?:!?\s*${key}|${key}\s*(?:=|==|!=)\s*${value}|${key}\s+(?:in|notin)\s+\(\s*${value}(?:\s*,\s*${value})*\s*\)|${key}\s*[<>]\s*\d+)\s*$`,
  );
  const parts = values.text('podSelector').split(/,(?![^(]*\))/);
  return parts.every((part) => requirement.test(part))
    ? []
    : [`podSelector: expected a label selector such as app=demo, received "${values.text('podSelector')}"`];
};
