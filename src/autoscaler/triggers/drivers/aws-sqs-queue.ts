import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import type { CreateTrigger } from '../trigger.ts';
import { awsService } from './aws/aws-service.ts';

/**
 * Length of an SQS queue: visible messages, with those in flight and delayed as asked for. `awsEndpoint` leads to an
 * emulator.
 *
 * @see https://keda.sh/docs/latest/scalers/aws-sqs/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const sqs = awsService({ title: 'SQS', service: 'sqs' }, values, spec, dependencies);
  const wanted = [
    'ApproximateNumberOfMessages',
    ...(values.flag('scaleOnInFlight') ? ['ApproximateNumberOfMessagesNotVisible'] : []),
    ...(values.flag('scaleOnDelayed') ? ['ApproximateNumberOfMessagesDelayed'] : []),
  ];
  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    const input = { QueueUrl: values.text('queueURL'), AttributeNames: wanted };
    const target = 'AmazonSQS.GetQueueAttributes';
    return queueLength(await sqs.askJson({ target, version: '1.0', input }, nowMs, signal), wanted);
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
