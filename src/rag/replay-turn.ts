import type { TurnView } from '../contract/conversation.ts';
import type { AnswerPart } from './answer-part.ts';

/** An answered turn told again, part by part, as it was stored. */
export function* replayTurn(turn: TurnView): Generator<AnswerPart> {
  const identity = { conversationId: turn.conversationId, turnId: turn.id };
  yield { type: 'state', state: turn.state, ...identity };
  yield { type: 'text-start' };
  yield { type: 'text-delta', text: turn.answer };
  for (const citation of turn.citations) yield { type: 'citation', citation };
  yield {
    type: 'done',
    text: turn.answer,
    finishReason: 'stop',
    usage: null,
    // The index has moved on since: 0 says that no search was made for this telling.
    details: {
      ...identity,
      standaloneQuery: turn.standaloneQuery ?? turn.question,
      generation: 0,
      grounded: turn.grounded,
      citations: turn.citations,
    },
  };
}
