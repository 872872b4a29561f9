import type { ModelMessage } from '../generation/language-model.ts';

/** Characters of earlier turns that a prompt may carry: about 2,000 tokens of English. */
export const historyCharacters = 8000;
/** Characters of one earlier message at most; the rest of a long answer says little about the next question. */
const messageCharacters = 2000;

/** The newest messages that fit, oldest first; each cut to 2,000 characters. */
export function withinHistoryBudget(
  messages: readonly ModelMessage[],
  maxCharacters: number = historyCharacters,
): ModelMessage[] {
  const kept: ModelMessage[] = [];
  let left = maxCharacters;
  for (const { role, content } of messages.toReversed()) {
    const text = content.length > messageCharacters ? `${content.slice(0, messageCharacters)}…` : content;
    if (text.length > left) break;
    left -= text.length;
    kept.unshift({ role, content: text });
  }
  return kept;
}
