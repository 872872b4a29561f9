import { rabbitProtocol } from '../rabbitmq-settings.ts';
import type { CrossFieldRule } from '../check-context.ts';
import { certWithKey, bothOrNeither } from './general-rules.ts';
import { demanded, notBeside, quoted } from './problems.ts';

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
    if (hasMode || hasValue) problems.push(notBeside('queueLength', hasMode ? 'mode' : 'value'));
  } else if (hasMode || hasValue) {
    if (!hasMode) {
      problems.push(`mode: expected one of ${modes.join(', ')} because value is given, received nothing`);
    } else if (!modes.includes(mode))
      problems.push(`mode: expected one of ${modes.join(', ')}, received ${quoted(mode)}`);
    if (!hasValue) problems.push('value: expected a number because mode is given, received nothing');
  }
  const protocol = rabbitProtocol(values.text('protocol'), values.text('host'));
  if (protocol === null) {
    problems.push(
      values.text('protocol') === 'auto'
        ? 'host: expected amqp://, amqps://, http:// or https:// at its beginning because protocol is auto, received none of them'
        : `protocol: expected auto, amqp or http, received ${quoted(values.text('protocol'))}`,
    );
  }
  if (protocol === 'amqp') {
    if (hasMode && mode !== 'QueueLength')
      problems.push(`mode: expected QueueLength because the protocol is amqp, received ${quoted(mode)}`);
    for (const name of ['useRegex', 'excludeUnacknowledged']) {
      if (values.flag(name))
        problems.push(`${name}: expected false because the protocol is amqp, received true`);
    }
    if (values.number('timeout') !== 0) {
      problems.push('timeout: expected nothing because the protocol is amqp, received a time');
    }
  }
  const pageSize = values.number('pageSize');
  if (pageSize < 1) problems.push(`pageSize: expected a whole number >= 1, received ${pageSize}`);
  const operation = values.text('operation');
  if (!['sum', 'avg', 'max'].includes(operation)) {
    problems.push(`operation: expected sum, avg or max, received ${quoted(operation)}`);
  }
  return problems;
};

/** Users, certificates, OAuth2 and workload identity. */
export const rabbitmqAccess: CrossFieldRule = (values, context) => {
  const isAmqp = rabbitProtocol(values.text('protocol'), values.text('host')) === 'amqp';
  const problems = [
    ...certWithKey(values, context),
    ...bothOrNeither('username', 'password')(values, context),
  ];
  if (isAmqp && values.has('workloadIdentityResource')) {
    problems.push(
      'workloadIdentityResource: expected nothing because the protocol is amqp, received a resource',
    );
  }
  const oauth = ['oauthTokenURI', 'clientID', 'clientSecret'];
  const given = oauth.find((name) => values.has(name));
  if (given === undefined) return problems;
  problems.push(...demanded(values, `${given} is given`, ...oauth));
  if (isAmqp) problems.push(`${given}: expected nothing because the protocol is amqp, received a value`);
  for (const other of ['username', 'workloadIdentityResource']) {
    if (values.has(other)) problems.push(notBeside(given, other));
  }
  return problems;
};
