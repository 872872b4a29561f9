import type { Passage } from '../../contract/passage.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Embedder } from '../embedding/embedder.ts';
import type { Hit, IndexResult, IndexScope, PassageIndex } from '../index/passage-index.ts';
import { reciprocalRankFusion } from './fusion.ts';
import type { WeightedText } from './weighted-text.ts';

export interface RetrieveRequest {
  readonly scope: IndexScope;
  /** A question, or its weighted parts, the most important last. */
  readonly query: string | readonly WeightedText[];
  /** How many passages at most, 1 to 100. */
  readonly topK: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Retrieved {
  /** State of the index that was searched; one and the same for all legs. */
  readonly generation: number;
  /** Descending score. With one leg its own scores, with two those of the fusion. */
  readonly passages: readonly Passage[];
  readonly tookMs: number;
}

/** Finds passages for a question. */
export interface Retriever {
  /** @throws AppError of the embedder when dense retrieval is configured and its endpoint fails. */
  retrieve(request: RetrieveRequest): Promise<Retrieved>;
}

export interface RetrieverServices {
  readonly index: PassageIndex;
  /** Null for lexical retrieval only. */
  readonly embedder: Embedder | null;
  readonly clock: Clock;
}

/**
 * Legs of different generations could show two versions of one document. The lexical leg, a few milliseconds, is asked
 * again until it agrees with the dense one, this often; then it answers alone.
 */
const sameStateTries = 3;

/** Hits that each leg brings to the fusion: deep enough that a passage only one leg likes can still win. */
const legDepth = 50;

function toPassage(hit: Hit, score: number): Passage {
  const { id, headingPath, text, start, end, page, boxes } = hit.chunk;
  return {
    id,
    documentId: hit.documentId,
    documentVersion: hit.documentVersion,
    collection: hit.collection,
    source: hit.source,
    title: hit.title,
    headingPath: [...headingPath],
    text,
    start,
    end,
    page,
    boxes: [...boxes],
    score,
  };
}

function fuse(results: readonly IndexResult[], topK: number): readonly Passage[] {
  const hits = new Map(results.flatMap((result) => result.hits.map((hit) => [hit.id, hit] as const)));
  const fused = reciprocalRankFusion(results.map((result) => result.hits.map(({ id }) => id)));
  return fused.slice(0, topK).flatMap(({ id, score }) => {
    const hit = hits.get(id);
    return hit ? [toPassage(hit, score)] : [];
  });
}

export function createRetriever({ index, embedder, clock }: RetrieverServices): Retriever {
  const search = async (request: RetrieveRequest): Promise<readonly IndexResult[]> => {
    const { scope, query, topK, signal } = request;
    const parts = typeof query === 'string' ? [{ text: query, weight: 1 }] : query;
    const text = parts.map((part) => part.text).join(' ');
    if (!embedder) return [await index.search({ ...scope, text, parts, leg: 'lexical' }, topK, signal)];
    const depth = Math.max(topK, legDepth);
    const [vector] = await embedder.embed([text], 'query', signal);
    const lexical = (): Promise<IndexResult> =>
      index.search({ ...scope, text, parts, leg: 'lexical' }, depth, signal);
    if (!vector) return [await lexical()];
    const dense = await index.search({ ...scope, text, vector, leg: 'dense' }, depth, signal);
    for (let time = 0; time < sameStateTries; time += 1) {
      const result = await lexical();
      if (result.generation === dense.generation) return [result, dense];
    }
    return [await lexical()];
  };
  return {
    retrieve: async (request) => {
      const startMs = clock.monotonic();
      const results = await search(request);
      const [only] = results;
      const passages =
        results.length === 1 && only
          ? only.hits.map((hit) => toPassage(hit, hit.score))
          : fuse(results, request.topK);
      return {
        generation: only?.generation ?? 0,
        passages,
        tookMs: clock.monotonic() - startMs,
      };
    },
  };
}
