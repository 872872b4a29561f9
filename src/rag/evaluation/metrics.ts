import type { Qrels, Run } from './qrels.ts';

/**
 * Normalised discounted cumulative gain: sum over the first k of gain / log2(rank + 1), divided by that of the ideal
 * order; 0 to 1, 0 when nothing is relevant. The gain is the judgement itself, as trec_eval's `ndcg_cut` has it.
 *
 * @see Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 20 (2002); BEIR reports it
 * @example ndcgAt(10, ['x', 'a'], new Map([['a', 1]])) // (1 / log2(3)) / (1 / log2(2)) = 0.6309
 */
export function ndcgAt(k: number, ranked: readonly string[], judged: ReadonlyMap<string, number>): number {
  const discounted = (gains: readonly number[]): number =>
    gains.slice(0, k).reduce((sum, gain, place) => sum + gain / Math.log2(place + 2), 0);
  const ideal = discounted([...judged.values()].filter((gain) => gain > 0).sort((a, b) => b - a));
  if (ideal === 0) return 0;
  return discounted(distinct(ranked).map((id) => Math.max(0, judged.get(id) ?? 0))) / ideal;
}

/** Share of the relevant documents among the first k; 0 to 1, 0 when nothing is relevant. As trec_eval's `recall`. */
export function recallAt(k: number, ranked: readonly string[], judged: ReadonlyMap<string, number>): number {
  const relevant = [...judged].filter(([, gain]) => gain > 0).length;
  if (relevant === 0) return 0;
  return (
    distinct(ranked)
      .slice(0, k)
      .filter((id) => (judged.get(id) ?? 0) > 0).length / relevant
  );
}

/**
 * 1 / rank of the first relevant document, 0 when there is none: its mean over queries is MRR.
 *
 * @see Voorhees, "The TREC-8 Question Answering Track Report" (1999)
 */
export function reciprocalRank(ranked: readonly string[], judged: ReadonlyMap<string, number>): number {
  const place = distinct(ranked).findIndex((id) => (judged.get(id) ?? 0) > 0);
  return place < 0 ? 0 : 1 / (place + 1);
}

/** A document counts where it first stands: several of its chunks are one answer. */
function distinct(ranked: readonly string[]): string[] {
  return [...new Set(ranked)];
}

/** Means over all judged queries; a query missing from the run counts 0. */
export interface RunQuality {
  readonly queries: number;
  readonly ndcg: number;
  readonly recall: number;
  readonly mrr: number;
}

/** Queries without a relevant document are left out, as trec_eval does. @param k depth of nDCG and recall. */
export function runQuality(qrels: Qrels, run: Run, k: number): RunQuality {
  let queries = 0;
  let ndcg = 0;
  let recall = 0;
  let mrr = 0;
  for (const [query, judged] of qrels) {
    if (![...judged.values()].some((gain) => gain > 0)) continue;
    const ranked = run.get(query) ?? [];
    queries += 1;
    ndcg += ndcgAt(k, ranked, judged);
    recall += recallAt(k, ranked, judged);
    mrr += reciprocalRank(ranked, judged);
  }
  const mean = (sum: number): number => (queries === 0 ? 0 : sum / queries);
  return { queries, ndcg: mean(ndcg), recall: mean(recall), mrr: mean(mrr) };
}
