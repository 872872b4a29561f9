import { useEffect, useRef, useState } from 'preact/hooks';
import { useMessages } from '../language/language-context.ts';

interface RemoveButtonProps {
  readonly name: string;
  readonly onRemove: () => void;
}

/** Deletes after a second question in the same place; Escape keeps. */
export function RemoveButton({ name, onRemove }: RemoveButtonProps) {
  const messages = useMessages();
  const [asking, setAsking] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    if (asking) keep.current?.focus();
    else if (asked.current) first.current?.focus();
    asked.current = asking;
  }, [asking]);
  if (!asking) {
    return (
      <button
        ref={first}
        type="button"
        class="icon-button remove"
        aria-label={messages.remove(name)}
        onClick={() => setAsking(true)}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M3 4.5h10M6.5 4V2.5h3V4M4.5 4.5l.6 9h5.8l.6-9" />
        </svg>
      </button>
    );
  }
  return (
    <span
      class="sure"
      role="group"
      aria-label={messages.remove(name)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        event.preventDefault();
        setAsking(false);
      }}
    >
      <button type="button" class="link link-danger" onClick={onRemove}>
        {messages.removeYes}
      </button>
      <button ref={keep} type="button" class="link" onClick={() => setAsking(false)}>
        {messages.removeNo}
      </button>
    </span>
  );
}
