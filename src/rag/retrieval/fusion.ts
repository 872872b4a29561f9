/** The constant of reciprocal rank fusion: large enough that no single run decides. */
const damping = 60;

/** An id and its fused score, 0 to runs / 61. */
export interface Fused {
  readonly id: string;
  readonly score: number;
}

/**
 * Reciprocal rank fusion: score(id) = sum over runs of 1 / (60 + rank), rank from 1. Does not depend on the order of
 * the runs; descending score, ties by id ascending. An id counts once a run, where it stands first.
 *
 * @see Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual rank learning
 *   methods", SIGIR 2009
 * @example reciprocalRankFusion([['a', 'b'], ['b']]) // b: 1/62 + 1/61, a: 1/61
 */
export function reciprocalRankFusion(runs: readonly (readonly string[])[]): readonly Fused[] {
  const ranks = new Map<string, number[]>();
  for (const run of runs) {
    for (const [place, id] of [...new Set(run)].entries()) {
      ranks.set(id, [...(ranks.get(id) ?? []), place + 1]);
    }
  }
  return [...ranks]
    .map(([id, held]) => ({
      id,
      // Added in rising order of rank, so that rounding does not depend on the order of the runs either.
      score: held.sort((a, b) => a - b).reduce((sum, rank) => sum + 1 / (damping + rank), 0),
    }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
