import type { AnswerDetails } from '../../src/contract/chat.ts';
import type { TurnState } from '../../src/contract/conversation.ts';
import type { Citation } from '../../src/contract/passage.ts';
import { isObject, listOf, numberOf, parseJson, stringOf } from '../api/narrow.ts';

/** What one `data:` line of a streamed answer says to the page. */
export interface ChunkNews {
  readonly text: string;
  readonly conversationId: string | null;
  readonly turnId: string | null;
  readonly state: TurnState | null;
  readonly citation: Citation | null;
  readonly details: AnswerDetails | null;
  readonly finished: boolean;
  /** The server's sentence when the answer failed half-way. */
  readonly error: string | null;
}

const states: readonly string[] = [
  'received',
  'retrieving',
  'generating',
  'answered',
  'failed',
  'abandoned',
  'interrupted',
] satisfies readonly TurnState[];

export const isTurnState = (value: unknown): value is TurnState =>
  typeof value === 'string' && states.includes(value);

export function isCitation(value: unknown): value is Citation {
  if (!isObject(value) || !isObject(value['passage'])) return false;
  const passage = value['passage'];
  return (
    [value['number'], value['answerStart'], value['answerEnd']].every((field) => numberOf(field) !== null) &&
    [passage['id'], passage['documentId'], passage['source'], passage['text']].every(
      (field) => stringOf(field) !== null,
    ) &&
    Array.isArray(passage['headingPath']) &&
    Array.isArray(value['problems']) &&
    typeof value['verified'] === 'boolean'
  );
}

function isDetails(value: unknown): value is AnswerDetails {
  return (
    isObject(value) &&
    typeof value['grounded'] === 'boolean' &&
    Array.isArray(value['citations']) &&
    value['citations'].every(isCitation)
  );
}

/** Reads one chunk of `POST /v1/chat/completions`. Null: not a chunk (the closing `[DONE]`, or nothing we know). */
export function readChunk(data: string): ChunkNews | null {
  const chunk = parseJson(data);
  if (!isObject(chunk)) return null;
  const choice = listOf(chunk['choices'])[0];
  const delta = isObject(choice) && isObject(choice['delta']) ? choice['delta'] : {};
  const sluice = isObject(chunk['sluice']) ? chunk['sluice'] : {};
  const error = isObject(chunk['error']) ? chunk['error'] : null;
  const state = sluice['state'];
  const citation = sluice['citation'];
  const details = sluice['details'];
  return {
    text: stringOf(delta['content']) ?? '',
    conversationId: stringOf(sluice['conversationId']),
    turnId: stringOf(sluice['turnId']),
    state: isTurnState(state) ? state : null,
    citation: isCitation(citation) ? citation : null,
    details: isDetails(details) ? details : null,
    finished: isObject(choice) && stringOf(choice['finish_reason']) !== null,
    error: error ? (stringOf(error['message']) ?? 'The answer failed.') : null,
  };
}
