import type { Citation } from '../../src/contract/passage.ts';
import { useMessages } from '../language/language-context.ts';
import type { LiveState } from '../scaling/scaling-state.ts';
import { AnswerText } from './answer-text.tsx';
import { isOver, type PageTurn } from './chat-state.ts';
import { TurnFooter } from './turn-footer.tsx';
import { waitWords } from './wait-words.ts';

interface TurnViewProps {
  readonly turn: PageTurn;
  readonly live: LiveState;
  readonly active: Citation | null;
  readonly onOpen: (citation: Citation, from: HTMLElement) => void;
  readonly onRetry: (() => void) | null;
}

/** A question and what came of it. */
export function TurnView({ turn, live, active, onOpen, onRetry }: TurnViewProps) {
  const messages = useMessages();
  const over = isOver(turn.state);
  return (
    <article class="turn" data-state={turn.state}>
      <h2 class="question">
        <span class="unseen">{messages.you}: </span>
        {turn.question}
      </h2>
      {turn.state === 'answered' && !turn.grounded && <p class="not-found">{messages.notInDocuments}</p>}
      {turn.answer !== '' && (
        <AnswerText
          text={turn.answer}
          citations={turn.citations}
          writing={!over}
          active={active}
          onOpen={onOpen}
        />
      )}
      {!over && (
        <p class="wait">
          <span class="ripple" aria-hidden="true" />
          {waitWords(turn, live, messages)}
        </p>
      )}
      <TurnFooter turn={turn} onRetry={onRetry} />
    </article>
  );
}
