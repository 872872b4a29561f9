import type { ChunkCounts } from '../chunk-counts.ts';
import type { Hit, IndexedChunk, IndexedDocument, IndexScope } from '../passage-index.ts';
import type { IndexDatabase, ScopeRow } from './sqlite-database.ts';
import type { ScoredRow } from './sqlite-lexical.ts';
import { addTerms, removeTerms } from './sqlite-terms.ts';
import type { IndexVectors } from './sqlite-vectors.ts';

/** The row number of a document; null when it is not in the index. */
export function documentRow(index: IndexDatabase, scope: ScopeRow, documentId: string): number | null {
  const row = index
    .statement('SELECT id FROM documents WHERE scope = ? AND document_id = ?')
    .get(scope.id, documentId);
  return row ? Number(row['id']) : null;
}

/** Whether exactly this is what the index holds. */
export function isHeld(
  index: IndexDatabase,
  row: number,
  document: IndexedDocument,
  chunks: readonly IndexedChunk[],
): boolean {
  const held = index.statement('SELECT version, source, title, text FROM documents WHERE id = ?').get(row);
  if (
    held?.['version'] !== document.version ||
    held['source'] !== document.source ||
    held['title'] !== document.title ||
    held['text'] !== document.text
  ) {
    return false;
  }
  const heldChunks = index
    .statement('SELECT chunk_id, text, has_vector FROM chunks WHERE document = ? ORDER BY position')
    .all(row);
  return (
    heldChunks.length === chunks.length &&
    heldChunks.every(
      (chunk, position) =>
        chunk['chunk_id'] === chunks[position]?.id &&
        chunk['text'] === chunks[position]?.text &&
        Boolean(chunk['has_vector']) === (chunks[position]?.vector != null),
    )
  );
}

/** Removes a document and all that hangs on it. Inside a write transaction; vectors must be loaded if they exist. */
export function removeRow(index: IndexDatabase, scopeId: number, row: number, vectors: IndexVectors): void {
  if (vectors.exist()) vectors.removeDocument(row);
  removeTerms(index, scopeId, row);
  index.change('DELETE FROM chunks WHERE document = ?')(row);
  index.change('DELETE FROM documents WHERE id = ?')(row);
}

/** Adds a document that is not there. Inside a write transaction. */
export function addRow(
  index: IndexDatabase,
  scope: ScopeRow,
  document: IndexedDocument,
  chunks: readonly IndexedChunk[],
  counts: readonly ChunkCounts[],
  vectors: IndexVectors,
): void {
  const inserted = index
    .statement(
      'INSERT INTO documents (scope, document_id, version, source, title, chunks, text) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id',
    )
    .get(
      scope.id,
      document.documentId,
      document.version,
      document.source,
      document.title,
      chunks.length,
      document.text,
    );
  const add = index.statement(
    `INSERT INTO chunks (document, chunk_id, position, heading_path, text, start, "end", page, boxes, has_vector)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
  );
  const added = chunks.map((chunk, position) => {
    const row = Number(
      add.get(
        Number(inserted?.['id']),
        chunk.id,
        chunk.position,
        JSON.stringify(chunk.headingPath),
        chunk.text,
        chunk.start,
        chunk.end,
        chunk.page,
        JSON.stringify(chunk.boxes),
        chunk.vector ? 1 : 0,
      )?.['id'],
    );
    if (chunk.vector) {
      vectors.accept(chunk.vector.length);
      vectors.add(scope, row, chunk.vector);
    }
    return { row, counted: counts[position] ?? { length: 0, counts: new Map<string, number>() } };
  });
  addTerms(index, scope.id, added);
}

/** Rows found, as hits: descending score, ties by chunk id, at most topK. */
export function readHits(
  index: IndexDatabase,
  scope: IndexScope,
  found: readonly ScoredRow[],
  topK: number,
): readonly Hit[] {
  const scores = new Map(found.map(({ row, score }) => [row, score]));
  const rows = index
    .statement(
      `SELECT chunks.id AS row, chunk_id, position, heading_path, chunks.text AS text, start, "end", page, boxes,
              document_id, version, source, title
       FROM chunks JOIN documents ON documents.id = chunks.document
       WHERE chunks.id IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify([...scores.keys()]));
  return rows
    .map((row) => ({
      id: String(row['chunk_id']),
      score: scores.get(Number(row['row'])) ?? 0,
      documentId: String(row['document_id']),
      documentVersion: String(row['version']),
      collection: scope.collection,
      source: String(row['source']),
      title: String(row['title']),
      chunk: {
        id: String(row['chunk_id']),
        position: Number(row['position']),
        headingPath: JSON.parse(String(row['heading_path'])) as string[],
        text: String(row['text']),
        start: Number(row['start']),
        end: Number(row['end']),
        page: row['page'] === null ? null : Number(row['page']),
        boxes: JSON.parse(String(row['boxes'])) as Hit['chunk']['boxes'],
      },
    }))
    .sort((a, other) => other.score - a.score || (a.id < other.id ? -1 : 1))
    .slice(0, topK)
    .map((hit, place) => ({ ...hit, rank: place + 1 }));
}
