import { AppError } from '../../../contract/app-error.ts';
import { inSnapshot, inTransaction } from '../../../platform/sqlite.ts';
import { documentCounts } from '../chunk-counts.ts';
import type { IndexScope, PassageIndex } from '../passage-index.ts';
import { agreeOnAnalysis } from './sqlite-analysis.ts';
import type { IndexDatabase, ScopeRow } from './sqlite-database.ts';
import { openIndexDatabase } from './sqlite-database.ts';
import { addRow, documentRow, isHeld, readHits, removeRow } from './sqlite-documents.ts';
import { lexicalRows } from './sqlite-lexical.ts';
import type { IndexVectors } from './sqlite-vectors.ts';
import { createIndexVectors } from './sqlite-vectors.ts';

export interface SqliteIndexOptions {
  /** A file; made with its folders when missing. Several processes may share it. */
  readonly path: string;
  /** Name of the embedder whose vectors are stored and asked for; null for lexical retrieval only. */
  readonly embedder: string | null;
  /** Version of the word dictionaries. @defaultValue that of this process */
  readonly icu?: string;
}

/**
 * The knowledge index in one SQLite file. Opened when first used; readers never wait for writers, and a write waits
 * up to 10 s for another process's write to end.
 */
export function createSqliteIndex(options: SqliteIndexOptions): PassageIndex {
  const icu = options.icu ?? process.versions['icu'] ?? 'none';
  let opened: { readonly index: IndexDatabase; readonly vectors: IndexVectors } | null = null;
  let closed = false;
  const open = (): { readonly index: IndexDatabase; readonly vectors: IndexVectors } => {
    if (closed) throw new AppError('unavailable', 'The index was closed: this process is shutting down.');
    if (!opened) {
      const index = openIndexDatabase(options.path);
      opened = { index, vectors: createIndexVectors(index, options.embedder) };
    }
    return opened;
  };
  const ensureScope = (index: IndexDatabase, { tenant, collection }: IndexScope): ScopeRow => {
    index.change('INSERT INTO scopes (tenant, collection) VALUES (?, ?) ON CONFLICT DO NOTHING')(
      tenant,
      collection,
    );
    const scope = index.scope({ tenant, collection });
    if (!scope) throw new AppError('internal', 'A scope was stored and could not be read back.');
    return scope;
  };

  return {
    name: 'sqlite',
    supports: { lexical: true, dense: options.embedder !== null },

    replaceDocument: async (document, chunks, signal) => {
      const { index, vectors } = open();
      const withVectors = chunks.some(({ vector }) => vector !== null);
      if (withVectors && options.embedder === null) {
        throw new AppError(
          'unsupported',
          'Chunks came with vectors, but no embedder is configured for this index.',
        );
      }
      const counts = await documentCounts(document.title, chunks, signal);
      if (withVectors || vectors.exist()) await vectors.load();
      return inTransaction(index.database, () => {
        agreeOnAnalysis(index, icu);
        const scope = ensureScope(index, document);
        const row = documentRow(index, scope, document.documentId);
        if (row !== null) {
          if (isHeld(index, row, document, chunks)) return index.generation();
          removeRow(index, scope.id, row, vectors);
        }
        addRow(index, scope, document, chunks, counts, vectors);
        return index.raiseGeneration();
      });
    },

    removeDocument: async (where, documentId) => {
      const { index, vectors } = open();
      if (vectors.exist()) await vectors.load();
      return inTransaction(index.database, () => {
        const scope = index.scope(where);
        const row = scope && documentRow(index, scope, documentId);
        if (!scope || row === null) return index.generation();
        removeRow(index, scope.id, row, vectors);
        return index.raiseGeneration();
      });
    },

    search: async (query, topK, signal) => {
      signal?.throwIfAborted();
      const { index, vectors } = open();
      const { vector } = query;
      if (query.leg === 'dense') {
        if (options.embedder === null) {
          throw new AppError('unsupported', 'A dense search needs an embedder, and none is configured.');
        }
        if (!vector) throw new AppError('invalid-argument', 'A dense search needs a vector, received none.');
        if (vectors.exist()) await vectors.load();
      }
      return inSnapshot(index.database, () => {
        const generation = index.generation();
        const scope = index.scope(query);
        if (!scope || scope.chunks === 0 || topK < 1) return { generation, hits: [] };
        if (query.leg === 'lexical') {
          return { generation, hits: readHits(index, query, lexicalRows(index, scope, query, topK), topK) };
        }
        const found = vector && vectors.exist() ? vectors.nearest(scope, vector, topK) : [];
        return { generation, hits: readHits(index, query, found, topK) };
      });
    },

    version: async (where, documentId) => {
      const { index } = open();
      const row = index
        .statement(
          `SELECT version, documents.chunks AS chunks FROM documents JOIN scopes ON scopes.id = scope
           WHERE tenant = ? AND collection = ? AND document_id = ?`,
        )
        .get(where.tenant, where.collection, documentId);
      return row ? { documentId, version: String(row['version']), chunks: Number(row['chunks']) } : null;
    },

    text: async (where, documentId) => {
      const { index } = open();
      const row = index
        .statement(
          `SELECT version, text FROM documents JOIN scopes ON scopes.id = scope
           WHERE tenant = ? AND collection = ? AND document_id = ?`,
        )
        .get(where.tenant, where.collection, documentId);
      return row ? { version: String(row['version']), text: String(row['text']) } : null;
    },

    termStatistics: async (where, terms) => {
      const { index } = open();
      return inSnapshot(index.database, () => {
        const scope = index.scope(where);
        const held = new Map<string, number>();
        if (scope) {
          const rows = index
            .statement(
              'SELECT term, frequency FROM terms WHERE scope = ? AND term IN (SELECT value FROM json_each(?))',
            )
            .all(scope.id, JSON.stringify(terms));
          for (const row of rows) held.set(String(row['term']), Number(row['frequency']));
        }
        return {
          chunks: scope?.chunks ?? 0,
          frequency: new Map(terms.map((term) => [term, held.get(term) ?? 0])),
        };
      });
    },

    [Symbol.asyncDispose]: async () => {
      closed = true;
      opened?.index.database.close();
      opened = null;
    },
  };
}
