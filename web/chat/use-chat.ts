import { useEffect, useReducer, useRef } from 'preact/hooks';
import { coldStartHeader, heldMsHeader } from '../../src/contract/headers.ts';
import type { Api } from '../api/api.ts';
import { sentenceOf } from '../api/sentence-of.ts';
import type { Messages } from '../language/messages.ts';
import { readConversation } from '../conversations/read-conversations.ts';
import { chatReducer, emptyChat, isOver, type ChatState, type PageTurn } from './chat-state.ts';
import { newKey } from './new-key.ts';
import { streamAnswer } from './stream-answer.ts';

/** A turn that another tab has asked, or that was under way when the page was opened, is looked at this often. */
const pollMs = 2000;

export interface Chat extends ChatState {
  ask(question: string): void;
  /** Asks again for a turn that failed or was cut off. */
  retry(turn: PageTurn): void;
  stop(): void;
  /** @throws ApiError */
  open(conversationId: string): Promise<void>;
  beginAnew(): void;
}

/** The conversation on the page. `onTurnOver` is called when a turn has ended, whatever way. */
export function useChat(api: Api, messages: Messages, onTurnOver: () => void): Chat {
  const [state, dispatch] = useReducer(chatReducer, emptyChat);
  const running = useRef<AbortController | null>(null);
  // Which view of the chat is shown: an answer that opens late must not replace a newer one.
  const shown = useRef(0);

  const stop = (): void => running.current?.abort();

  const open = async (conversationId: string): Promise<void> => {
    stop();
    shown.current += 1;
    const view = shown.current;
    const json = await api.json(`/v1/conversations/${encodeURIComponent(conversationId)}`);
    const conversation = readConversation(json);
    if (conversation && view === shown.current) dispatch({ type: 'opened', conversation });
  };

  // Ends by itself: a turn whose replica has died is shown as interrupted by the server.
  useEffect(() => {
    const { conversationId, runningKey, turns } = state;
    if (conversationId === null || runningKey !== null || turns.every((turn) => isOver(turn.state)))
      return undefined;
    const timer = window.setTimeout(() => void open(conversationId).catch(() => {}), pollMs);
    return () => window.clearTimeout(timer);
  }, [state]);

  const run = async (key: string, path: string, body: unknown): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    try {
      const response = await api.fetch(path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          // Asked again under the same key, a question that did arrive is not stored twice.
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
        signal: controller.signal,
      });
      const heldMs = Number(response.headers.get(heldMsHeader) ?? Number.NaN);
      dispatch({
        type: 'accepted',
        key,
        heldMs: Number.isFinite(heldMs) ? heldMs : null,
        coldStart: response.headers.get(coldStartHeader) === 'true',
      });
      const streamed = response.headers.get('content-type')?.startsWith('text/event-stream');
      if (!streamed) {
        // An answer in one piece: the stored turn has all of it.
        if (state.conversationId !== null) await open(state.conversationId);
        return;
      }
      if (response.body) {
        for await (const news of streamAnswer(response.body)) dispatch({ type: 'news', key, news });
      }
      dispatch({ type: 'ended', key });
    } catch (error) {
      if (controller.signal.aborted) dispatch({ type: 'stopped', key });
      // A connection that breaks after the head is a turn cut off, not a refusal.
      else if (error instanceof TypeError) dispatch({ type: 'ended', key });
      else dispatch({ type: 'failed', key, message: sentenceOf(error, messages) });
    } finally {
      if (running.current === controller) running.current = null;
      onTurnOver();
    }
  };

  const chatBody = (question: string): unknown => ({
    messages: [{ role: 'user', content: question }],
    stream: true,
    ...(state.conversationId === null ? {} : { conversation_id: state.conversationId }),
  });

  return {
    ...state,
    stop,
    open,
    ask(question) {
      const key = newKey();
      dispatch({ type: 'asked', key, question });
      void run(key, '/v1/chat/completions', chatBody(question));
    },
    retry(turn) {
      dispatch({ type: 'retried', key: turn.key });
      if (turn.id === null || state.conversationId === null) {
        // The server never stored it: it is asked as if for the first time.
        void run(turn.key, '/v1/chat/completions', chatBody(turn.question));
        return;
      }
      const conversation = encodeURIComponent(state.conversationId);
      const path = `/v1/conversations/${conversation}/turns/${encodeURIComponent(turn.id)}/retry`;
      void run(turn.key, path, { stream: true });
    },
    beginAnew() {
      stop();
      shown.current += 1;
      dispatch({ type: 'begun-anew' });
    },
  };
}
