import { AppError } from '../../../contract/app-error.ts';
import { weightedTerms } from '../../retrieval/analysis.ts';
import { inverseFrequency, saturation } from '../bm25.ts';
import type { ChunkCounts } from '../chunk-counts.ts';
import { documentCounts } from '../chunk-counts.ts';
import type {
  Hit,
  IndexedChunk,
  IndexedDocument,
  IndexQuery,
  IndexScope,
  PassageIndex,
} from '../passage-index.ts';

interface HeldChunk {
  readonly document: IndexedDocument;
  readonly chunk: IndexedChunk;
  readonly counted: ChunkCounts;
}
type Held = ReadonlyMap<string, readonly HeldChunk[]>;

const scopeKey = ({ tenant, collection }: IndexScope): string => JSON.stringify([tenant, collection]);

function frequencyOf(chunks: readonly HeldChunk[], term: string): number {
  return chunks.filter(({ counted }) => counted.counts.has(term)).length;
}

function lexicalScores(chunks: readonly HeldChunk[], query: IndexQuery): readonly number[] {
  const averageLength = chunks.reduce((sum, { counted }) => sum + counted.length, 0) / chunks.length;
  const weights = weightedTerms(query.parts ?? [{ text: query.text, weight: 1 }]);
  const scores = chunks.map(() => 0);
  for (const [term, weight] of weights) {
    const rarity = weight * inverseFrequency(chunks.length, frequencyOf(chunks, term));
    for (const [place, { counted }] of chunks.entries()) {
      const occurrences = counted.counts.get(term);
      if (occurrences === undefined) continue;
      scores[place] = (scores[place] ?? 0) + rarity * saturation(occurrences, counted.length, averageLength);
    }
  }
  return scores;
}

function cosine(a: Float32Array, other: Float32Array): number {
  let product = 0;
  let lengthA = 0;
  let lengthOther = 0;
  for (const [place, value] of a.entries()) {
    const against = other[place] ?? 0;
    product += value * against;
    lengthA += value * value;
    lengthOther += against * against;
  }
  return product / Math.sqrt(lengthA * lengthOther || 1);
}

function rankHits(
  chunks: readonly HeldChunk[],
  scores: readonly (number | null)[],
  topK: number,
): readonly Hit[] {
  return chunks
    .map(({ document, chunk: { vector: _vector, ...chunk } }, place) => ({
      id: chunk.id,
      score: scores[place] ?? null,
      documentId: document.documentId,
      documentVersion: document.version,
      collection: document.collection,
      source: document.source,
      title: document.title,
      chunk,
    }))
    .filter((hit): hit is typeof hit & { score: number } => hit.score !== null)
    .sort((a, other) => other.score - a.score || (a.id < other.id ? -1 : 1))
    .slice(0, Math.max(0, topK))
    .map((hit, place) => ({ ...hit, rank: place + 1 }));
}

/** The index in this process's memory: every chunk is scored for every query. For tests and as the measure of others. */
export function createMemoryIndex(): PassageIndex {
  const scopes = new Map<string, Map<string, readonly HeldChunk[]>>();
  const documents = new Map<string, IndexedDocument>();
  let generation = 0;
  let dimensions: number | null = null;
  const documentKey = (scope: IndexScope, documentId: string): string => `${scopeKey(scope)} ${documentId}`;
  const chunksOf = (held: Held | undefined): readonly HeldChunk[] => [...(held?.values() ?? [])].flat();

  const checkDimensions = (received: number): void => {
    if (dimensions !== null && dimensions !== received) {
      throw new AppError(
        'invalid-argument',
        `The index holds vectors of ${dimensions} numbers, received one of ${received}. Use the embedder the index was made with.`,
      );
    }
  };

  return {
    name: 'memory',
    supports: { lexical: true, dense: true },
    replaceDocument: async (document, chunks, signal) => {
      const counts = await documentCounts(document.title, chunks, signal);
      for (const { vector } of chunks) if (vector) checkDimensions(vector.length);
      const first = chunks.find(({ vector }) => vector)?.vector;
      for (const { vector } of chunks) {
        if (vector && first && vector.length !== first.length) {
          throw new AppError(
            'invalid-argument',
            `The vectors of one document must be of one length, received ${first.length} and ${vector.length}.`,
          );
        }
      }
      const held = chunks.map((chunk, place) => ({
        document,
        chunk,
        counted: counts[place] ?? { length: 0, counts: new Map<string, number>() },
      }));
      const scope = scopes.get(scopeKey(document)) ?? new Map<string, readonly HeldChunk[]>();
      const key = documentKey(document, document.documentId);
      const same = (value: unknown): string =>
        JSON.stringify(value, (_name, part: unknown) => (part instanceof Float32Array ? 'vector' : part));
      const before = scope.get(document.documentId);
      if (
        before &&
        same([documents.get(key), before.map(({ chunk }) => chunk)]) === same([document, chunks])
      ) {
        return generation;
      }
      scope.set(document.documentId, held);
      scopes.set(scopeKey(document), scope);
      documents.set(key, document);
      dimensions = first?.length ?? dimensions;
      generation += 1;
      return generation;
    },
    removeDocument: async (scope, documentId) => {
      documents.delete(documentKey(scope, documentId));
      if (scopes.get(scopeKey(scope))?.delete(documentId)) generation += 1;
      return generation;
    },
    search: async (query, topK, signal) => {
      signal?.throwIfAborted();
      const { vector } = query;
      if (query.leg === 'dense' && !vector) {
        throw new AppError('invalid-argument', 'A dense search needs a vector, received none.');
      }
      const chunks = chunksOf(scopes.get(scopeKey(query)));
      if (query.leg === 'lexical') {
        const scores = lexicalScores(chunks, query).map((score) => (score > 0 ? score : null));
        return { generation, hits: rankHits(chunks, scores, topK) };
      }
      if (vector) checkDimensions(vector.length);
      const scores = chunks.map(({ chunk }) =>
        vector && chunk.vector ? cosine(vector, chunk.vector) : null,
      );
      return { generation, hits: rankHits(chunks, scores, topK) };
    },
    version: async (scope, documentId) => {
      const document = documents.get(documentKey(scope, documentId));
      const chunks = scopes.get(scopeKey(scope))?.get(documentId);
      return document && chunks ? { documentId, version: document.version, chunks: chunks.length } : null;
    },
    text: async (scope, documentId) => {
      const document = documents.get(documentKey(scope, documentId));
      return document ? { version: document.version, text: document.text } : null;
    },
    termStatistics: async (scope, terms) => {
      const chunks = chunksOf(scopes.get(scopeKey(scope)));
      return {
        chunks: chunks.length,
        frequency: new Map(terms.map((term) => [term, frequencyOf(chunks, term)])),
      };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
