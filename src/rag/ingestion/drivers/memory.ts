import type { DocumentCatalogue } from '../document-catalogue.ts';
import { createSqliteCatalogue, type SqliteCatalogueOptions } from './sqlite.ts';

/** The catalogue of one process, gone with it: the same rules over a database in memory. For tests and trials. */
export function createMemoryCatalogue(options: Omit<SqliteCatalogueOptions, 'path'>): DocumentCatalogue {
  return createSqliteCatalogue({ ...options, path: ':memory:' });
}
