import { AppError } from '../../../contract/app-error.ts';
import { analysisVersion } from '../../retrieval/analysis.ts';
import { chunkCounts } from '../chunk-counts.ts';
import type { IndexDatabase } from './sqlite-database.ts';
import { addTerms } from './sqlite-terms.ts';

/** Chunks rebuilt at a time, so that a large index needs little memory. */
const batch = 1000;

/**
 * Makes sure, inside a write transaction, that the file's terms are those this process would make: a term only meets
 * itself when both sides were analysed alike. Terms depend on our rules and on ICU's dictionaries, both recorded in
 * the file; when either differs, all terms are made again from the stored texts.
 *
 * @throws AppError `conflict` when the file's rules are newer than this program's.
 */
export function agreeOnAnalysis(index: IndexDatabase, icu: string): void {
  const version = index.meta('analysis-version');
  if (version === analysisVersion && index.meta('icu') === icu) return;
  if (typeof version === 'number' && version > analysisVersion) {
    throw new AppError(
      'conflict',
      `The index was analysed by a newer Sluice (version ${version} of the rules, this one knows ${analysisVersion}). Use that Sluice for writing, or another data directory.`,
    );
  }
  if (version !== null) rebuild(index);
  index.setMeta('analysis-version', analysisVersion);
  index.setMeta('icu', icu);
}

function rebuild(index: IndexDatabase): void {
  index.database.exec(`
    INSERT INTO postings (postings) VALUES ('delete-all');
    DELETE FROM chunk_terms;
    DELETE FROM terms;
    UPDATE scopes SET chunks = 0, tokens = 0;
  `);
  const read = index.statement(
    `SELECT chunks.id AS row, heading_path, chunks.text AS text, title FROM chunks
     JOIN documents ON documents.id = chunks.document WHERE scope = ? AND chunks.id > ? ORDER BY chunks.id LIMIT ${batch}`,
  );
  for (const scope of index.statement('SELECT id FROM scopes').all()) {
    const scopeId = Number(scope['id']);
    for (let after = 0; ;) {
      const chunks = read.all(scopeId, after).map((row) => ({
        row: Number(row['row']),
        counted: chunkCounts(String(row['title']), {
          headingPath: JSON.parse(String(row['heading_path'])) as string[],
          text: String(row['text']),
        }),
      }));
      const last = chunks.at(-1);
      if (!last) break;
      addTerms(index, scopeId, chunks);
      after = last.row;
    }
  }
}
