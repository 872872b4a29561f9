import type { Passage } from '../../contract/passage.ts';
import type { Span } from '../citations/split-sentences.ts';
import { questionKind } from './question-kind.ts';
import { questionTerms } from './question-terms.ts';
import { rankSentences, type RankedSentence } from './rank-sentences.ts';
import { evidenceFeatures, evidenceScore, type EvidenceFeatures } from './weigh-evidence.ts';

/** A span of a passage that is quoted. */
export interface ExtractedSentence extends Span {
  readonly passage: Passage;
}

export interface Extract {
  /** In reading order: passages by rank, sentences by place; empty only without passages. */
  readonly sentences: readonly ExtractedSentence[];
  /** How likely the passages hold the answer, 0 to 1. */
  readonly evidence: number;
  readonly features: EvidenceFeatures | null;
}

/** How many chunks hold each term, of how many. */
export interface TermStatistics {
  readonly chunks: number;
  readonly frequency: ReadonlyMap<string, number>;
}

const maxSentences = 3;
/** Passages looked into: on SQuAD and CMRC five give what eight give, in two thirds of the time. */
const maxPassages = 5;
/** A further sentence must score this share of the best. */
const companionShare = 0.8;
/** The same for one that holds a word of the question that no chosen one holds. */
const addingShare = 0.65;

/** BM25's inverse frequency, never below a tenth so that small collections do not silence a term. */
export function termWeights(statistics: TermStatistics): (term: string) => number {
  return (term) => {
    const holders = Math.min(statistics.frequency.get(term) ?? 0, statistics.chunks);
    const weight = Math.log(1 + (statistics.chunks - holders + 0.5) / (holders + 0.5));
    // A pair of characters says half of what a word says: pairs overlap.
    return Math.max(0.1, weight) * (/^\p{Script=Han}{2}$/u.test(term) ? 0.6 : 1);
  };
}

const isRow = (text: string): boolean => /\s\|\s/u.test(text);

function choose(ranked: readonly RankedSentence[], explain: boolean): RankedSentence[] {
  const best = ranked[0];
  if (!best) return [];
  const chosen = [best];
  const seen = new Set([best.text]);
  const covered = new Set(best.matched);
  for (const candidate of ranked.slice(1, 40)) {
    if (chosen.length >= maxSentences) break;
    if (seen.has(candidate.text) || candidate.matched.size === 0) continue;
    const adds = [...candidate.matched].some((term) => !covered.has(term));
    // The next row of a table is about another thing, however alike it reads.
    const rows = isRow(best.text) && isRow(candidate.text);
    const near = !rows && candidate.score >= best.score * companionShare;
    const follows =
      !rows &&
      explain &&
      candidate.passage.id === best.passage.id &&
      Math.abs(candidate.index - best.index) === 1;
    if (
      near ||
      (adds && candidate.score >= best.score * addingShare) ||
      (follows && candidate.score >= best.score * 0.4)
    ) {
      chosen.push(candidate);
      seen.add(candidate.text);
      for (const term of candidate.matched) covered.add(term);
    }
  }
  return chosen.sort((a, b) => a.passageRank - b.passageRank || a.start - b.start);
}

/** The one to three sentences that answer best, and how likely they do. Pure: the same input gives the same extract. */
export function extractAnswer(
  question: string,
  passages: readonly Passage[],
  statistics: TermStatistics,
): Extract {
  const asked = questionTerms(question);
  const weightOf = termWeights(statistics);
  const ranked = rankSentences(question, asked, passages.slice(0, maxPassages), weightOf);
  const kind = questionKind(question);
  const features = evidenceFeatures(question, asked, ranked[0], weightOf);
  return {
    sentences: choose(ranked, kind === 'reason' || kind === 'definition' || kind === 'other').map(
      ({ passage, start, end }) => ({ passage, start, end }),
    ),
    evidence: evidenceScore(features),
    features,
  };
}
