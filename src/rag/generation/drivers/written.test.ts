import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Passage } from '../../../contract/passage.ts';
import type { WriterPart } from '../answer-writer.ts';
import type { LanguageModel, ModelPart } from '../language-model.ts';
import { createModelWriter } from './written.ts';

const passage: Passage = {
  id: 'p',
  documentId: 'd',
  documentVersion: 'v',
  collection: 'default',
  source: 'a.md',
  title: 'A',
  headingPath: [],
  text: 'The heron stands on weir 5.',
  start: 0,
  end: 27,
  page: null,
  boxes: [],
  score: 1,
};

/** A model that writes these pieces; `closed` says whether its stream was let go of. */
function fakeModel(pieces: Iterable<string>, finishReason: 'stop' | 'length' = 'stop') {
  const seen = { pieces: 0, closed: false };
  const model: LanguageModel = {
    name: 'fake:model',
    async *generate(): AsyncGenerator<ModelPart> {
      try {
        yield { type: 'text-start' };
        for (const text of pieces) {
          seen.pieces += 1;
          yield { type: 'text-delta', text };
        }
        yield { type: 'text-end', finishReason, usage: null };
      } finally {
        seen.closed = true;
      }
    },
    [Symbol.asyncDispose]: async () => {},
  };
  return { model, seen };
}

async function write(model: LanguageModel): Promise<WriterPart[]> {
  const writer = createModelWriter(model, { temperature: 0, maxTokens: 16 });
  const scope = { tenant: 'local', collection: 'default' };
  const request = { question: 'Where?', query: 'Where?', history: [], passages: [passage], scope };
  const parts: WriterPart[] = [];
  for await (const part of writer.write(request, new AbortController().signal)) parts.push(part);
  return parts;
}

function* endless(): Generator<string> {
  for (;;) yield 'The heron stands on weir 5 [1]. ';
}

test('a model that does not heed maxTokens is cut off', async () => {
  const { model, seen } = fakeModel(endless());
  const parts = await write(model);
  const end = parts.at(-1);
  assert.ok(end?.type === 'text-end');
  assert.equal(end.finishReason, 'length');
  assert.equal(seen.closed, true);
  assert.ok(seen.pieces < 20, `${seen.pieces} pieces`);
});

test('a model that says nothing has failed: an empty answer is none', async () => {
  await assert.rejects(write(fakeModel([]).model), { code: 'upstream-failed', message: /Ask again/ });
  await assert.rejects(write(fakeModel([' [1]'], 'length').model), { message: /raise it/ });
});
