import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Embedder } from './embedder.ts';

/** Every driver of `Embedder` runs this. */
export function conformance(name: string, create: () => Promise<Embedder>): void {
  const withEmbedder = (title: string, body: (embedder: Embedder) => Promise<void>): void => {
    test(title, async () => {
      await using embedder = await create();
      await body(embedder);
    });
  };
  describe(`embedder: ${name}`, () => {
    withEmbedder('no texts give no vectors', async (embedder) => {
      assert.deepEqual(await embedder.embed([], 'document'), []);
    });
    withEmbedder('one unit vector a text, in their order, however many', async (embedder) => {
      const texts = Array.from({ length: 130 }, (_none, place) => `text ${place}`);
      const vectors = await embedder.embed(texts, 'document');
      assert.equal(vectors.length, texts.length);
      for (const vector of vectors) {
        const length = Math.hypot(...vector);
        assert.ok(Math.abs(length - 1) < 1e-5, `length ${length}`);
        assert.equal(vector.length, embedder.dimensions);
      }
      const [alone] = await embedder.embed(['text 129'], 'document');
      assert.deepEqual(vectors[129], alone);
    });
    withEmbedder('an empty text has a vector too', async (embedder) => {
      assert.equal((await embedder.embed([''], 'query')).length, 1);
    });
    withEmbedder('an aborted call is refused', async (embedder) => {
      await assert.rejects(embedder.embed(['text'], 'query', AbortSignal.abort()));
    });
  });
}
