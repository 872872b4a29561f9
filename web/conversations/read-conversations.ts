import type { ConversationDetail, ConversationView, TurnView } from '../../src/contract/conversation.ts';
import { isObject, listOf } from '../api/narrow.ts';
import { isCitation, isTurnState } from '../chat/read-chunk.ts';

const isConversation = (value: unknown): value is ConversationView =>
  isObject(value) && typeof value['id'] === 'string' && typeof value['title'] === 'string';

function isTurn(value: unknown): value is TurnView {
  return (
    isObject(value) &&
    typeof value['id'] === 'string' &&
    typeof value['question'] === 'string' &&
    typeof value['answer'] === 'string' &&
    isTurnState(value['state']) &&
    Array.isArray(value['citations']) &&
    value['citations'].every(isCitation)
  );
}

/** The conversations of `GET /v1/conversations`; what is not one is left out. */
export function readConversations(json: unknown): readonly ConversationView[] {
  return isObject(json) ? listOf(json['data']).filter(isConversation) : [];
}

/** A conversation with its turns; null when the JSON is none. */
export function readConversation(json: unknown): ConversationDetail | null {
  if (!isObject(json) || !isConversation(json)) return null;
  return { ...json, turns: listOf('turns' in json ? json.turns : null).filter(isTurn) };
}
