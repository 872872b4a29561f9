import { parsePartitions } from '../parse-partitions.ts';
import type { CrossFieldRule } from '../check-context.ts';
import { awsCredentials } from './aws-rules.ts';
import { eitherOr } from './general-rules.ts';
import { demanded, quoted } from './problems.ts';

/** Thresholds and switches that exclude one another. `apache-kafka` and `kafka` agree on these. */
export const kafkaSwitches: CrossFieldRule = (values) => {
  const problems: string[] = [];
  if (values.number('lagThreshold') <= 0) {
    problems.push(`lagThreshold: expected a whole number > 0, received ${values.number('lagThreshold')}`);
  }
  if (values.number('activationLagThreshold') < 0) {
    problems.push(
      `activationLagThreshold: expected a whole number >= 0, received ${values.number('activationLagThreshold')}`,
    );
  }
  const limit = values.flag('limitToPartitionsWithLag');
  if (limit && values.flag('allowIdleConsumers')) {
    problems.push(
      'allowIdleConsumers: expected false because limitToPartitionsWithLag is true, received true',
    );
  }
  if (limit && values.flag('ensureEvenDistributionOfPartitions')) {
    problems.push(
      'ensureEvenDistributionOfPartitions: expected false because limitToPartitionsWithLag is true, received true',
    );
  }
  if (limit) problems.push(...demanded(values, 'limitToPartitionsWithLag is true', 'topic'));
  return problems;
};

/** What only the older client (`kafka`) checks. */
export const kafkaTopic: CrossFieldRule = (values) => {
  const problems: string[] = [];
  if (values.flag('ensureEvenDistributionOfPartitions')) {
    problems.push(...demanded(values, 'ensureEvenDistributionOfPartitions is true', 'topic'));
  } else if (!values.flag('fullMetadata')) {
    problems.push(...demanded(values, 'fullMetadata is false', 'topic'));
  }
  const version = values.text('version');
  if (version !== '' && !/^(?:0\.\d+\.\d+\.\d+|[1-9]\d*\.\d+\.\d+)$/.test(version)) {
    problems.push(
      `version: expected a version of Kafka such as 1.0.0 or 0.11.0.2, received ${quoted(version)}`,
    );
  }
  // Without a topic KEDA leaves the limitation out of account.
  const limitation = values.has('topic') ? values.text('partitionLimitation') : '';
  if (limitation !== '' && parsePartitions(limitation) === null) {
    problems.push(
      `partitionLimitation: expected numbers and ranges such as 1-4,8, received ${quoted(limitation)}`,
    );
  }
  return problems;
};

/** `sasl` and `tls` belong in one place. */
export const kafkaPlaces: CrossFieldRule = (_values, { sources }) =>
  ['sasl', 'tls']
    .filter((name) => sources.triggerMetadata[name]?.trim() && sources.authParams[name]?.trim())
    .map((name) => `${name}: expected in metadata or in the TriggerAuthentication, received both`);

/** What each SASL mechanism needs. */
export const kafkaSasl: CrossFieldRule = (values, context) => {
  const mechanism = values.text('sasl');
  const need = (...names: readonly string[]): readonly string[] =>
    demanded(values, `sasl is ${mechanism}`, ...names);
  switch (mechanism) {
    case 'plaintext':
    case 'scram_sha256':
    case 'scram_sha512':
      return need('username', 'password');
    case 'oauthbearer':
      if (values.text('saslTokenProvider') === 'aws_msk_iam') return mskProblems(values, context);
      return [
        ...need('username', 'password', 'oauthTokenEndpointUri'),
        ...extensionProblems(values.text('oauthExtensions')),
      ];
    case 'aws_msk_iam':
      return mskProblems(values, context);
    case 'gssapi': {
      const problems = need('username', 'realm', 'kerberosConfig');
      if (values.has('password') !== values.has('keytab')) return problems;
      return [...problems, ...eitherOr('password', 'keytab')(values, context)];
    }
    default:
      return [];
  }
};

const mskProblems: CrossFieldRule = (values, context) => {
  const problems: string[] = [];
  if (values.text('tls') !== 'enable') {
    problems.push(
      `tls: expected enable because the broker is AWS MSK IAM's, received ${quoted(values.text('tls'))}`,
    );
  }
  return [
    ...problems,
    ...demanded(values, "the broker is AWS MSK IAM's", 'awsRegion'),
    ...awsCredentials(values, context),
  ];
};

const extensionProblems = (extensions: string): readonly string[] =>
  extensions === '' || extensions.split(',').every((pair) => pair.split('=').length === 2)
    ? []
    : [`oauthExtensions: expected pairs such as name=value, received ${quoted(extensions)}`];
