import { useMessages } from '../language/language-context.ts';
import type { LiveState } from '../scaling/scaling-state.ts';
import { isOver, type PageTurn } from './chat-state.ts';
import { waitWords } from './wait-words.ts';

interface AnnouncerProps {
  readonly turn: PageTurn | null;
  readonly live: LiveState;
}

/**
 * Tells screen readers each step of the last turn once, and its answer once it is complete: an answer that is read
 * out while it grows would be read again and again.
 */
export function Announcer({ turn, live }: AnnouncerProps) {
  const messages = useMessages();
  return (
    <p class="unseen" role="status" aria-live="polite" aria-atomic="true">
      {turn && (isOver(turn.state) ? lastWords(turn) : waitWords(turn, live, messages))}
    </p>
  );

  function lastWords({ state, answer, grounded }: PageTurn): string {
    if (state === 'answered') return `${grounded ? messages.answerReady : messages.notInDocuments} ${answer}`;
    return state === 'abandoned' ? messages.abandoned : '';
  }
}
