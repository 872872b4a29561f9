import type { ConversationDetail, ConversationView, TurnView } from '../../contract/conversation.ts';
import type { Citation } from '../../contract/passage.ts';
import type { Principal } from '../../contract/principal.ts';
import type { StoredState } from './turn-transitions.ts';

/** Who is answering a turn, and until when nobody else may. */
export interface TurnLease {
  /** Replica id. */
  readonly holder: string;
  readonly untilMs: number;
}

export interface NewTurn {
  readonly turnId: string;
  /** Continues this conversation; null begins one under `newConversationId`. */
  readonly conversationId: string | null;
  readonly newConversationId: string;
  readonly collection: string;
  readonly question: string;
  /** The same key of the same principal names the same turn, whatever the question; null for none. */
  readonly idempotencyKey: string | null;
  readonly lease: TurnLease;
}

/** What progress writes: the next state, and what is known by then. */
export interface TurnProgress {
  readonly state: StoredState;
  readonly standaloneQuery?: string;
  readonly answer?: string;
  readonly citations?: readonly Citation[];
  readonly grounded?: boolean;
  /** What the answer was made of, as `traceText` writes it; kept beside the turn and gone with it. */
  readonly trace?: string;
  /** A sentence for the asker. */
  readonly error?: string | null;
}

export interface BegunTurn {
  readonly conversation: ConversationView;
  readonly turn: TurnView;
  /** Turns of the conversation before this one, oldest first. */
  readonly earlier: readonly TurnView[];
  /** False when the idempotency key named a turn that exists. */
  readonly created: boolean;
}

export interface ConversationPage {
  /** 1 to 200. */
  readonly limit: number;
  /** Only conversations changed before this one; null starts with the newest. */
  readonly after: string | null;
}

/** Turns of one conversation at most; beyond it `conflict` asks for a new conversation. */
export const maxTurns = 500;

/**
 * Conversations outlive the replica. A turn is stored before it is answered; while it is answered its lease keeps
 * others off. Everything is inside one principal: what belongs to another is `not-found`, as if it did not exist.
 */
export interface ConversationStore extends AsyncDisposable {
  readonly name: string;
  /** An empty conversation. */
  create(
    principal: Principal,
    conversation: { readonly id: string; readonly title: string; readonly collection: string },
    nowMs: number,
  ): Promise<ConversationView>;
  /** Newest change first, at most `limit`. @throws AppError `not-found` for an unknown `after`. */
  list(principal: Principal, page: ConversationPage): Promise<readonly ConversationView[]>;
  /** With all turns in order. @throws AppError `not-found`. */
  read(principal: Principal, conversationId: string, nowMs: number): Promise<ConversationDetail>;
  /** With its turns, for good. @throws AppError `not-found`. */
  remove(principal: Principal, conversationId: string): Promise<void>;
  /**
   * Stores the question as `received` under the lease; survives a power cut once resolved. The first question titles
   * an untitled conversation. @throws AppError `not-found` for the conversation, `conflict` when it is full.
   */
  begin(principal: Principal, turn: NewTurn, nowMs: number): Promise<BegunTurn>;
  /**
   * Takes a failed, abandoned or interrupted turn up again: `received`, empty, under the lease.
   * @throws AppError `not-found`; `conflict` when it is answered or being answered.
   */
  retry(
    principal: Principal,
    conversationId: string,
    turnId: string,
    lease: TurnLease,
    nowMs: number,
  ): Promise<BegunTurn>;
  /**
   * Moves a turn on. A final state ends the lease.
   * @throws AppError `conflict` when the move is not in the table of transitions or the lease is another's.
   */
  advance(turnId: string, holder: string, progress: TurnProgress, nowMs: number): Promise<void>;
  /** As `advance` was given it. @throws AppError `not-found` for a turn without one, or another's. */
  trace(principal: Principal, turnId: string): Promise<string>;
  /** Prolongs the lease. @returns false when it is lost: taken over by a retry, or the turn is gone or final. */
  renew(turnId: string, lease: TurnLease, nowMs: number): Promise<boolean>;
}
