import assert from 'node:assert/strict';
import test from 'node:test';
import { conformance } from '../conformance.ts';
import { createMemoryEmbedder } from './memory.ts';

conformance('memory', async () => createMemoryEmbedder());

test('texts that share words are nearer than others', async () => {
  await using embedder = createMemoryEmbedder();
  const [dues, more, other] = await embedder.embed(
    ['harbour dues in winter', 'winter harbour dues', 'a rope of hemp'],
    'document',
  );
  const product = (a?: Float32Array, b?: Float32Array): number =>
    [...(a ?? [])].reduce((sum, value, place) => sum + value * (b?.[place] ?? 0), 0);
  assert.ok(product(dues, more) > 0.6);
  assert.ok(product(dues, other) < 0.4);
});
