import { AppError } from '../../contract/app-error.ts';
import type { ChatCompletion, ChatCompletionChunk, UrlCitation, Usage } from '../../contract/chat.ts';
import type { Citation } from '../../contract/passage.ts';
import type { AnswerPart } from '../answer-part.ts';

/** What every completion and chunk of one answer repeats. */
export interface CompletionHead {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
  /** Scheme, host and port for links to documents. */
  readonly origin: string;
}

type Done = Extract<AnswerPart, { type: 'done' }>;

/** A citation in OpenAI's form; the address opens the document at its page. */
export function urlCitation(citation: Citation, origin: string): UrlCitation {
  const { passage } = citation;
  const page = passage.page === null ? '' : `#page=${passage.page}`;
  return {
    type: 'url_citation',
    url_citation: {
      start_index: citation.answerStart,
      end_index: citation.answerEnd,
      title: passage.source,
      url: `${origin}/v1/documents/${encodeURIComponent(passage.documentId)}/content${page}`,
    },
  };
}

/** Tokens as the model counted them; an extract uses none. */
function usageOf({ usage }: Done): Usage {
  const { promptTokens, completionTokens } = usage ?? { promptTokens: 0, completionTokens: 0 };
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** All parts of an answer as one completion. */
export async function toCompletion(
  parts: AsyncIterable<AnswerPart>,
  head: CompletionHead,
): Promise<ChatCompletion> {
  for await (const part of parts) {
    if (part.type !== 'done') continue;
    const { id, created, model, origin } = head;
    return {
      id,
      object: 'chat.completion',
      created,
      model,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: part.text,
            refusal: null,
            annotations: part.details.citations.map((citation) => urlCitation(citation, origin)),
          },
          logprobs: null,
          finish_reason: part.finishReason,
        },
      ],
      usage: usageOf(part),
      sluice: part.details,
    };
  }
  throw new AppError('internal', 'The answer ended before it was complete.');
}

/** Parts of an answer as the chunks of a streamed completion. */
export async function* toChunks(
  parts: AsyncIterable<AnswerPart>,
  head: CompletionHead,
  includeUsage: boolean,
): AsyncGenerator<ChatCompletionChunk> {
  const { id, created, model, origin } = head;
  let state: Extract<AnswerPart, { type: 'state' }> | null = null;
  type Choice = ChatCompletionChunk['choices'][number];
  const chunk = (
    delta: Choice['delta'],
    finish: Choice['finish_reason'],
    more: Partial<NonNullable<ChatCompletionChunk['sluice']>> | null,
  ): ChatCompletionChunk => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(includeUsage ? { usage: null } : {}),
    ...(more && state
      ? {
          sluice: { conversationId: state.conversationId, turnId: state.turnId, state: state.state, ...more },
        }
      : {}),
  });
  for await (const part of parts) {
    if (part.type === 'state') {
      const first = state === null;
      state = part;
      yield chunk(first ? { role: 'assistant', content: '' } : {}, null, {});
    } else if (part.type === 'text-delta') yield chunk({ content: part.text }, null, null);
    else if (part.type === 'citation')
      yield chunk({ annotations: [urlCitation(part.citation, origin)] }, null, { citation: part.citation });
    else if (part.type === 'done') {
      yield chunk({}, part.finishReason, { state: 'answered', details: part.details });
      if (includeUsage) yield { ...chunk({}, null, null), choices: [], usage: usageOf(part) };
    }
  }
}
