import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger, triggerProblems } from '../catalogued-trigger.ts';
import type { CreateTrigger, TriggerDependencies } from '../trigger.ts';
import type { TriggerSpec } from '../../manifests/scaled-object.ts';
import { signAws, type AwsCredentials } from './aws/sign-aws.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { urlProblem } from './http/http-auth.ts';

/**
 * Length of an SQS queue: visible messages, with those in flight and delayed as asked for. `awsEndpoint` leads to an
 * emulator.
 *
 * @see https://keda.sh/docs/latest/scalers/aws-sqs/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const region = values.text('awsRegion');
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const endpoint = values.text('awsEndpoint') || `https://sqs.${region}.${suffix}`;
  const problems = urlProblem('awsEndpoint', endpoint);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const credentials = credentialsOf(spec, dependencies);
  const wanted = [
    'ApproximateNumberOfMessages',
    ...(values.flag('scaleOnInFlight') ? ['ApproximateNumberOfMessagesNotVisible'] : []),
    ...(values.flag('scaleOnDelayed') ? ['ApproximateNumberOfMessagesDelayed'] : []),
  ];
  const what = `SQS at ${new URL(endpoint).origin}`;
  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    const url = new URL(endpoint);
    const body = JSON.stringify({ QueueUrl: values.text('queueURL'), AttributeNames: wanted });
    const headers = signAws(
      {
        url,
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'AmazonSQS.GetQueueAttributes',
        },
        body,
      },
      { service: 'sqs', region, credentials, nowMs },
    );
    const secrets = [credentials.secretAccessKey, credentials.sessionToken];
    const { text } = await askText({ what, url, headers, body, secrets, fetch: dependencies.fetch }, signal);
    return queueLength(jsonOf(text, what), wanted);
  });
};

/** The sum of the attributes wanted. @throws AppError `upstream-failed` when one is missing or no whole number. */
export function queueLength(answer: unknown, wanted: readonly string[]): number {
  const attributes: unknown =
    typeof answer === 'object' && answer !== null && 'Attributes' in answer ? answer.Attributes : null;
  return wanted.reduce((sum, name) => {
    const text: unknown =
      typeof attributes === 'object' && attributes !== null
        ? (attributes as Readonly<Record<string, unknown>>)[name]
        : undefined;
    if (typeof text === 'string' && /^[-+]?\d+$/.test(text)) return sum + Number(text);
    throw new AppError(
      'upstream-failed',
      `The queue's ${name}: expected a whole number, received ${text === undefined ? 'nothing' : JSON.stringify(text)}.`,
    );
  }, 0);
}

/** A key from the authentication or the container's environment; the operator's own where the manifest says so. */
function credentialsOf(
  spec: TriggerSpec,
  { authParams, index, resolvedEnv, target }: TriggerDependencies,
): AwsCredentials {
  if (authParams['awsRoleArn']) {
    throw new AppError(
      'unsupported',
      `Trigger ${index} (${spec.type}) of ${target}: awsRoleArn is taken on by a pod of a cluster. Give awsAccessKeyID and awsSecretAccessKey here.`,
    );
  }
  const isOperator = spec.metadata['identityOwner'] === 'operator';
  const find = (variable: string, ...names: readonly string[]): string => {
    if (isOperator) return process.env[variable] ?? '';
    for (const name of names) {
      const from = spec.metadata[`${name}FromEnv`] ?? spec.metadata[name] ?? '';
      const value = authParams[name] || resolvedEnv[from];
      if (value) return value;
    }
    return '';
  };
  return {
    accessKeyId: find('AWS_ACCESS_KEY_ID', 'awsAccessKeyID', 'awsAccessKeyId'),
    secretAccessKey: find('AWS_SECRET_ACCESS_KEY', 'awsSecretAccessKey'),
    sessionToken: find('AWS_SESSION_TOKEN', 'awsSessionToken'),
  };
}
