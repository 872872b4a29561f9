import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeQueues, readQueuePage } from './queue-numbers.ts';

const queue = (messages: number, ready: number, publishRate: number, deliverRate: number) => ({
  messages,
  ready,
  publishRate,
  deliverRate,
});
const queues = [queue(10, 4, 2, 6), queue(21, 9, 4, 3)];

for (const [operation, of, want] of [
  ['sum', queues, queue(31, 13, 6, 9)],
  ['max', queues, queue(21, 9, 4, 6)],
  // Counts are whole, rates are not.
  ['avg', queues, queue(15, 6, 3, 4.5)],
  ['avg', [], queue(0, 0, 0, 0)],
  ['max', [], queue(0, 0, 0, 0)],
] as const) {
  test(`rabbitmq: ${operation} of ${of.length} queues`, () =>
    assert.deepEqual(composeQueues(operation, of), want));
}

test('rabbitmq: queues on further pages make the answer an error that says what to do', () => {
  assert.throws(
    () => readQueuePage({ items: [], filtered_count: 250, page: 1, page_count: 3 }, 'sum'),
    /matches 250 queues, which are 3 pages; only one is read\. Set a larger pageSize/,
  );
  assert.deepEqual(readQueuePage({ items: [], page_count: 1 }, 'sum'), queue(0, 0, 0, 0));
});
