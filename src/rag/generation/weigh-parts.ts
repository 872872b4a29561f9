import type { Passage } from '../../contract/passage.ts';
import { analyse } from '../retrieval/analysis.ts';
import { namesAnswered } from './names-answered.ts';
import { questionParts, type QuestionPart } from './question-parts.ts';
import { rankSentences, type RankedSentence } from './rank-sentences.ts';
import { readPassages } from './read-passages.ts';
import { evidenceFeatures, evidenceScore, type EvidenceFeatures } from './weigh-evidence.ts';

/** How many chunks hold each term, of how many. */
export interface TermStatistics {
  readonly chunks: number;
  readonly frequency: ReadonlyMap<string, number>;
}

/** Passages looked into: on SQuAD and CMRC five give what eight give, in two thirds of the time. */
const maxPassages = 5;
/** How much a name counts that the answer of the first part brought up. */
const foundName = 0.7;
const maxPassagesOfParts = 12;
/** A pair of characters says half of what a word says: pairs overlap; one across two words says little. */
const pairWeight = 0.6;
const crossingWeight = 0.2;

/** BM25's inverse frequency, never below a tenth so that small collections do not silence a term. */
export function termWeights(statistics: TermStatistics): (term: string) => number {
  return (term) => {
    const holders = Math.min(statistics.frequency.get(term) ?? 0, statistics.chunks);
    const weight = Math.log(1 + (statistics.chunks - holders + 0.5) / (holders + 0.5));
    return Math.max(0.1, weight) * (term.length === 2 && /^[\u3400-\u9fff]{2}$/.test(term) ? pairWeight : 1);
  };
}

/** A part of the question with the sentences that may answer it, best first. */
export interface WeighedPart {
  readonly part: QuestionPart;
  readonly ranked: readonly RankedSentence[];
  readonly features: EvidenceFeatures | null;
  readonly evidence: number;
}

/** A later part also looks for the names that the first part's answer brought up: "…, and what is its rise?" */
function pointingAt(part: QuestionPart, { part: first, ranked }: WeighedPart): QuestionPart {
  const best = ranked[0];
  if (!best || !part.points) return part;
  const factors = new Map(part.factors);
  for (const name of namesAnswered(first, best))
    for (const term of analyse(name)) factors.set(term, Math.max(foundName, factors.get(term) ?? 0));
  return { ...part, factors };
}

/** Weighs every sentence of the passages for every part of the question. */
export function weighParts(
  query: string,
  passages: readonly Passage[],
  statistics: TermStatistics,
  question: string,
): WeighedPart[] {
  const parts = questionParts(query, question);
  const sentences = readPassages(
    passages.slice(0, parts.length > 1 || query !== question ? maxPassagesOfParts : maxPassages),
  );
  const idf = termWeights(statistics);
  const answered: WeighedPart[] = [];
  for (const given of parts) {
    const part = answered[0] ? pointingAt(given, answered[0]) : given;
    const weightOf = (term: string): number =>
      idf(term) *
      (part.factors.get(term) ?? 0) *
      (part.terms.crossing.has(term) ? crossingWeight / pairWeight : 1);
    const ranked = rankSentences(part, sentences, weightOf);
    const features = evidenceFeatures(part.kindText, part.terms, ranked[0], weightOf);
    answered.push({ part, ranked, features, evidence: evidenceScore(features) });
  }
  return answered;
}
