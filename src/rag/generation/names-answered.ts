import { namesIn } from '../citations/names-in.ts';
import type { QuestionPart } from './question-parts.ts';
import type { RankedSentence } from './rank-sentences.ts';

const asksForName = /\b(?:who|whom|whose|which|what)\b|[谁哪]|什么/i;
/** More names than this and the sentence is a list of them. */
const maxNames = 3;

/** Names that the sentence answers a part of a question with: what a later part calls "it" or "she". */
export function namesAnswered(part: QuestionPart, best: RankedSentence): string[] {
  if (!asksForName.test(part.text)) return [];
  // A clause, a line or a cell: names beyond it belong to something else.
  const clauses = best.text.split(/[;；\n]|\s\|\s/);
  const clause = clauses.find((text) => namesIn(text).length > 0) ?? '';
  return namesIn(clause)
    .slice(0, maxNames)
    .map(({ start, end }) => clause.slice(start, end));
}
