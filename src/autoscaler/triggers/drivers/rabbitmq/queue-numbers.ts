import * as z from 'zod';
import { AppError } from '../../../../contract/app-error.ts';

const rateSchema = z.object({ rate: z.number().nullish() }).nullish();
const queueSchema = z.object({
  messages: z.number().nullish(),
  messages_ready: z.number().nullish(),
  message_stats: z.object({ publish_details: rateSchema, deliver_get_details: rateSchema }).nullish(),
});
const pageSchema = z.object({
  items: z.array(queueSchema),
  page_count: z.number().nullish(),
  filtered_count: z.number().nullish(),
});

/** What the HTTP API says about one queue, or about several together. */
export interface QueueNumbers {
  /** Ready and unacknowledged. */
  readonly messages: number;
  readonly ready: number;
  /** Messages per second. */
  readonly publishRate: number;
  readonly deliverRate: number;
}

export function readQueue(answer: unknown): QueueNumbers {
  const parsed = queueSchema.safeParse(answer);
  if (!parsed.success) throw notQueues();
  return numbersOf(parsed.data);
}

/**
 * All queues of a page as one.
 *
 * @throws AppError `upstream-failed` when there are more pages: a part of the queues is no answer.
 */
export function readQueuePage(answer: unknown, operation: string): QueueNumbers {
  const parsed = pageSchema.safeParse(answer);
  if (!parsed.success) throw notQueues();
  const { filtered_count: total, items, page_count: pages } = parsed.data;
  if ((pages ?? 0) > 1) {
    throw new AppError(
      'upstream-failed',
      `The expression matches ${total ?? 'more'} queues, which are ${pages} pages; only one is read. Set a larger pageSize, or narrow the expression.`,
    );
  }
  return composeQueues(operation, items.map(numbersOf));
}

/**
 * Several queues as one: each number by itself. Averages of message counts are whole numbers, the rest falls off; no
 * queues are 0.
 *
 * @throws AppError `invalid-argument` for an operation other than sum, avg and max.
 */
export function composeQueues(operation: string, queues: readonly QueueNumbers[]): QueueNumbers {
  const compose = operations[operation];
  if (!compose) {
    throw new AppError('invalid-argument', `operation: expected sum, avg or max, received "${operation}"`);
  }
  const of = (pick: (queue: QueueNumbers) => number, whole: boolean): number => {
    const value = queues.length === 0 ? 0 : compose(queues.map(pick));
    return whole ? Math.trunc(value) : value;
  };
  return {
    messages: of(({ messages }) => messages, true),
    ready: of(({ ready }) => ready, true),
    publishRate: of(({ publishRate }) => publishRate, false),
    deliverRate: of(({ deliverRate }) => deliverRate, false),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const operations: Readonly<Record<string, ((numbers: readonly number[]) => number) | undefined>> = {
  sum,
  avg: (numbers) => sum(numbers) / numbers.length,
  max: (numbers) => Math.max(...numbers),
};

const numbersOf = (queue: z.infer<typeof queueSchema>): QueueNumbers => ({
  messages: queue.messages ?? 0,
  ready: queue.messages_ready ?? 0,
  publishRate: queue.message_stats?.publish_details?.rate ?? 0,
  deliverRate: queue.message_stats?.deliver_get_details?.rate ?? 0,
});

const notQueues = (): AppError =>
  new AppError('upstream-failed', 'The answer is not that of the HTTP API of RabbitMQ about queues.');
