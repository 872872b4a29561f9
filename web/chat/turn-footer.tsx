import { formatMs } from '../language/format.ts';
import { useMessages } from '../language/language-context.ts';
import type { PageTurn } from './chat-state.ts';
import { CopyButton } from './copy-button.tsx';
import { copyText } from './copy-text.ts';

interface TurnFooterProps {
  readonly turn: PageTurn;
  /** Null while another turn is being answered. */
  readonly onRetry: (() => void) | null;
}

/** What came of a turn: whether its citations hold, how long it was held, and what can be done with it. */
export function TurnFooter({ turn, onRetry }: TurnFooterProps) {
  const messages = useMessages();
  const verified = turn.citations.filter((citation) => citation.verified).length;
  const retriable = turn.state === 'failed' || turn.state === 'interrupted';
  const problem =
    turn.state === 'failed'
      ? (turn.error ?? messages.failed)
      : turn.state === 'interrupted'
        ? messages.interrupted
        : null;
  return (
    <>
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {turn.state === 'abandoned' && <p class="quiet">{messages.abandoned}</p>}
      <p class="turn-footer">
        {turn.state === 'answered' && turn.citations.length > 0 && (
          <span class="verdict" data-all={verified === turn.citations.length}>
            {messages.verifiedCount(verified, turn.citations.length)}
          </span>
        )}
        {turn.heldMs !== null && turn.heldMs > 0 && (
          <span>
            {turn.coldStart ? messages.heldCold(formatMs(turn.heldMs)) : messages.held(formatMs(turn.heldMs))}
          </span>
        )}
        {turn.state === 'answered' && <CopyButton text={copyText(turn)} />}
        {retriable && onRetry && (
          <button type="button" class="button" onClick={onRetry}>
            {messages.tryAgain}
          </button>
        )}
      </p>
    </>
  );
}
