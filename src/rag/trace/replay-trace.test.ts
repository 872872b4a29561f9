import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReplicaHandler } from '../http.ts';
import { replicaServices } from '../testing/replica-services.ts';
import type { AnswerTrace } from './answer-trace.ts';
import type { Replay } from './replay-trace.ts';
import type { ReplicaServices } from '../http.ts';

const { signal } = new AbortController();
const json = async (response: { text(): Promise<string> }): Promise<unknown> =>
  JSON.parse(await response.text());

/** Asks one question. @returns its ids and a way to ask the same replica's other routes. */
async function asked(question: string, more: Partial<ReplicaServices> = {}) {
  const services = replicaServices(more);
  const handle = createReplicaHandler(services);
  const call = (method: string, path: string, body?: unknown) =>
    handle(
      new Request(`http://localhost${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }),
      signal,
    );
  const response = await call('POST', '/v1/chat/completions', {
    messages: [{ role: 'user', content: question }],
  });
  const { sluice } = (await json(response)) as { sluice: { turnId: string; conversationId: string } };
  return { ...sluice, call, services };
}

test('a trace tells what the answer was made of', async () => {
  const { call, turnId, conversationId } = await asked('When was the north lock built?');
  const response = await call('GET', `/v1/conversations/${conversationId}/turns/${turnId}/trace`);
  const trace = (await json(response)) as AnswerTrace;
  assert.equal(response.status, 200);
  assert.deepEqual(
    [trace.question, trace.generation, trace.writer, trace.grounded, trace.passages.length],
    ['When was the north lock built?', 3, 'extractive', true, 2],
  );
  const sentence = trace.notes?.sentences[0];
  assert.ok(sentence && sentence.evidence > 0.28);
  assert.equal(trace.passages[sentence.passage]?.text.slice(sentence.start, sentence.end), trace.answer);
  assert.deepEqual(
    trace.citations.map(({ passageId, verified }) => [passageId, verified]),
    [['p0', true]],
  );
  assert.ok(trace.timings.answeredMs >= trace.timings.retrievedMs);
});

test('the trace of a turn is not found below another conversation', async () => {
  const { call, turnId } = await asked('When was the north lock built?');
  assert.equal((await call('GET', `/v1/conversations/other/turns/${turnId}/trace`)).status, 404);
  assert.equal((await call('POST', '/v1/turns/other/replay')).status, 404);
});

test('a replay needs no retrieval and gives the same answer', async () => {
  let searches = 0;
  const { retrieve } = replicaServices();
  const { call, turnId } = await asked('When was the north lock built?', {
    retrieve: (request) => {
      searches += 1;
      return retrieve(request);
    },
  });
  const before = searches;
  const replay = (await json(await call('POST', `/v1/turns/${turnId}/replay`))) as Replay;
  assert.deepEqual([replay.same, replay.differences, searches - before], [true, [], 0]);
  assert.equal(replay.replayed, replay.answer);
});

test('a replay by another writer says what differs', async () => {
  let turns = 0;
  const { writer } = replicaServices();
  const { call, turnId } = await asked('When was the north lock built?', {
    writer: async () => {
      turns += 1;
      if (turns === 1) return writer();
      return {
        name: 'another',
        async *write() {
          yield { type: 'text-start' };
          yield { type: 'text-delta', text: 'In 1932.' };
          yield { type: 'text-end', finishReason: 'stop', usage: null, grounded: true };
        },
      };
    },
  });
  const replay = (await json(await call('POST', `/v1/turns/${turnId}/replay`))) as Replay;
  assert.equal(replay.same, false);
  assert.equal(replay.replayed, 'In 1932.');
  assert.match(
    replay.differences.join(' '),
    /written by extractive, now by another.*words of the answer differ/u,
  );
});
