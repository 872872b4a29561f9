import { AppError } from '../../contract/app-error.ts';
import type { Principal } from '../../contract/principal.ts';
import type { BegunTurn, ConversationStore, TurnLease } from './conversation-store.ts';

/** What is asked: a new question, or a turn that failed, was abandoned or interrupted, once more. */
export type Asked =
  | {
      readonly kind: 'question';
      readonly question: string;
      /** Null begins a conversation. */
      readonly conversationId: string | null;
      readonly collection: string;
      readonly idempotencyKey: string | null;
    }
  | { readonly kind: 'retry'; readonly conversationId: string; readonly turnId: string };

/**
 * Stores the turn before it is answered. `created` is false for an answered turn named by an idempotency key: it is
 * told again, not asked again. One that failed or was interrupted is taken up again.
 *
 * @throws AppError `conflict` while the same turn is being answered elsewhere, and for a key that named another question.
 */
export async function openTurn(
  store: ConversationStore,
  principal: Principal,
  asked: Asked,
  lease: TurnLease,
  ids: { readonly turnId: string; readonly conversationId: string },
  nowMs: number,
): Promise<BegunTurn> {
  if (asked.kind === 'retry') return store.retry(principal, asked.conversationId, asked.turnId, lease, nowMs);
  const { question, conversationId, collection, idempotencyKey } = asked;
  const begun = await store.begin(
    principal,
    {
      turnId: ids.turnId,
      newConversationId: ids.conversationId,
      conversationId,
      collection,
      question,
      idempotencyKey,
      lease,
    },
    nowMs,
  );
  const { turn } = begun;
  const isAnotherQuestion =
    turn.question !== question || (conversationId !== null && turn.conversationId !== conversationId);
  if (!begun.created && isAnotherQuestion)
    throw new AppError(
      'conflict',
      'This Idempotency-Key was used for another question. Send a new key with every new question.',
      { param: 'Idempotency-Key' },
    );
  if (begun.created || turn.state === 'answered') return begun;
  if (turn.state === 'failed' || turn.state === 'abandoned' || turn.state === 'interrupted')
    return store.retry(principal, turn.conversationId, turn.id, lease, nowMs);
  throw new AppError(
    'conflict',
    `The question of this Idempotency-Key is being answered (turn ${turn.id}). Read the conversation, or ask again later.`,
  );
}
