import type { Embedder } from '../embedding/embedder.ts';
import type { IndexedChunk, PassageIndex } from '../index/passage-index.ts';
import type { BlobStore } from './blob-store.ts';
import { chunkDocument, type Chunk } from './chunk.ts';
import type { IngestedDocument, Lease } from './document-catalogue.ts';
import type { DocumentReader } from './document-reader.ts';
import type { ParseLimits } from './parser.ts';

export interface IngestServices {
  readonly blobs: BlobStore;
  readonly reader: DocumentReader;
  /** Null: chunks get no vectors. */
  readonly embedder: Embedder | null;
  readonly index: PassageIndex;
  readonly limits: ParseLimits;
}

export interface IngestHooks {
  /** Aborts when the work is not wanted any more. */
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly onProgress: (ratio: number) => void;
  /** Called just before the switch, with how many chunks it brings; throws when the work is not wanted any more. */
  readonly beforeSwitch: (chunks: number) => Promise<void>;
}

/** Chunks sent to the embedder at once. */
const embedBatch = 64;

/**
 * Takes one version of a document from bytes to searchable. Nothing of it is searchable before the last step, and all
 * of it afterwards; done twice, it changes nothing.
 *
 * @throws AppError naming the file and what to do; the caller notes it on the document.
 */
export async function ingestDocument(
  services: IngestServices,
  lease: Lease,
  { signal, onProgress, beforeSwitch }: IngestHooks,
): Promise<IngestedDocument> {
  const { blobs, reader, embedder, index, limits } = services;
  const { tenant, collection, documentId, version, source } = lease;

  const bytes = await blobs.read(version);
  onProgress(0.05);

  const parsed = await reader.read(source, bytes, limits, signal);
  const { title, mediaType, text, pages } = parsed;
  onProgress(0.4);

  // A worker died between the switch and its note in the catalogue: only the note is missing.
  const searchable = await index.version({ tenant, collection }, documentId);
  if (searchable?.version === version) return { title, mediaType, pages, chunks: searchable.chunks };

  const chunks = chunkDocument(parsed, { documentId, version });
  onProgress(0.5);

  const embedded = embedder
    ? await embedChunks(embedder, title, chunks, signal, (ratio) => onProgress(0.5 + 0.4 * ratio))
    : chunks.map((chunk) => ({ ...chunk, vector: null }));
  onProgress(0.9);

  await beforeSwitch(embedded.length);
  await index.replaceDocument(
    { tenant, collection, documentId, version, source, title, text },
    embedded,
    signal,
  );
  return { title, mediaType, pages, chunks: embedded.length };
}

/** A chunk is embedded with the headings above it, which say what it is about. */
async function embedChunks(
  embedder: Embedder,
  title: string,
  chunks: readonly Chunk[],
  signal: AbortSignal,
  onProgress: (ratio: number) => void,
): Promise<IndexedChunk[]> {
  const embedded: IndexedChunk[] = [];
  for (let from = 0; from < chunks.length; from += embedBatch) {
    const batch = chunks.slice(from, from + embedBatch);
    const texts = batch.map(({ headingPath, text }) => [title, ...headingPath, text].join('\n'));
    const vectors = await embedder.embed(texts, 'document', signal);
    embedded.push(...batch.map((chunk, position) => ({ ...chunk, vector: vectors[position] ?? null })));
    onProgress(embedded.length / chunks.length);
  }
  return embedded;
}
