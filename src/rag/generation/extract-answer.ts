import type { Passage } from '../../contract/passage.ts';
import type { Span } from '../citations/split-sentences.ts';
import { chooseCompanions } from './choose-companions.ts';
import { expectedAmount } from './expected-amount.ts';
import { questionKind } from './question-kind.ts';
import type { RankedSentence } from './rank-sentences.ts';
import { evidenceThreshold, type EvidenceFeatures } from './weigh-evidence.ts';
import { weighParts, type TermStatistics } from './weigh-parts.ts';

/** A span of a passage that is quoted. */
export interface ExtractedSentence extends Span {
  readonly passage: Passage;
  /** How likely the passages hold what this sentence was chosen for, 0 to 1. */
  readonly evidence: number;
}

export interface Extract {
  /** In the order of what was asked, then in reading order; empty only without passages. */
  readonly sentences: readonly ExtractedSentence[];
  /** How likely the passages hold the answer, 0 to 1. */
  readonly evidence: number;
  readonly features: EvidenceFeatures | null;
}

/** Where one part of a question is answered, the others need this share of the evidence. */
const besideShare = 0.5;

/**
 * The one to three sentences that answer best, and how likely they do. Pure: the same input gives the same extract.
 *
 * @param query as it was searched for. @param question as it was asked; the same where there is no dialogue.
 */
export function extractAnswer(
  query: string,
  passages: readonly Passage[],
  statistics: TermStatistics,
  question: string = query,
): Extract {
  const answered = weighParts(query, passages, statistics, question);
  const best = answered.reduce((a, b) => (b.evidence > a.evidence ? b : a));
  const chosen: { sentence: RankedSentence; evidence: number }[] = [];
  if (answered.length > 1) {
    for (const { ranked, evidence } of answered) {
      const sentence = ranked[0];
      if (
        !sentence ||
        (evidence < evidenceThreshold * (best.evidence < evidenceThreshold ? 1 : besideShare) &&
          evidence < best.evidence)
      )
        continue;
      if (
        !chosen.some(
          (other) =>
            other.sentence.passage.id === sentence.passage.id && other.sentence.start === sentence.start,
        )
      )
        chosen.push({ sentence, evidence });
    }
  } else {
    const kind = questionKind(best.part.kindText);
    const explain = kind === 'reason' || kind === 'definition' || kind === 'other';
    for (const sentence of chooseCompanions(best.ranked, explain, expectedAmount(best.part.kindText)))
      chosen.push({ sentence, evidence: best.evidence });
  }
  return {
    sentences: chosen.map(({ sentence: { passage, start, end }, evidence }) => ({
      passage,
      start,
      end,
      evidence,
    })),
    evidence: best.evidence,
    features: best.features,
  };
}
