import { numbersIn } from '../citations/numbers-in.ts';
import { analyse } from '../retrieval/analysis.ts';
import { expectedAmount } from './expected-amount.ts';
import { holdsKind, questionKind } from './question-kind.ts';
import type { QuestionPart } from './question-parts.ts';
import { yearsIn, type ReadSentence } from './read-passages.ts';

/** A sentence of a passage and how well it answers. */
export interface RankedSentence extends ReadSentence {
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
const weights = {
  phrases: 0.25,
  kind: 0.22,
  rank: 0.05,
  heading: 0.8,
  counted: 0.15,
  context: 0.45,
  brevity: 0.06,
  named: 0.12,
};
/** The passage says of itself that it is about another year than the one asked for. */
const otherYear = 0.3;
/** The sentence holds no word of this part of the question, only of others. */
const besidesThePoint = 0.5;

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

/** Numbers of the question that carry a unit: "10 m" is not found in "10 %". */
function measuredTerms(
  text: string,
): { readonly term: string; readonly value: number; readonly unit: string }[] {
  if (!/\d/.test(text)) return [];
  return numbersIn(text).flatMap(({ value, unit }) =>
    unit === null || unit === 'ordinal' ? [] : [{ term: String(value), value, unit }],
  );
}

/**
 * Every sentence, best answer first.
 *
 * @param weightOf weight of a term, rarer is heavier; 0 for one that is no term of the question.
 */
export function rankSentences(
  part: QuestionPart,
  sentences: readonly ReadSentence[],
  weightOf: (term: string) => number,
): RankedSentence[] {
  const kind = questionKind(part.kindText);
  const terms = [...part.factors.keys()];
  const total = terms.reduce((sum, term) => sum + weightOf(term), 0) || 1;
  const share = (held: readonly string[]): number =>
    held.reduce((sum, term) => sum + weightOf(term), 0) / total;
  const amount = expectedAmount(part.kindText);
  const measured = measuredTerms(part.text);
  const own = new Set(part.own);
  const names = part.terms.names.map(({ words }) => analyse(words.join(' ')));
  // Half a name in the sentence and the rest around it is as often another thing: "the sea lock" beside Saltmere Sea Lock.
  const isNamed = ({ words, heading }: ReadSentence): boolean =>
    names.length > 0 && names.every((name) => name.every((word) => words.has(word) || heading.has(word)));
  const otherUnit = (term: string, text: string): boolean => {
    const asked = measured.find((number) => number.term === term);
    if (!asked) return false;
    const stated = numbersIn(text).filter(({ value }) => value === asked.value);
    return stated.length > 0 && stated.every(({ unit }) => unit !== null && unit !== asked.unit);
  };
  const askedYears = yearsIn(part.text);
  const ofAskedYear = ({ years, text }: ReadSentence): boolean => {
    if (askedYears.size === 0 || years.size === 0) return true;
    const stated = yearsIn(text);
    return [...askedYears].some((year) => years.has(year) || stated.has(year));
  };
  return sentences
    .map((sentence): RankedSentence => {
      const { words, around, above, text, tokens, passageRank } = sentence;
      const matched = terms.filter((term) => words.has(term) && !otherUnit(term, text));
      const near = terms.filter((term) => !words.has(term) && (above.has(term) || around.has(term)));
      // A heading that says nothing but what is asked for speaks for all that stands below it.
      const headed = [...sentence.heading].every((word) => part.factors.has(word))
        ? near.filter((term) => sentence.heading.has(term))
        : [];
      const coverage =
        share(matched) + weights.context * share(near) + (weights.heading - weights.context) * share(headed);
      const phrases = phraseShare(part.own, tokens);
      const fits = holdsKind(kind, text, part.text);
      const score =
        coverage +
        weights.phrases * phrases +
        (fits && kind !== 'other' ? weights.kind : 0) +
        (amount?.(text) ? weights.counted : 0) +
        (isNamed(sentence) ? weights.named : 0) -
        weights.rank * (part.shared ? passageRank >> 1 : passageRank) -
        (tokens.length < 4 ? weights.brevity * 4 : 0) -
        (/[?？]$/.test(text) ? 0.3 : 0) -
        (ofAskedYear(sentence) ? 0 : otherYear) -
        (part.shared && own.size > 0 && !matched.some((term) => own.has(term)) ? besidesThePoint : 0);
      return { ...sentence, matched: new Set(matched), coverage, phrases, holdsKind: fits, score };
    })
    .sort((a, b) => b.score - a.score || a.passageRank - b.passageRank || a.start - b.start);
}
