import { rabbitProtocol } from '../rabbitmq-settings.ts';
import type { CrossFieldRule } from '../check-context.ts';

const modes = [
  'QueueLength',
  'MessageRate',
  'DeliverGetRate',
  'PublishedToDeliveredRatio',
  'ExpectedQueueConsumptionTime',
];

/** Mode and value, in the new spelling or the old, and what needs the HTTP API. */
export const rabbitmqMode: CrossFieldRule = (values) => {
  const problems: string[] = [];
  const mode = values.text('mode');
  const hasMode = mode !== '' && mode !== 'Unknown';
  const hasValue = values.number('value') !== 0;
  if (values.number('queueLength') !== 0) {
    if (hasMode || hasValue) problems.push('queueLength: cannot be given together with mode or value');
  } else if (hasMode || hasValue) {
    if (!hasMode) problems.push('mode: value demands it');
    else if (!modes.includes(mode))
      problems.push(`mode: expected one of ${modes.join(', ')}, received "${mode}"`);
    if (!hasValue) problems.push('value: mode demands it');
  }
  const protocol = rabbitProtocol(values.text('protocol'), values.text('host'));
  if (protocol === null) {
    problems.push(
      `protocol: expected amqp or http, or a host that begins with amqp://, amqps://, http:// or https://; received "${values.text('protocol')}"`,
    );
  }
  if (protocol === 'amqp') {
    if (hasMode && mode !== 'QueueLength') problems.push(`mode: ${mode} needs the protocol http`);
    for (const name of ['useRegex', 'excludeUnacknowledged']) {
      if (values.flag(name)) problems.push(`${name}: needs the protocol http`);
    }
    if (values.number('timeout') !== 0) problems.push('timeout: needs the protocol http');
  }
  if (values.number('pageSize') < 1) problems.push('pageSize: expected a whole number >= 1');
  const operation = values.text('operation');
  if (!['sum', 'avg', 'max'].includes(operation)) {
    problems.push(`operation: expected sum, avg or max, received "${operation}"`);
  }
  return problems;
};

/** Users, certificates, OAuth2 and workload identity. */
export const rabbitmqAccess: CrossFieldRule = (values, { podIdentity }) => {
  const problems: string[] = [];
  const protocol = rabbitProtocol(values.text('protocol'), values.text('host'));
  if (values.has('cert') !== values.has('key')) problems.push('cert and key must be given together');
  if (values.has('username') !== values.has('password')) {
    problems.push('username and password must be given together');
  }
  if (podIdentity === 'azure-workload' && values.has('workloadIdentityResource') && protocol === 'amqp') {
    problems.push('workloadIdentityResource: needs the protocol http');
  }
  const oauth = ['oauthTokenURI', 'clientID', 'clientSecret'];
  const given = oauth.filter((name) => values.has(name));
  if (given.length > 0) {
    for (const name of oauth) if (!values.has(name)) problems.push(`${name}: OAuth2 demands it`);
    if (protocol === 'amqp') problems.push('oauthTokenURI: OAuth2 needs the protocol http');
    if (values.has('username')) problems.push('oauthTokenURI: cannot be given together with username');
    if (values.has('workloadIdentityResource')) {
      problems.push('oauthTokenURI: cannot be given together with workloadIdentityResource');
    }
  }
  return problems;
};
