import type { ChatMessage, ChatRequest } from '../../contract/chat.ts';
import { checked } from './read-json.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPlainMessage = (value: unknown): value is ChatMessage =>
  isFields(value) &&
  (value['role'] === 'user' || value['role'] === 'assistant' || value['role'] === 'system') &&
  typeof value['content'] === 'string';

const isName = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && value.length >= 1 && value.length <= 128);

const isFlag = (value: unknown): boolean => value === undefined || typeof value === 'boolean';

/** Fields of a plain request and what they may hold; a request with any other is left to the schema. */
const plainFields = new Map<string, (value: unknown) => boolean>([
  ['model', (value) => typeof value === 'string'],
  [
    'messages',
    (value) =>
      Array.isArray(value) && value.length >= 1 && value.length <= 1000 && value.every(isPlainMessage),
  ],
  ['stream', isFlag],
  ['stream_options', (value) => isFields(value) && isFlag(value['include_usage'])],
  ['conversation_id', isName],
  ['collection', isName],
]);

const isPlain = (value: unknown): value is ChatRequest =>
  isFields(value) &&
  'messages' in value &&
  Object.entries(value).every(([name, held]) => plainFields.get(name)?.(held) ?? false);

/**
 * A body as `ChatRequest` has it. Plain ones, which nearly all are, are seen to be right without the schema: loading and
 * building it costs the first answer of a replica 12 ms. Everything else is the schema's to judge.
 *
 * @throws AppError `invalid-argument` naming the field.
 */
export async function checkedChatRequest(body: unknown): Promise<ChatRequest> {
  if (isPlain(body)) return body;
  const { ChatRequest } = await import('../../contract/chat.ts');
  return checked(ChatRequest, body);
}
