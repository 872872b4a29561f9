import type { ConversationDetail, TurnState, TurnView } from '../../src/contract/conversation.ts';
import type { Citation } from '../../src/contract/passage.ts';
import { sameCitation } from '../passages/same-citation.ts';
import type { ChunkNews } from './read-chunk.ts';

/** A turn as the page shows it. `sending`: nobody has answered yet, so it is on its way or held by the gateway. */
export interface PageTurn {
  /** Stable while the turn is shown, also before the server has named it. */
  readonly key: string;
  /** The server's id; null until it is known. */
  readonly id: string | null;
  readonly question: string;
  readonly state: TurnState | 'sending';
  readonly answer: string;
  readonly citations: readonly Citation[];
  readonly grounded: boolean;
  readonly error: string | null;
  /** How long the gateway held the request; null when it did not say. */
  readonly heldMs: number | null;
  readonly coldStart: boolean;
}

export interface ChatState {
  readonly conversationId: string | null;
  readonly turns: readonly PageTurn[];
  /** Key of the turn that is being answered. */
  readonly runningKey: string | null;
}

export type ChatAction =
  | { readonly type: 'begun-anew' }
  | { readonly type: 'opened'; readonly conversation: ConversationDetail }
  | { readonly type: 'asked'; readonly key: string; readonly question: string }
  | { readonly type: 'retried'; readonly key: string }
  | {
      readonly type: 'accepted';
      readonly key: string;
      readonly heldMs: number | null;
      readonly coldStart: boolean;
    }
  | { readonly type: 'news'; readonly key: string; readonly news: ChunkNews }
  | { readonly type: 'ended'; readonly key: string }
  | { readonly type: 'stopped'; readonly key: string }
  | { readonly type: 'failed'; readonly key: string; readonly message: string };

export const emptyChat: ChatState = { conversationId: null, turns: [], runningKey: null };

const fresh = {
  state: 'sending',
  answer: '',
  citations: [],
  grounded: true,
  error: null,
  heldMs: null,
  coldStart: false,
} as const;

/** States in which nothing more will come by itself. */
export const isOver = (state: PageTurn['state']): boolean =>
  state === 'answered' || state === 'failed' || state === 'abandoned' || state === 'interrupted';

/** The page's chat after an action. An action about a turn that is no longer shown changes nothing. */
export function chatReducer(chat: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case 'begun-anew':
      return emptyChat;
    case 'opened':
      return {
        conversationId: action.conversation.id,
        turns: action.conversation.turns.map(fromView),
        runningKey: null,
      };
    case 'asked':
      return {
        ...chat,
        turns: [...chat.turns, { key: action.key, id: null, question: action.question, ...fresh }],
        runningKey: action.key,
      };
    case 'retried':
      return changeTurn({ ...chat, runningKey: action.key }, action.key, (turn) => ({ ...turn, ...fresh }));
    case 'accepted':
      return changeTurn(chat, action.key, (turn) => ({
        ...turn,
        state: 'received',
        heldMs: action.heldMs,
        coldStart: action.coldStart,
      }));
    case 'news': {
      const known = chat.turns.some((turn) => turn.key === action.key);
      const conversationId = known
        ? (action.news.conversationId ?? chat.conversationId)
        : chat.conversationId;
      return changeTurn({ ...chat, conversationId }, action.key, (turn) => afterNews(turn, action.news));
    }
    case 'ended':
      // A stream that closes before it says how the turn ended was cut: the replica died.
      return finish(chat, action.key, (turn) =>
        isOver(turn.state) ? turn : { ...turn, state: 'interrupted' },
      );
    case 'stopped':
      return finish(chat, action.key, (turn) => ({ ...turn, state: 'abandoned' }));
    case 'failed':
      return finish(chat, action.key, (turn) => ({ ...turn, state: 'failed', error: action.message }));
  }
}

function afterNews(turn: PageTurn, news: ChunkNews): PageTurn {
  const id = news.turnId ?? turn.id;
  if (news.error !== null) return { ...turn, id, state: 'failed', error: news.error };
  const state = news.state ?? (news.finished ? 'answered' : news.text ? 'generating' : turn.state);
  const citations = news.citation ? withCitation(turn.citations, news.citation) : turn.citations;
  const next = { ...turn, id, state, answer: turn.answer + news.text, citations };
  if (!news.details) return next;
  return { ...next, citations: news.details.citations, grounded: news.details.grounded };
}

/** A citation may be sent again once it has been checked: the later one counts. */
function withCitation(citations: readonly Citation[], added: Citation): readonly Citation[] {
  return [...citations.filter((known) => !sameCitation(known, added)), added];
}

function changeTurn(chat: ChatState, key: string, change: (turn: PageTurn) => PageTurn): ChatState {
  return { ...chat, turns: chat.turns.map((turn) => (turn.key === key ? change(turn) : turn)) };
}

function finish(chat: ChatState, key: string, change: (turn: PageTurn) => PageTurn): ChatState {
  const changed = changeTurn(chat, key, change);
  return { ...changed, runningKey: changed.runningKey === key ? null : changed.runningKey };
}

function fromView(turn: TurnView): PageTurn {
  const { id, question, state, answer, citations, grounded, error } = turn;
  return { key: id, id, question, state, answer, citations, grounded, error, heldMs: null, coldStart: false };
}
