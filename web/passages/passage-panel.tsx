import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Citation } from '../../src/contract/passage.ts';
import { useMessages } from '../language/language-context.ts';
import { documentLink } from './document-link.ts';
import { highlight } from './highlight.ts';
import { sameCitation } from './same-citation.ts';
import { useOpenDocument } from './open-document.ts';

interface PassagePanelProps {
  readonly citation: Citation;
  /** All citations of the same answer, for stepping through them. */
  readonly siblings: readonly Citation[];
  readonly onSelect: (citation: Citation) => void;
  readonly onClose: () => void;
}

/** The passage that a citation rests on, whole, with the cited words marked. */
export function PassagePanel({ citation, siblings, onSelect, onClose }: PassagePanelProps) {
  const messages = useMessages();
  const title = useRef<HTMLHeadingElement>(null);
  const quote = useRef<HTMLElement>(null);
  const openDocument = useOpenDocument();
  const { passage } = citation;
  const { before, quote: words, after } = highlight(citation);

  // Before the next key is pressed: Escape must find the focus here.
  useLayoutEffect(() => {
    title.current?.focus({ preventScroll: true });
    quote.current?.scrollIntoView({ block: 'center' });
  }, [citation]);

  return (
    <aside
      class="panel"
      aria-label={messages.passages}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header class="panel-head">
        <h2 ref={title} tabIndex={-1}>
          {messages.passageTitle(citation.number)}
        </h2>
        <button type="button" class="icon-button" aria-label={messages.close} onClick={onClose}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="M3.5 3.5l9 9m0-9l-9 9" />
          </svg>
        </button>
      </header>
      {siblings.length > 1 && (
        <div class="panel-steps">
          {siblings.map((other) => (
            <button
              key={`${other.number}-${other.answerStart}-${other.passage.id}`}
              type="button"
              class="mark"
              data-verified={other.verified}
              aria-current={sameCitation(citation, other)}
              aria-label={messages.citation(other.number, other.verified, other.passage.source)}
              onClick={() => onSelect(other)}
            >
              {other.number}
              {!other.verified && <span aria-hidden="true">?</span>}
            </button>
          ))}
        </div>
      )}
      <div class="panel-body">
        <p class="source">
          <strong>{passage.source}</strong>
          {passage.page !== null && <span> · {messages.page(passage.page)}</span>}
        </p>
        {passage.headingPath.length > 0 && <p class="heading-path">{passage.headingPath.join(' › ')}</p>}
        <div class="verdict-box" data-verified={citation.verified}>
          <strong>{citation.verified ? messages.verified : messages.unverified}</strong>
          {citation.verified ? (
            <p>{messages.verifiedWhy}</p>
          ) : (
            citation.problems.map((problem) => <p key={problem}>{messages.problems[problem] ?? problem}</p>)
          )}
        </div>
        <blockquote class="passage">
          {before}
          {words && <mark ref={quote}>{words}</mark>}
          {after}
        </blockquote>
        <a
          class="button"
          href={documentLink(passage)}
          target="_blank"
          rel="noopener"
          onClick={(event) => openDocument(event, passage)}
        >
          {messages.openDocument}
        </a>
      </div>
    </aside>
  );
}
