import type { QueueNumbers } from './queue-numbers.ts';

export interface QueueValue {
  readonly value: number;
  readonly active: boolean;
}

export interface QueueMeasure {
  readonly mode: string;
  readonly activationValue: number;
  /** Count ready messages only. */
  readonly excludeUnacknowledged: boolean;
}

/** Value and activity of each mode. @see https://keda.sh/docs/latest/scalers/rabbitmq-queue/ */
export function queueValue(numbers: QueueNumbers, measure: QueueMeasure): QueueValue {
  const { activationValue, excludeUnacknowledged, mode } = measure;
  const { deliverRate, publishRate } = numbers;
  const messages = excludeUnacknowledged ? numbers.ready : numbers.messages;
  const compared = (value: number): QueueValue => ({ value, active: value > activationValue });
  // Something waits and nobody takes it: no number says how much that is, but somebody has to come.
  const stuck = { value: activationValue, active: true };
  switch (mode) {
    case 'MessageRate':
      return { value: publishRate, active: publishRate > activationValue || messages > activationValue };
    case 'DeliverGetRate':
      return compared(deliverRate);
    case 'PublishedToDeliveredRatio':
      if (deliverRate === 0) return publishRate > 0 ? stuck : compared(0);
      return compared(publishRate / deliverRate);
    case 'ExpectedQueueConsumptionTime':
      if (messages === 0) return { value: 0, active: false };
      if (deliverRate === 0) return stuck;
      return compared((publishRate - deliverRate) / deliverRate + messages / deliverRate);
    default:
      return compared(messages);
  }
}
