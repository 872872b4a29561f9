import { weightedTerms } from '../../retrieval/analysis.ts';
import { inverseFrequency, saturation } from '../bm25.ts';
import type { IndexQuery } from '../passage-index.ts';
import { readOccurrences } from '../term-counts.ts';
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
  /** How many candidates are scored in full. */
  readonly candidates: number;
  /** How many chunks FTS5 may score itself, where counting terms does not tell candidates apart. */
  readonly scored: number;
}

/**
 * Chosen by `bench/search-latency.ts` on 100,000 chunks of invented text: p50 2.1 ms, p99 4.5 ms, the first hit as with
 * every chunk scored in 98 of 100 queries and nine of the first ten. 12,000 and 400 give the same first hit always and
 * 98 of 100 hits for half as much time again. @see docs/decisions/2026-11-23-lexical-retrieval.md
 */
export const lexicalLimits: LexicalLimits = { postings: 8000, candidates: 300, scored: 5000 };

interface QueryTerm {
  readonly id: number;
  /** Chunks of the scope that hold it. */
  readonly frequency: number;
  /** What one occurrence in a chunk of average length adds to a score: weight in the query times rarity. */
  readonly weight: number;
}

function lookUp(index: IndexDatabase, scope: ScopeRow, weights: ReadonlyMap<string, number>): QueryTerm[] {
  const rows = index
    .statement(
      'SELECT id, term, frequency FROM terms WHERE scope = ? AND term IN (SELECT value FROM json_each(?))',
    )
    .all(scope.id, JSON.stringify([...weights.keys()]));
  return rows
    .map((row) => {
      const frequency = Number(row['frequency']);
      const weight = (weights.get(String(row['term'])) ?? 0) * inverseFrequency(scope.chunks, frequency);
      return { id: Number(row['id']), frequency, weight };
    })
    .sort((a, b) => a.frequency - b.frequency || a.id - b.id);
}

/** The rarest terms whose chunks fit into the limit, but at least one. */
function rarest(terms: readonly QueryTerm[], limit: number): readonly QueryTerm[] {
  let sum = 0;
  const end = terms.findIndex(({ frequency }) => (sum += frequency) > limit);
  return end < 0 ? terms : terms.slice(0, Math.max(1, end));
}

/** Rows of chunks that hold the term, as one JSON text: a tenth of a microsecond a row against half of one. */
function rowsHolding(index: IndexDatabase, term: QueryTerm, limit: number): readonly number[] {
  const row = index
    .statement(
      `SELECT json_group_array(row) AS rows FROM
         (SELECT rowid AS row FROM postings WHERE postings MATCH ? LIMIT ?)`,
    )
    .get(postingToken(term.id), limit);
  return JSON.parse(String(row?.['rows'])) as number[];
}

/** Rows of chunks that hold the most of the rare terms, by the weight of those, and how clearly. */
function fullestRows(
  index: IndexDatabase,
  terms: readonly QueryTerm[],
  limits: LexicalLimits,
  topK: number,
): { readonly rows: readonly number[]; readonly clear: boolean } {
  const held = new Map<number, number>();
  for (const term of rarest(terms, limits.postings)) {
    for (const row of rowsHolding(index, term, limits.postings)) {
      held.set(row, (held.get(row) ?? 0) + term.weight);
    }
  }
  const limit = Math.max(limits.candidates, topK);
  if (held.size <= limit) return { rows: [...held.keys()], clear: true };
  const weights = Float64Array.from(held.values()).sort().reverse();
  const cut = weights[limit - 1] ?? 0;
  const rows: number[] = [];
  const level: number[] = [];
  for (const [row, weight] of held) {
    if (weight > cut) rows.push(row);
    else if (weight === cut) level.push(row);
  }
  const clear = rows.length >= topK;
  return { rows: [...rows, ...level.slice(0, limit - rows.length)], clear };
}

/** Rows of the best chunks by the rare terms alone, as FTS5 scores them: it reads occurrences, and takes longer. */
function bestRows(
  index: IndexDatabase,
  terms: readonly QueryTerm[],
  limits: LexicalLimits,
  topK: number,
): readonly number[] {
  const match = rarest(terms, limits.scored)
    .map(({ id }) => postingToken(id))
    .join(' OR ');
  return index
    .statement(
      `SELECT row FROM (SELECT rowid AS row, bm25(postings) AS score FROM postings WHERE postings MATCH ? LIMIT ?)
       ORDER BY score LIMIT ?`,
    )
    .all(match, limits.scored, Math.max(limits.candidates, topK))
    .map((row) => Number(row['row']));
}

/**
 * BM25 with exact scores over the candidates. Candidates are the chunks that hold the most of the query's rare terms;
 * every one is then scored over all terms. A chunk without any of the rare terms is not looked at: its common terms
 * together weigh less than one rare one. Where so many chunks hold the same terms that the best of them cannot be told
 * (questions of one or two words), FTS5 orders them first.
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
  const terms = lookUp(index, scope, weightedTerms(query.parts ?? [{ text: query.text, weight: 1 }]));
  if (terms.length === 0) return [];
  const { rows, clear } = fullestRows(index, terms, limits, topK);
  const candidates = clear ? rows : bestRows(index, terms, limits, topK);
  return bestWithTies(scoreRows(index, scope, terms, candidates), topK);
}

function scoreRows(
  index: IndexDatabase,
  scope: ScopeRow,
  terms: readonly QueryTerm[],
  rows: readonly number[],
): ScoredRow[] {
  const averageLength = scope.tokens / scope.chunks;
  const byId = terms.toSorted((a, b) => a.id - b.id);
  const ids = byId.map(({ id }) => id);
  const occurrences = new Float64Array(ids.length);
  return index
    .arrays('SELECT chunk, length, counts FROM chunk_terms WHERE chunk IN (SELECT value FROM json_each(?))')
    .all(JSON.stringify(rows))
    .map((columns) => {
      const [row, length, counts] = columns as unknown as readonly [number, number, Uint8Array];
      occurrences.fill(0);
      readOccurrences(counts, ids, occurrences);
      let score = 0;
      for (let place = 0; place < ids.length; place += 1) {
        const times = occurrences[place] ?? 0;
        if (times > 0) score += (byId[place]?.weight ?? 0) * saturation(times, length, averageLength);
      }
      return { row, score };
    });
}

function bestWithTies(rows: ScoredRow[], topK: number): readonly ScoredRow[] {
  rows.sort((a, b) => b.score - a.score);
  const last = rows[topK - 1];
  if (!last) return rows;
  let end = topK;
  while (rows[end]?.score === last.score) end += 1;
  return rows.slice(0, end);
}
