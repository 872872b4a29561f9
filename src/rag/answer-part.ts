import type { AnswerDetails } from '../contract/chat.ts';
import type { TurnView } from '../contract/conversation.ts';
import type { Citation } from '../contract/passage.ts';

/** Where and as what an answer's parts belong together. */
export interface TurnIdentity {
  readonly conversationId: string;
  readonly turnId: string;
}

/**
 * What an answer is made of, in this order: `state` whenever it changes (`received` first, once the question is
 * stored), one `text-start`, `text-delta` and `citation` mixed, one `done`. An error is thrown, not a part.
 */
export type AnswerPart =
  | ({ readonly type: 'state'; readonly state: TurnView['state'] } & TurnIdentity)
  | { readonly type: 'text-start' }
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'citation'; readonly citation: Citation }
  | {
      readonly type: 'done';
      readonly text: string;
      readonly finishReason: 'stop' | 'length';
      readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | null;
      readonly details: AnswerDetails;
    };
