import { AppError } from '../../contract/app-error.ts';
import type { ChatMessage, ChatRequest } from '../../contract/chat.ts';
import type { ModelMessage } from '../generation/language-model.ts';

/** Characters of a question at most. */
const maxQuestion = 32_000;

function textOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content;
  return (content ?? []).flatMap((part) => ('text' in part ? [part.text] : [])).join('\n');
}

/**
 * The question is the last message, which must be the user's; what stands before it is the dialogue the client
 * carries. System, developer and tool messages say nothing to answers from documents and are left out.
 *
 * @throws AppError `invalid-argument`, `too-large`.
 */
export function readQuestion({ messages }: ChatRequest): {
  readonly question: string;
  readonly history: ModelMessage[];
} {
  const last = messages.findLastIndex(({ role }) => role === 'user' || role === 'assistant');
  const param = `messages[${Math.max(0, last)}]`;
  const asked = messages[last];
  if (!asked || asked.role !== 'user')
    throw new AppError(
      'invalid-argument',
      `${param}: expected the question as the last message, with role "user".`,
      { param },
    );
  const question = textOf(asked).trim();
  if (question === '')
    throw new AppError('invalid-argument', `${param}.content: expected a question in text, received none.`, {
      param: `${param}.content`,
    });
  if (question.length > maxQuestion)
    throw new AppError(
      'too-large',
      `${param}.content: a question has at most ${maxQuestion} characters, received ${question.length}. Upload long texts as documents.`,
      { param: `${param}.content` },
    );
  const history = messages.slice(0, last).flatMap((message): ModelMessage[] => {
    const text = textOf(message).trim();
    return text !== '' && (message.role === 'user' || message.role === 'assistant')
      ? [{ role: message.role, content: text }]
      : [];
  });
  return { question, history };
}
