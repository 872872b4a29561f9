import { sentenceOf } from '../api/sentence-of.ts';
import { useMessages } from '../language/language-context.ts';
import { RemoveButton } from './remove-button.tsx';
import type { Conversations } from './use-conversations.ts';

interface ConversationListProps {
  readonly conversations: Conversations;
  readonly openId: string | null;
  readonly onOpen: (id: string) => void;
  readonly onRemove: (id: string) => void;
}

export function ConversationList({ conversations, openId, onOpen, onRemove }: ConversationListProps) {
  const messages = useMessages();
  const { list, error } = conversations;
  return (
    <>
      {error !== null && <p class="problem">{sentenceOf(error, messages)}</p>}
      {list === null && error === null && <p class="quiet">{messages.loading}</p>}
      {list?.length === 0 && <p class="quiet">{messages.noConversations}</p>}
      <ul class="conversations">
        {list?.map(({ id, title }) => (
          <li key={id} data-open={id === openId}>
            <button
              type="button"
              class="conversation"
              aria-current={id === openId ? 'true' : undefined}
              onClick={() => onOpen(id)}
            >
              {title || messages.untitled}
            </button>
            <RemoveButton name={title || messages.untitled} onRemove={() => onRemove(id)} />
          </li>
        ))}
      </ul>
    </>
  );
}
