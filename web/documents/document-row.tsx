import type { DocumentView } from '../../src/contract/document.ts';
import { RemoveButton } from '../conversations/remove-button.tsx';
import { formatBytes } from '../language/format.ts';
import { useMessages } from '../language/language-context.ts';

interface DocumentRowProps {
  readonly document: DocumentView;
  readonly onRemove: () => void;
}

/** A document with its state; while it is read, how far; when it failed, why. */
export function DocumentRow({ document, onRemove }: DocumentRowProps) {
  const messages = useMessages();
  const { source, state, bytes, pages, chunks, progressRatio, error } = document;
  const facts = [
    formatBytes(bytes),
    pages !== null && messages.pages(pages),
    state === 'ready' && messages.chunks(chunks),
  ].filter((fact) => fact !== false);
  return (
    <li class="document" data-state={state}>
      <span class="document-name">{source}</span>
      <span class="document-state">{messages.documentState[state]}</span>
      <span class="document-facts">{facts.join(' · ')}</span>
      <RemoveButton name={source} onRemove={onRemove} />
      {state === 'ingesting' && (
        <progress
          max={1}
          value={progressRatio}
          aria-label={`${messages.documentState.ingesting} ${source}`}
        />
      )}
      {error !== null && <p class="problem">{error}</p>}
    </li>
  );
}
