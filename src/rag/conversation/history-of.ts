import type { TurnView } from '../../contract/conversation.ts';
import type { ModelMessage } from '../generation/language-model.ts';

/** Earlier turns as messages, oldest first; only answered ones carry an answer. */
export function historyOf(turns: readonly TurnView[]): ModelMessage[] {
  return turns.flatMap(({ question, answer, state }): ModelMessage[] => [
    { role: 'user', content: question },
    ...(state === 'answered' ? [{ role: 'assistant' as const, content: answer }] : []),
  ]);
}
