import type { Box } from '../../contract/passage.ts';
import type { WeightedText } from '../retrieval/weighted-text.ts';

/** Whose documents, and which of them. Every read and write is inside one scope. */
export interface IndexScope {
  readonly tenant: string;
  readonly collection: string;
}

/** A version of a document, as it becomes searchable. */
export interface IndexedDocument extends IndexScope {
  readonly documentId: string;
  /** sha-256 of the document's bytes, hex. */
  readonly version: string;
  readonly source: string;
  readonly title: string;
  /** The whole extracted text; chunk offsets point into it. */
  readonly text: string;
}

export interface IndexedChunk {
  /** Unique in the index; `<documentId>:<position>:<version prefix>` by convention of ingestion. */
  readonly id: string;
  /** 0-based order in the document. */
  readonly position: number;
  readonly headingPath: readonly string[];
  readonly text: string;
  /** Offsets of `text` in the document's extracted text, UTF-16 units, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly page: number | null;
  readonly boxes: readonly Box[];
  /** Unit vector of the embedder's dimension; null when no embedder is configured. */
  readonly vector: Float32Array | null;
}

export interface IndexQuery extends IndexScope {
  /** The question as asked; the driver analyses it. */
  readonly text: string;
  /** For the lexical leg, in place of `text`: a term weighs the sum of the weights of the parts that hold it. */
  readonly parts?: readonly WeightedText[];
  /** Given only when the query is dense. */
  readonly vector?: Float32Array;
  readonly leg: 'lexical' | 'dense';
}

/** A chunk found, with all that a passage needs. */
export interface Hit {
  readonly id: string;
  /** Higher is better; comparable within one query and leg only. */
  readonly score: number;
  /** 1-based. */
  readonly rank: number;
  readonly documentId: string;
  readonly documentVersion: string;
  readonly collection: string;
  readonly source: string;
  readonly title: string;
  readonly chunk: Omit<IndexedChunk, 'vector'>;
}

export interface IndexResult {
  /** State of the index that was searched; rises by one with every committed change. */
  readonly generation: number;
  /** At most topK, descending score, ties by id ascending. */
  readonly hits: readonly Hit[];
}

export interface IndexedVersion {
  readonly documentId: string;
  readonly version: string;
  readonly chunks: number;
}

/**
 * Where chunks live and are found. A search sees each document in one version: the one before a replace or the one
 * after, never both and never neither.
 */
export interface PassageIndex extends AsyncDisposable {
  readonly name: string;
  readonly supports: { readonly lexical: boolean; readonly dense: boolean };
  /**
   * Makes these chunks the searchable version of the document, in one switch. Idempotent by document and version.
   * Visible to every later `search` once resolved; after a crash before that, nothing of it is.
   * @returns the new generation.
   * @throws AppError `invalid-argument` on a vector of another dimension than the index holds.
   */
  replaceDocument(
    document: IndexedDocument,
    chunks: readonly IndexedChunk[],
    signal?: AbortSignal,
  ): Promise<number>;
  /** Takes the document out of search; unknown documents are no error. @returns the generation afterwards. */
  removeDocument(scope: IndexScope, documentId: string): Promise<number>;
  /** An empty index, or a query without a token, gives no hits. @throws AppError `unsupported` for a leg it lacks. */
  search(query: IndexQuery, topK: number, signal?: AbortSignal): Promise<IndexResult>;
  /** What is searchable now; null for an unknown document. */
  version(scope: IndexScope, documentId: string): Promise<IndexedVersion | null>;
  /** The extracted text of the searchable version; null for an unknown document. */
  text(scope: IndexScope, documentId: string): Promise<{ version: string; text: string } | null>;
  /**
   * How many chunks of the scope hold each token's term, for weighing words; and how many chunks there are.
   * Terms are as `retrieval/analysis` makes them.
   */
  termStatistics(
    scope: IndexScope,
    terms: readonly string[],
  ): Promise<{ readonly chunks: number; readonly frequency: ReadonlyMap<string, number> }>;
}
