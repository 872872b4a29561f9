import * as z from 'zod';
import { Citation } from './passage.ts';

/**
 * Where a turn stands. `received` is stored before anything else happens. `interrupted` is what a reader is shown
 * for a turn whose replica died on the way; it can be retried. `abandoned`: the asker hung up.
 */
export const TurnState = z.enum([
  'received',
  'retrieving',
  'generating',
  'answered',
  'failed',
  'abandoned',
  'interrupted',
]);
export type TurnState = z.infer<typeof TurnState>;

export const TurnView = z.object({
  id: z.string(),
  conversationId: z.string(),
  /** 0-based place in the conversation. */
  position: z.number().int().min(0),
  question: z.string(),
  /** What retrieval asked for, after earlier turns were taken into account; null before retrieval. */
  standaloneQuery: z.string().nullable(),
  state: TurnState,
  answer: z.string(),
  citations: z.array(Citation),
  /** False when the documents do not hold the answer and the turn says so. */
  grounded: z.boolean(),
  error: z.string().nullable(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type TurnView = z.infer<typeof TurnView>;

export const ConversationView = z.object({
  id: z.string(),
  title: z.string(),
  collection: z.string(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type ConversationView = z.infer<typeof ConversationView>;

export const ConversationDetail = ConversationView.extend({ turns: z.array(TurnView) });
export type ConversationDetail = z.infer<typeof ConversationDetail>;

export const ConversationList = z.object({ object: z.literal('list'), data: z.array(ConversationView) });
export type ConversationList = z.infer<typeof ConversationList>;

export const CreateConversation = z.strictObject({
  title: z.string().max(200).optional(),
  collection: z.string().min(1).max(128).optional(),
});
export type CreateConversation = z.infer<typeof CreateConversation>;
