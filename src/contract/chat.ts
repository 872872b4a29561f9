import * as z from 'zod';
import { TurnState } from './conversation.ts';
import { Citation } from './passage.ts';

const TextPart = z.object({ type: z.literal('text'), text: z.string() });

/** Loose where OpenAI's clients send more than Sluice uses; strict on what it uses. */
export const ChatMessage = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(z.union([TextPart, z.object({ type: z.string() })]))]).nullish(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

export const ChatRequest = z.object({
  model: z.string().nullish(),
  messages: z.array(ChatMessage).min(1).max(1000),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  /** Sluice's own: continue this conversation. Without it a new one is begun and its id returned. */
  conversation_id: z.string().max(128).nullish(),
  /** Sluice's own: which collection to answer from. @defaultValue "default" */
  collection: z.string().min(1).max(128).nullish(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

/** OpenAI's form of a citation on an answer. */
export const UrlCitation = z.object({
  type: z.literal('url_citation'),
  url_citation: z.object({
    start_index: z.number().int(),
    end_index: z.number().int(),
    title: z.string(),
    url: z.string(),
  }),
});
export type UrlCitation = z.infer<typeof UrlCitation>;

/** The extension field `sluice` of a completion and of the last chunk of a streamed one. */
export const AnswerDetails = z.object({
  conversationId: z.string(),
  turnId: z.string(),
  standaloneQuery: z.string(),
  /** Index generation that the passages are from. */
  generation: z.number().int(),
  grounded: z.boolean(),
  citations: z.array(Citation),
});
export type AnswerDetails = z.infer<typeof AnswerDetails>;

const Usage = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
});
export type Usage = z.infer<typeof Usage>;

export const ChatCompletion = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.number().int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.number().int(),
      message: z.object({
        role: z.literal('assistant'),
        content: z.string(),
        refusal: z.null(),
        annotations: z.array(UrlCitation),
      }),
      logprobs: z.null(),
      finish_reason: z.enum(['stop', 'length']),
    }),
  ),
  usage: Usage,
  sluice: AnswerDetails,
});
export type ChatCompletion = z.infer<typeof ChatCompletion>;

/** Sluice's progress on a chunk: which conversation, which state, which citations so far. */
export const ChunkDetails = z.object({
  conversationId: z.string(),
  turnId: z.string(),
  state: TurnState,
  citation: Citation.optional(),
  details: AnswerDetails.optional(),
});
export type ChunkDetails = z.infer<typeof ChunkDetails>;

export const ChatCompletionChunk = z.object({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  created: z.number().int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.number().int(),
      delta: z.object({
        role: z.literal('assistant').optional(),
        content: z.string().optional(),
        annotations: z.array(UrlCitation).optional(),
      }),
      logprobs: z.null(),
      finish_reason: z.enum(['stop', 'length']).nullable(),
    }),
  ),
  usage: Usage.nullish(),
  sluice: ChunkDetails.optional(),
});
export type ChatCompletionChunk = z.infer<typeof ChatCompletionChunk>;
