import type { RankedSentence } from './rank-sentences.ts';

const maxSentences = 3;
/** A further sentence must score this share of the best. */
const companionShare = 0.8;
/** The same for one that holds a word of the question that no chosen one holds. */
const addingShare = 0.65;
/** The same beside a sentence that holds the amount asked for. */
const answeredShare = 0.9;
/** The same for the neighbour of the best, where a reason or a definition is asked for. */
const followShare = 0.4;

const isRow = (text: string): boolean => /\s\|\s/.test(text);

/**
 * The best sentence and those that add to it, in reading order: passages by rank, sentences by place.
 *
 * @param explain whether the sentence beside the best is likely to go on with it. @param amount tells whether a text
 *   holds the amount asked for; null where none is.
 */
export function chooseCompanions(
  ranked: readonly RankedSentence[],
  explain: boolean,
  amount: ((text: string) => boolean) | null = null,
): RankedSentence[] {
  const best = ranked[0];
  if (!best) return [];
  // A row, or the amount that was asked for, answers alone; only what is as good may stand beside it.
  const answered = isRow(best.text) || (amount?.(best.text) ?? false);
  const chosen = [best];
  const seen = new Set([best.text]);
  const covered = new Set(best.matched);
  for (const candidate of ranked.slice(1, 40)) {
    if (chosen.length >= maxSentences) break;
    if (seen.has(candidate.text) || candidate.matched.size === 0) continue;
    const adds = [...candidate.matched].some((term) => !covered.has(term));
    // A row says all about its thing; the next row of a table is about another thing, however alike it reads.
    const row = isRow(best.text) || (isRow(candidate.text) && chosen.some(({ text }) => isRow(text)));
    const near = !row && candidate.score >= best.score * (answered ? answeredShare : companionShare);
    const follows =
      !row &&
      explain &&
      candidate.passage.id === best.passage.id &&
      Math.abs(candidate.index - best.index) === 1;
    if (
      near ||
      (adds && !row && candidate.score >= best.score * (answered ? answeredShare : addingShare)) ||
      (follows && candidate.score >= best.score * followShare)
    ) {
      chosen.push(candidate);
      seen.add(candidate.text);
      for (const term of candidate.matched) covered.add(term);
    }
  }
  return chosen.sort((a, b) => a.passageRank - b.passageRank || a.start - b.start);
}
