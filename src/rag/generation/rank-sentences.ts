import type { Passage } from '../../contract/passage.ts';
import { splitSentences, type Span } from '../citations/split-sentences.ts';
import { analyse } from '../retrieval/analysis.ts';
import { holdsKind, questionKind } from './question-kind.ts';
import type { QuestionTerms } from './question-terms.ts';

/** A sentence of a passage and how well it answers. */
export interface RankedSentence extends Span {
  readonly passage: Passage;
  /** 0-based place of the passage in the retrieved order. */
  readonly passageRank: number;
  /** 0-based place in the passage. */
  readonly index: number;
  readonly text: string;
  /** Terms of the question that stand in the sentence itself. */
  readonly matched: ReadonlySet<string>;
  /** Share of the question's weight that stands in the sentence, 0 to 1; with half weight what its neighbours and headings hold. */
  readonly coverage: number;
  /** Share of neighbouring pairs of question terms that stand close together in the sentence, 0 to 1. */
  readonly phrases: number;
  readonly holdsKind: boolean;
  readonly score: number;
}

/** How the parts of the score weigh; fitted on SQuAD and CMRC questions (bench answer-quality). */
const weights = { phrases: 0.25, kind: 0.22, rank: 0.05, context: 0.45, brevity: 0.06 };
/** Sentences looked at, so that a long passage costs no more than a page. */
const maxSentences = 400;

function phraseShare(terms: readonly string[], tokens: readonly string[]): number {
  if (terms.length < 2) return 0;
  const places = new Map<string, number[]>();
  for (const [place, token] of tokens.entries()) {
    const known = places.get(token);
    if (known) known.push(place);
    else places.set(token, [place]);
  }
  let close = 0;
  for (let index = 1; index < terms.length; index += 1) {
    const before = places.get(terms[index - 1] ?? '') ?? [];
    const after = places.get(terms[index] ?? '') ?? [];
    if (before.some((a) => after.some((b) => b > a && b - a <= 3))) close += 1;
  }
  return close / (terms.length - 1);
}

/**
 * Every sentence of the passages, best answer first.
 *
 * @param weightOf weight of a term, rarer is heavier; 0 for one that is no term of the question.
 */
export function rankSentences(
  question: string,
  asked: QuestionTerms,
  passages: readonly Passage[],
  weightOf: (term: string) => number,
): RankedSentence[] {
  const kind = questionKind(question);
  const total = asked.terms.reduce((sum, term) => sum + weightOf(term), 0) || 1;
  const share = (terms: Iterable<string>): number =>
    [...terms].reduce((sum, term) => sum + weightOf(term), 0) / total;
  const ranked: RankedSentence[] = [];
  for (const [passageRank, passage] of passages.entries()) {
    const above = new Set(analyse([passage.title, ...passage.headingPath].join(' ')));
    const headed = asked.terms.filter((term) => above.has(term));
    const sentences = splitSentences(passage.text).slice(0, maxSentences);
    const tokens = sentences.map(({ start, end }) => analyse(passage.text.slice(start, end)));
    const sets = tokens.map((list) => new Set(list));
    for (const [index, { start, end }] of sentences.entries()) {
      const own = sets[index] ?? new Set();
      const matched = new Set(asked.terms.filter((term) => own.has(term)));
      const near = new Set(headed);
      for (const term of asked.terms)
        if (sets[index - 1]?.has(term) || sets[index + 1]?.has(term)) near.add(term);
      for (const term of matched) near.delete(term);
      const text = passage.text.slice(start, end);
      const coverage = share(matched) + weights.context * share(near);
      const phrases = phraseShare(asked.terms, tokens[index] ?? []);
      const fits = holdsKind(kind, text, question);
      const length = tokens[index]?.length ?? 0;
      const score =
        coverage +
        weights.phrases * phrases +
        (fits && kind !== 'other' ? weights.kind : 0) -
        weights.rank * passageRank -
        (length < 4 ? weights.brevity * 4 : 0) -
        (/[?？]$/u.test(text) ? 0.3 : 0);
      ranked.push({
        passage,
        passageRank,
        index,
        start,
        end,
        text,
        matched,
        coverage,
        phrases,
        holdsKind: fits,
        score,
      });
    }
  }
  return ranked.sort((a, b) => b.score - a.score || a.passageRank - b.passageRank || a.start - b.start);
}
