import type { Citation } from '../../src/contract/passage.ts';
import { useMessages } from '../language/language-context.ts';
import { markAnswer } from './mark-answer.ts';

interface AnswerTextProps {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly writing: boolean;
  /** The citation whose passage is open. */
  readonly active: Citation | null;
  readonly onOpen: (citation: Citation, from: HTMLElement) => void;
}

/** An answer with a number behind each sentence that a citation bears out. */
export function AnswerText({ text, citations, writing, active, onOpen }: AnswerTextProps) {
  const messages = useMessages();
  return (
    <p class="answer-text">
      {markAnswer(text, citations).map(({ text: words, start, support, marks }) => (
        <span key={start}>
          <span class={`support-${support}`} data-active={active !== null && marks.includes(active)}>
            {words}
          </span>
          {marks.map((citation) => (
            <button
              key={`${citation.number}-${citation.passage.id}`}
              type="button"
              class="mark"
              data-verified={citation.verified}
              aria-label={messages.citation(citation.number, citation.verified, citation.passage.source)}
              aria-expanded={citation === active}
              onClick={(event) => onOpen(citation, event.currentTarget)}
            >
              {citation.number}
              {!citation.verified && <span aria-hidden="true">?</span>}
            </button>
          ))}
        </span>
      ))}
      {writing && <span class="caret" aria-hidden="true" />}
    </p>
  );
}
