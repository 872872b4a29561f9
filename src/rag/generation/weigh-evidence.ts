import { nameStands } from '../citations/names-in.ts';
import { polarityAgrees } from '../citations/polarity.ts';
import { foldText } from '../citations/fold-text.ts';
import { analyse } from '../retrieval/analysis.ts';
import { expectedAmount } from './expected-amount.ts';
import { questionTerms, type QuestionTerms } from './question-terms.ts';
import type { RankedSentence } from './rank-sentences.ts';

/** What speaks for the passages holding the answer; every number 0 to 1. */
export interface EvidenceFeatures {
  /** Weight of question terms in the best sentence. */
  readonly coverage: number;
  /** The same over the whole passage with its headings. */
  readonly passageCoverage: number;
  readonly phrases: number;
  readonly holdsKind: number;
  readonly namesMissing: number;
  readonly numbersMissing: number;
  readonly polarityAgrees: number;
  /** "What is the salary of …", and the passage says nothing of a salary. */
  readonly attributeMissing: number;
  /** An amount of a certain kind is asked for, and the sentence holds none. */
  readonly amountMissing: number;
}

/**
 * Logistic weights, fitted on SQuAD 2.0 (answerable against not), and on SQuAD and CMRC questions with and without the
 * passage that holds the answer; see bench answer-quality.
 */
const fitted = {
  bias: -3.92,
  coverage: 3.06,
  passageCoverage: 1.22,
  phrases: 0.59,
  holdsKind: 0.42,
  namesMissing: -1.02,
  numbersMissing: -1.75,
  polarityAgrees: 0.82,
  // Too rare in those sets to be fitted; set so that they tip an even case.
  attributeMissing: -1.2,
  amountMissing: -0.2,
} as const satisfies Record<keyof EvidenceFeatures | 'bias', number>;

/** Below, an extract says that the documents do not hold the answer. */
export const evidenceThreshold = 0.28;

const attribute =
  /\b(?:what|which)\s(?:is|are|was|were|will|did|does)\s(?:the\s|an?\s)((?:[a-z-]+\s){1,3}?)(?:of|for|in|at|on|be)\b/i;
const hanAttribute = /的([\u4e00-\u9fff]{2,4}?)(?:是|为|有)?(?:多少|什么|几|谁|哪)/;

/** Does the question name what it asks for, and the passage hold no word of that name? */
function attributeMissing(question: string, inPassage: ReadonlySet<string>): boolean {
  const named = attribute.exec(question)?.[1] ?? hanAttribute.exec(question)?.[1];
  if (named === undefined) return false;
  const terms = questionTerms(named).terms;
  return terms.length > 0 && !terms.some((term) => inPassage.has(term));
}

/** Features of the best sentence; null when nothing was retrieved or the question has no terms. */
export function evidenceFeatures(
  question: string,
  asked: QuestionTerms,
  best: RankedSentence | undefined,
  weightOf: (term: string) => number,
): EvidenceFeatures | null {
  if (!best || asked.terms.length === 0) return null;
  const total = asked.terms.reduce((sum, term) => sum + weightOf(term), 0) || 1;
  const passage = `${best.passage.title}\n${best.passage.headingPath.join('\n')}\n${best.passage.text}`;
  const inPassage = new Set(analyse(passage));
  const missing = asked.terms.filter((term) => !inPassage.has(term)).map(weightOf);
  const amount = expectedAmount(question);
  const folded = foldText(passage).text;
  const share = (missingCount: number, all: number): number => (all === 0 ? 0 : missingCount / all);
  const plainNumbers = folded.replace(/(?<=\d),(?=\d{3})/gu, '');
  return {
    coverage: Math.min(1, best.coverage),
    passageCoverage: 1 - missing.reduce((sum, weight) => sum + weight, 0) / total,
    phrases: best.phrases,
    holdsKind: best.holdsKind ? 1 : 0,
    namesMissing: share(asked.names.filter((name) => !nameStands(name, folded)).length, asked.names.length),
    numbersMissing: share(
      asked.numbers.filter((number) => !plainNumbers.includes(number)).length,
      asked.numbers.length,
    ),
    polarityAgrees: polarityAgrees(question, best.text) ? 1 : 0,
    attributeMissing: attributeMissing(question, inPassage) ? 1 : 0,
    amountMissing: amount === null || amount(best.text) ? 0 : 1,
  };
}

/** How likely the passages hold the answer, 0 to 1. */
export function evidenceScore(features: EvidenceFeatures | null): number {
  if (!features) return 0;
  let sum: number = fitted.bias;
  for (const [name, value] of Object.entries(features))
    sum += (fitted[name as keyof EvidenceFeatures] ?? 0) * Number(value);
  return 1 / (1 + Math.exp(-sum));
}
