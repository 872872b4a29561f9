import type { ChunkCounts } from '../chunk-counts.ts';
import { eachTermCount, encodeTermCounts } from '../term-counts.ts';
import type { IndexDatabase } from './sqlite-database.ts';
import { postingToken } from './sqlite-schema.ts';

/** Adds the terms of new chunks to a scope. Inside a write transaction. */
export function addTerms(
  index: IndexDatabase,
  scopeId: number,
  chunks: readonly { readonly row: number; readonly counted: ChunkCounts }[],
): void {
  const frequency = new Map<string, number>();
  for (const { counted } of chunks) {
    for (const term of counted.counts.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  }
  const upsert = index.statement(
    `INSERT INTO terms (scope, term, frequency) VALUES (?, ?, ?)
     ON CONFLICT (scope, term) DO UPDATE SET frequency = frequency + excluded.frequency RETURNING id`,
  );
  const numbers = new Map<string, number>();
  for (const [term, held] of frequency) numbers.set(term, Number(upsert.get(scopeId, term, held)?.['id']));

  const addCounts = index.change('INSERT INTO chunk_terms (chunk, length, counts) VALUES (?, ?, ?)');
  const addPostings = index.change('INSERT INTO postings (rowid, numbers) VALUES (?, ?)');
  let tokens = 0;
  for (const { row, counted } of chunks) {
    const pairs: [number, number][] = [];
    const written: string[] = [];
    for (const [term, occurrences] of counted.counts) {
      const id = numbers.get(term) ?? 0;
      pairs.push([id, occurrences]);
      for (let time = 0; time < occurrences; time += 1) written.push(postingToken(id));
    }
    addCounts(row, counted.length, encodeTermCounts(pairs));
    addPostings(row, written.join(' '));
    tokens += counted.length;
  }
  index.change('UPDATE scopes SET chunks = chunks + ?, tokens = tokens + ? WHERE id = ?')(
    chunks.length,
    tokens,
    scopeId,
  );
}

/** Takes the terms of a document's chunks out of their scope. Inside a write transaction. */
export function removeTerms(index: IndexDatabase, scopeId: number, document: number): void {
  const rows = index
    .statement(
      'SELECT chunk, length, counts FROM chunk_terms WHERE chunk IN (SELECT id FROM chunks WHERE document = ?)',
    )
    .all(document);
  const frequency = new Map<number, number>();
  const removeCounts = index.change('DELETE FROM chunk_terms WHERE chunk = ?');
  const removePostings = index.change('DELETE FROM postings WHERE rowid = ?');
  let tokens = 0;
  for (const row of rows) {
    const chunk = Number(row['chunk']);
    eachTermCount(row['counts'] as Uint8Array, (id) => frequency.set(id, (frequency.get(id) ?? 0) + 1));
    tokens += Number(row['length']);
    removeCounts(chunk);
    removePostings(chunk);
  }
  const lower = index.statement(
    'UPDATE terms SET frequency = frequency - ? WHERE id = ? RETURNING frequency',
  );
  const remove = index.change('DELETE FROM terms WHERE id = ?');
  for (const [id, held] of frequency) {
    if (Number(lower.get(held, id)?.['frequency']) <= 0) remove(id);
  }
  index.change('UPDATE scopes SET chunks = chunks - ?, tokens = tokens - ? WHERE id = ?')(
    rows.length,
    tokens,
    scopeId,
  );
}
