import { ConversationList } from './conversations/conversation-list.tsx';
import type { Conversations } from './conversations/use-conversations.ts';
import { useMessages } from './language/language-context.ts';

interface RailProps {
  /** Counts on narrow screens only; on wide ones the rail is always there. */
  readonly open: boolean;
  readonly conversations: Conversations;
  readonly openId: string | null;
  /** Null until it is known. */
  readonly documentCount: number | null;
  readonly onClose: () => void;
  readonly onNew: () => void;
  readonly onOpen: (id: string) => void;
  readonly onRemove: (id: string) => void;
  readonly onDocuments: () => void;
}

/** The side of the page: conversations, and the way to the documents. */
export function Rail(props: RailProps) {
  const messages = useMessages();
  return (
    <>
      {props.open && <div class="rail-shade" onClick={props.onClose} />}
      <nav
        id="rail"
        class="rail"
        data-open={props.open}
        aria-label={messages.conversations}
        onKeyDown={(event) => {
          if (event.key === 'Escape') props.onClose();
        }}
      >
        <button type="button" class="button rail-new" onClick={props.onNew}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="M8 3v10M3 8h10" />
          </svg>
          {messages.newConversation}
        </button>
        <div class="rail-list">
          <ConversationList
            conversations={props.conversations}
            openId={props.openId}
            onOpen={props.onOpen}
            onRemove={props.onRemove}
          />
        </div>
        <button type="button" class="button rail-documents" onClick={props.onDocuments}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="M4 2h5l3 3v9H4zM9 2v3h3" />
          </svg>
          {messages.documents}
          {props.documentCount !== null && <span class="count">{props.documentCount}</span>}
        </button>
      </nav>
    </>
  );
}
