import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamAnswer } from './stream-answer.ts';

test('characters that are cut between two pieces of the stream come out whole', async () => {
  const line = `data: ${JSON.stringify({ choices: [{ delta: { content: '船闸' } }] })}\n\ndata: [DONE]\n\n`;
  const bytes = new TextEncoder().encode(line);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const texts: string[] = [];
  for await (const news of streamAnswer(body)) texts.push(news.text);
  assert.deepEqual(texts, ['船闸']);
});

test('who stops reading cancels the stream', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('data: {"choices":[]}\n\n')),
    cancel: () => {
      cancelled = true;
    },
  });
  for await (const news of streamAnswer(body)) if (news) break;
  assert.equal(cancelled, true);
});
