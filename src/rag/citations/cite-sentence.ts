import type { Citation, Passage } from '../../contract/passage.ts';
import { checkClaim } from './check-claim.ts';
import { locateQuote, type LocatedQuote } from './locate-quote.ts';

/** A sentence of an answer and where it stands there. */
export interface AnswerSentence {
  readonly text: string;
  /** UTF-16 units in the answer, end exclusive. */
  readonly start: number;
  readonly end: number;
}

/** The citation of a sentence by one passage: located, checked, verified only if nothing speaks against it. */
export function citeSentence(sentence: AnswerSentence, passage: Passage, number: number): Citation {
  const quote = locateQuote(sentence.text, passage.text);
  const problems = checkClaim(sentence.text, passage, quote);
  return {
    number,
    answerStart: sentence.start,
    answerEnd: sentence.end,
    passage,
    quote: quote ? passage.text.slice(quote.start, quote.end) : null,
    quoteStart: quote?.start ?? null,
    quoteEnd: quote?.end ?? null,
    verified: quote !== null && problems.length === 0,
    problems,
  };
}

/** The passage that bears a sentence out best: verified before unverified, then by share of words; null when none holds any. */
export function bestPassage(sentence: string, passages: readonly Passage[]): Passage | null {
  let best: { passage: Passage; quote: LocatedQuote; problems: number } | null = null;
  for (const passage of passages) {
    const quote = locateQuote(sentence, passage.text);
    if (!quote) continue;
    const problems = checkClaim(sentence, passage, quote).length;
    if (
      !best ||
      problems < best.problems ||
      (problems === best.problems && quote.overlap > best.quote.overlap)
    )
      best = { passage, quote, problems };
  }
  return best?.passage ?? null;
}
