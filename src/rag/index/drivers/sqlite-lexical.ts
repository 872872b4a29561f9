import { weightedTerms } from '../../retrieval/analysis.ts';
import { inverseFrequency, saturation } from '../bm25.ts';
import type { IndexQuery } from '../passage-index.ts';
import { eachTermCount } from '../term-counts.ts';
import type { IndexDatabase, ScopeRow } from './sqlite-database.ts';
import { postingToken } from './sqlite-schema.ts';

/** A chunk by its row number. */
export interface ScoredRow {
  readonly row: number;
  readonly score: number;
}

export interface LexicalLimits {
  /** Candidates come from the rarest terms whose frequencies sum to at most this; at least from the rarest one. */
  readonly postings: number;
  /** A single term held by more chunks than this is looked at in that many of them only. */
  readonly scanned: number;
  /** How many candidates, best first by the rare terms alone, are scored in full. */
  readonly candidates: number;
}

/** Chosen by `bench/search-latency.ts` on 100,000 chunks. */
export const lexicalLimits: LexicalLimits = { postings: 3000, scanned: 20_000, candidates: 300 };

interface QueryTerm {
  readonly id: number;
  readonly frequency: number;
  readonly weight: number;
}

function lookUp(index: IndexDatabase, scope: ScopeRow, weights: ReadonlyMap<string, number>): QueryTerm[] {
  const rows = index
    .statement(
      'SELECT id, term, frequency FROM terms WHERE scope = ? AND term IN (SELECT value FROM json_each(?))',
    )
    .all(scope.id, JSON.stringify([...weights.keys()]));
  return rows
    .map((row) => ({
      id: Number(row['id']),
      frequency: Number(row['frequency']),
      weight: weights.get(String(row['term'])) ?? 0,
    }))
    .sort((a, b) => a.frequency - b.frequency || a.id - b.id);
}

function rarest(terms: readonly QueryTerm[], limits: LexicalLimits): QueryTerm[] {
  const chosen: QueryTerm[] = [];
  let sum = 0;
  for (const term of terms) {
    sum += term.frequency;
    if (chosen.length > 0 && sum > limits.postings) break;
    chosen.push(term);
  }
  return chosen;
}

/**
 * BM25 with exact scores over the candidates. Candidates: the best chunks by their rare terms, which FTS5 finds and
 * orders; every one is then scored over all terms of the query. A chunk that holds none of the rare terms is not
 * looked at: its common terms together weigh less than one rare one.
 *
 * @returns at least the best `topK` and all that tie with the last of them, descending score.
 */
export function lexicalRows(
  index: IndexDatabase,
  scope: ScopeRow,
  query: IndexQuery,
  topK: number,
  limits: LexicalLimits = lexicalLimits,
): readonly ScoredRow[] {
  const weights = weightedTerms(query.parts ?? [{ text: query.text, weight: 1 }]);
  const terms = lookUp(index, scope, weights);
  const rare = rarest(terms, limits);
  const first = rare[0];
  if (!first) return [];

  const match = rare.map(({ id, weight }) => repeated(id, weight)).join(' OR ');
  const candidates = index
    .statement(
      first.frequency > limits.scanned
        ? `SELECT chunk, length, counts FROM chunk_terms WHERE chunk IN (SELECT row FROM (
             SELECT rowid AS row, bm25(postings) AS score FROM postings WHERE postings MATCH ? LIMIT ${limits.scanned}
           ) ORDER BY score LIMIT ?)`
        : `SELECT chunk, length, counts FROM chunk_terms WHERE chunk IN (
             SELECT rowid FROM postings WHERE postings MATCH ? ORDER BY bm25(postings) LIMIT ?)`,
    )
    .all(match, Math.max(limits.candidates, topK));

  const averageLength = scope.tokens / scope.chunks;
  const weightOf = new Map(
    terms.map(({ id, frequency, weight }) => [id, weight * inverseFrequency(scope.chunks, frequency)]),
  );
  const scored = candidates.map((candidate) => {
    const length = Number(candidate['length']);
    let score = 0;
    eachTermCount(candidate['counts'] as Uint8Array, (id, occurrences) => {
      const weight = weightOf.get(id);
      if (weight !== undefined) score += weight * saturation(occurrences, length, averageLength);
    });
    return { row: Number(candidate['chunk']), score };
  });
  return bestWithTies(scored, topK);
}

/** FTS5 has no weights: a term that weighs three is asked for three times. Only the order of candidates needs it. */
function repeated(id: number, weight: number): string {
  const phrase = `"${postingToken(id)}"`;
  return Array.from({ length: Math.min(4, Math.max(1, Math.round(weight))) }, () => phrase).join(' OR ');
}

function bestWithTies(rows: ScoredRow[], topK: number): readonly ScoredRow[] {
  rows.sort((a, b) => b.score - a.score);
  const last = rows[topK - 1];
  if (!last) return rows;
  let end = topK;
  while (rows[end]?.score === last.score) end += 1;
  return rows.slice(0, end);
}
