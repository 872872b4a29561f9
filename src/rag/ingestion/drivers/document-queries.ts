import type { DocumentCatalogue } from '../document-catalogue.ts';
import { documentView, knownSource, number, text } from './document-row.ts';
import type { Statements } from './statements.ts';

type Queries = Pick<
  DocumentCatalogue,
  'list' | 'get' | 'contentVersion' | 'find' | 'ofOrigin' | 'collections'
>;

/** The reading half of the SQLite catalogue. Removed documents are never seen. */
export function documentQueries({ one, all }: Statements): Queries {
  return {
    list: async (tenant, collection) =>
      all(
        `SELECT * FROM documents WHERE tenant = ? AND removed_ms IS NULL AND (? IS NULL OR collection = ?)
         ORDER BY updated_ms DESC, id`,
        tenant,
        collection ?? null,
        collection ?? null,
      ).map(documentView),
    get: async (tenant, documentId) => {
      const row = one(
        'SELECT * FROM documents WHERE id = ? AND tenant = ? AND removed_ms IS NULL',
        documentId,
        tenant,
      );
      return row ? documentView(row) : null;
    },
    contentVersion: async (tenant, documentId) => {
      const row = one(
        'SELECT coalesce(version, wanted) AS shown FROM documents WHERE id = ? AND tenant = ? AND removed_ms IS NULL',
        documentId,
        tenant,
      );
      return row ? text(row, 'shown') : null;
    },
    find: async ({ tenant, collection }, source) => {
      const row = one(
        'SELECT * FROM documents WHERE tenant = ? AND collection = ? AND source = ? AND removed_ms IS NULL',
        tenant,
        collection,
        source,
      );
      return row ? knownSource(row) : null;
    },
    ofOrigin: async ({ tenant, collection }, origin) =>
      all(
        `SELECT * FROM documents WHERE tenant = ? AND collection = ? AND origin = ? AND removed_ms IS NULL
         ORDER BY source`,
        tenant,
        collection,
        origin,
      ).map(knownSource),
    collections: async (tenant) =>
      all(
        `SELECT collection, count(*) AS documents, sum(chunks) AS chunks FROM documents
         WHERE tenant = ? AND removed_ms IS NULL GROUP BY collection ORDER BY collection`,
        tenant,
      ).map((row) => ({
        name: text(row, 'collection'),
        documents: number(row, 'documents'),
        chunks: number(row, 'chunks'),
      })),
  };
}
