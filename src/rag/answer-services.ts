import type { Principal } from '../contract/principal.ts';
import type { Clock } from '../platform/clock.ts';
import type { ConversationStore } from './conversation/conversation-store.ts';
import type { Asked } from './conversation/open-turn.ts';
import type { StandAloneServices } from './conversation/stand-alone.ts';
import type { AnswerWriter } from './generation/answer-writer.ts';
import type { ModelMessage } from './generation/language-model.ts';
import type { Retrieve } from './retrieve.ts';

/** What an answer is made with. */
export interface AnswerServices extends StandAloneServices {
  readonly store: ConversationStore;
  readonly retrieve: Retrieve;
  /** Says which writer answers; asked once a turn, so that a model is looked up when it is needed. */
  readonly writer: () => Promise<AnswerWriter>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly replicaId: string;
}

/** Who asks what. */
export interface AnswerRequest {
  readonly principal: Principal;
  readonly asked: Asked;
  /** Dialogue that the client carries itself, oldest first, without the question. */
  readonly clientHistory: readonly ModelMessage[];
}
