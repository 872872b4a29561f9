import assert from 'node:assert/strict';
import test from 'node:test';
import { Passage } from '../../contract/passage.ts';
import { createVirtualClock } from '../../platform/virtual-clock.ts';
import { createMemoryEmbedder } from '../embedding/drivers/memory.ts';
import { documentOf } from '../index/conformance.ts';
import { createMemoryIndex } from '../index/drivers/memory.ts';
import type { PassageIndex } from '../index/passage-index.ts';
import { createRetriever } from './retriever.ts';

const scope = { tenant: 'acme', collection: 'handbook' };
const clock = createVirtualClock();
const texts = ['harbour dues in winter', 'the keeper sleeps', 'dues'];

async function filled(): Promise<PassageIndex> {
  const index = createMemoryIndex();
  const vectors = await createMemoryEmbedder().embed(texts, 'document');
  await index.replaceDocument(...documentOf('a', texts, { vectors, title: 'Rules' }));
  return index;
}

test('lexical alone: passages as the contract has them, with their own scores', async () => {
  const retriever = createRetriever({ index: await filled(), embedder: null, clock });
  const { generation, passages, tookMs } = await retriever.retrieve({ scope, query: 'winter dues', topK: 5 });
  assert.equal(generation, 1);
  assert.equal(tookMs, 0);
  assert.deepEqual(
    passages.map(({ id }) => id),
    ['a:0:v1', 'a:2:v1'],
  );
  for (const passage of passages) assert.deepEqual(Passage.parse(passage), passage);
  assert.ok((passages[0]?.score ?? 0) > (passages[1]?.score ?? 0));
});

test('weighted parts reach the index', async () => {
  const retriever = createRetriever({ index: await filled(), embedder: null, clock });
  const query = [
    { text: 'keeper', weight: 1 },
    { text: 'dues', weight: 9 },
  ];
  const { passages } = await retriever.retrieve({ scope, query, topK: 1 });
  assert.deepEqual(
    passages.map(({ id }) => id),
    ['a:2:v1'],
  );
});

test('with an embedder both legs are fused, and a chunk of both comes first', async () => {
  const retriever = createRetriever({ index: await filled(), embedder: createMemoryEmbedder(), clock });
  const { passages } = await retriever.retrieve({ scope, query: 'harbour dues in winter', topK: 3 });
  assert.equal(passages.length, 3, 'the dense leg knows every chunk');
  assert.equal(passages[0]?.id, 'a:0:v1');
  assert.equal(passages[0]?.score, 2 / 61);
});

test('legs of two generations are never mixed', async () => {
  const index = await filled();
  let writes = 0;
  const restless: PassageIndex = {
    ...index,
    search: async (query, topK, signal) => {
      const result = await index.search(query, topK, signal);
      // Each dense search is followed by a new version of the document.
      if (query.leg === 'dense') {
        writes += 1;
        await index.replaceDocument(...documentOf('a', ['harbour dues'], { version: `v${writes + 1}` }));
      }
      return result;
    },
  };
  const retriever = createRetriever({ index: restless, embedder: createMemoryEmbedder(), clock });
  const { generation, passages } = await retriever.retrieve({ scope, query: 'harbour dues', topK: 5 });
  assert.equal(generation, 2);
  assert.deepEqual(
    passages.map(({ id }) => id),
    ['a:0:v2'],
  );
});
