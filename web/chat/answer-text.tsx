import type { Citation } from '../../src/contract/passage.ts';
import { useMessages } from '../language/language-context.ts';
import { sameCitation } from '../passages/same-citation.ts';
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
      {markAnswer(text, citations).map(({ text: words, start, support, marks }) => {
        const tail =
          marks.length > 0
            ? (/(?:[^\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]{1,16}|.)$/su.exec(words)?.[0] ?? '')
            : '';
        return (
          <span
            key={start}
            class={`support-${support}`}
            data-active={marks.some((mark) => sameCitation(active, mark))}
          >
            {words.slice(0, words.length - tail.length)}
            {marks.length > 0 && (
              // The last word and the numbers stay together: a number never stands alone on the next line.
              <span class="together">
                {tail}
                {marks.map((citation) => (
                  <button
                    key={`${citation.number}-${citation.passage.id}`}
                    type="button"
                    class="mark"
                    data-verified={citation.verified}
                    aria-label={messages.citation(
                      citation.number,
                      citation.verified,
                      citation.passage.source,
                    )}
                    aria-expanded={sameCitation(active, citation)}
                    onClick={(event) => onOpen(citation, event.currentTarget)}
                  >
                    {citation.number}
                    {!citation.verified && <span aria-hidden="true">?</span>}
                  </button>
                ))}
              </span>
            )}
          </span>
        );
      })}
      {writing && <span class="caret" aria-hidden="true" />}
    </p>
  );
}
