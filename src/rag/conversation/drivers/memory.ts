import type { ConversationStore } from '../conversation-store.ts';
import { createSqliteConversations } from './sqlite.ts';

/** Conversations that end with the process: SQLite in memory, so that it behaves to the letter as the file does. */
export function createMemoryConversations(): ConversationStore {
  return { ...createSqliteConversations({ path: ':memory:' }), name: 'memory' };
}
