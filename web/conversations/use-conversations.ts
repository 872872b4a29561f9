import { useEffect, useState } from 'preact/hooks';
import type { ConversationView } from '../../src/contract/conversation.ts';
import type { Api } from '../api/api.ts';
import { readConversations } from './read-conversations.ts';

export interface Conversations {
  /** Null until they have been read. */
  readonly list: readonly ConversationView[] | null;
  /** Why the last reading or deleting failed. */
  readonly error: unknown;
  refresh(): Promise<void>;
  remove(id: string): Promise<void>;
}

/** The conversations of the visitor, newest first as the server sends them. */
export function useConversations(api: Api): Conversations {
  const [list, setList] = useState<readonly ConversationView[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const attempt = async (run: () => Promise<void>): Promise<void> => {
    try {
      await run();
      setError(null);
    } catch (caught) {
      setError(caught);
    }
  };
  const refresh = (): Promise<void> =>
    attempt(async () => setList(readConversations(await api.json('/v1/conversations'))));
  const remove = (id: string): Promise<void> =>
    attempt(async () => {
      await api.fetch(`/v1/conversations/${encodeURIComponent(id)}`, { method: 'DELETE' });
      setList((known) => known?.filter((one) => one.id !== id) ?? null);
    });
  useEffect(() => void refresh(), []);
  return { list, error, refresh, remove };
}
