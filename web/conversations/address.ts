const prefix = '#conversation=';

/** The page's address while a conversation is shown; `/` without one. */
export function addressOf(conversationId: string | null): string {
  return conversationId === null ? '/' : `/${prefix}${encodeURIComponent(conversationId)}`;
}

/** The conversation that the fragment of an address names; null when it names none. */
export function readAddress(hash: string): string | null {
  if (!hash.startsWith(prefix)) return null;
  try {
    return decodeURIComponent(hash.slice(prefix.length)) || null;
  } catch {
    // A damaged address is an address without a conversation.
    return null;
  }
}
