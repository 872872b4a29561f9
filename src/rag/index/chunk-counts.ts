import { setImmediate } from 'node:timers/promises';
import { analyse } from '../retrieval/analysis.ts';
import { indexedText } from '../retrieval/indexed-text.ts';
import type { IndexedChunk } from './passage-index.ts';

/** A chunk's terms and how often each occurs in what is searchable of it. */
export interface ChunkCounts {
  /** Number of tokens. */
  readonly length: number;
  readonly counts: ReadonlyMap<string, number>;
}

export function chunkCounts(title: string, chunk: Pick<IndexedChunk, 'headingPath' | 'text'>): ChunkCounts {
  const tokens = analyse(indexedText(title, chunk.headingPath, chunk.text));
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return { length: tokens.length, counts };
}

/** Chunks between two looks at the rest of the world: about 5 ms of work. */
const chunksAtOnce = 32;

/** All chunks of a document, letting other work of the process run in between. @throws the signal's reason. */
export async function documentCounts(
  title: string,
  chunks: readonly IndexedChunk[],
  signal: AbortSignal | undefined,
): Promise<readonly ChunkCounts[]> {
  const counted: ChunkCounts[] = [];
  for (const [position, chunk] of chunks.entries()) {
    if (position % chunksAtOnce === chunksAtOnce - 1) await setImmediate();
    signal?.throwIfAborted();
    counted.push(chunkCounts(title, chunk));
  }
  return counted;
}
