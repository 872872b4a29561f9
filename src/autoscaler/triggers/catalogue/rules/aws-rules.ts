import { queueNameOf } from '../queue-name.ts';
import type { CrossFieldRule } from '../check-context.ts';
import { needed, quoted } from './problems.ts';

// Rules of the triggers for AWS.

/** Credentials of AWS: a pod identity, the operator's own, a role, or a key with its secret. */
export const awsCredentials: CrossFieldRule = (_values, { podIdentity, sources }) => {
  if (podIdentity.startsWith('aws')) return [];
  const { authParams, resolvedEnv, triggerMetadata } = sources;
  const owner = triggerMetadata['identityOwner']?.trim() ?? '';
  if (owner === 'operator') return [];
  if (owner !== '' && owner !== 'pod') {
    return [`identityOwner: expected pod or operator, received "${owner}"`];
  }
  if (authParams['awsRoleArn']) return [];
  const given = (...names: readonly string[]): boolean =>
    names.some((name) => {
      const variable = triggerMetadata[`${name}FromEnv`] ?? triggerMetadata[name];
      return Boolean(authParams[name]) || Boolean(variable && resolvedEnv[variable]);
    });
  const problems: string[] = [];
  if (!given('awsAccessKeyID', 'awsAccessKeyId')) {
    problems.push(
      'awsAccessKeyID: expected a value in the TriggerAuthentication (or awsRoleArn there, or a pod identity), received nothing',
    );
  }
  if (!given('awsSecretAccessKey')) {
    problems.push(
      'awsSecretAccessKey: expected a value in the TriggerAuthentication beside awsAccessKeyID, received nothing',
    );
  }
  return problems;
};

/** The last part of a queue's URL is its name. */
export const sqsQueue: CrossFieldRule = (values) =>
  queueNameOf(values.text('queueURL')) === null
    ? [
        `queueURL: expected a URL such as https://host/account/queue, or a name; received "${values.text('queueURL')}"`,
      ]
    : [];

/** A metric with its dimensions, in a unit that CloudWatch knows, or an expression. */
export const cloudwatchMetric: CrossFieldRule = (values) => {
  if (values.has('expression')) return [];
  const problems = [...needed(values, 'namespace', 'metricName', 'dimensionName', 'dimensionValue')];
  const [names, counts] = [values.list('dimensionName').length, values.list('dimensionValue').length];
  if (problems.length === 0 && names !== counts) {
    problems.push(`dimensionValue: expected as many as dimensionName (${names}), received ${counts}`);
  }
  const unit = values.text('metricUnit');
  if (unit !== '' && !unitPattern.test(unit)) {
    problems.push(
      `metricUnit: expected a unit of CloudWatch such as Count or Bytes/Second, received ${quoted(unit)}`,
    );
  }
  return problems;
};

const unitPattern =
  /^(?:Seconds|Microseconds|Milliseconds|Percent|None|(?:Count|Bytes|Bits|(?:Kilo|Mega|Giga|Tera)(?:bytes|bits))(?:\/Second)?)$/;

/** The time looked at consists of whole periods of a length that CloudWatch knows. */
export const cloudwatchPeriod: CrossFieldRule = (values) => {
  const [period, time] = [values.number('metricStatPeriod'), values.number('metricCollectionTime')];
  if (![1, 5, 10, 30].includes(period) && (period < 60 || period % 60 !== 0)) {
    return [`metricStatPeriod: expected 1, 5, 10, 30 or a multiple of 60 seconds, received ${period}`];
  }
  return time >= 0 && time % period === 0
    ? []
    : [`metricCollectionTime: expected a multiple of metricStatPeriod (${period}), received ${time}`];
};

/** Names and values of a query's expression, as JSON in the form of DynamoDB. */
export const dynamoExpressions: CrossFieldRule = (values) => {
  const problems: string[] = [];
  const names = Object.values(jsonObject(values.text('expressionAttributeNames')));
  if (names.length === 0 || !names.every((name) => typeof name === 'string')) {
    problems.push(
      `expressionAttributeNames: expected a JSON object of names such as {"#yr": "year"}, received ${quoted(values.text('expressionAttributeNames'))}`,
    );
  }
  const typed = Object.values(jsonObject(values.text('expressionAttributeValues')));
  if (typed.length === 0 || !typed.every(isAttributeValue)) {
    problems.push(
      'expressionAttributeValues: expected a JSON object of typed values such as {":yyyy": {"N": "1994"}}, received something else',
    );
  }
  return problems;
};

/** Numbers are texts there too. */
const isAttributeValue = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(
    ([type, inner]) => !['S', 'N', 'B'].includes(type) || typeof inner === 'string',
  );

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
