import { queryTerms } from '../../retrieval/analysis.ts';
import type { Embedder } from '../embedder.ts';
import { unitVector } from '../unit-vector.ts';

export interface MemoryEmbedderOptions {
  /** @defaultValue 64 */
  readonly dimensions?: number;
}

/**
 * For tests only: each term of a text adds 1 or -1 at a place given by its hash (FNV-1a), so texts that share words
 * are near each other. It knows no meanings: it is not dense retrieval for users.
 */
export function createMemoryEmbedder({ dimensions = 64 }: MemoryEmbedderOptions = {}): Embedder {
  return {
    name: 'memory',
    dimensions,
    embed: async (texts, _kind, signal) => {
      signal?.throwIfAborted();
      return texts.map((text) => {
        const values = new Float64Array(dimensions);
        for (const term of queryTerms(text)) {
          const hash = hashOf(term);
          const place = (hash >>> 1) % dimensions;
          values[place] = (values[place] ?? 0) + (hash % 2 === 0 ? 1 : -1);
        }
        // A text without a term still needs a direction.
        if (values.every((value) => value === 0)) values[0] = 1;
        return unitVector(values);
      });
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** @see http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}
