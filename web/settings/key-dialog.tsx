import { useEffect, useRef, useState } from 'preact/hooks';
import { useMessages } from '../language/language-context.ts';

interface KeyDialogProps {
  /** The server refused a key that it was given. */
  readonly wrong: boolean;
  readonly onKey: (key: string) => void;
  readonly onClose: () => void;
}

/** Asks for the API key; shown only when the server wants one. */
export function KeyDialog({ wrong, onKey, onClose }: KeyDialogProps) {
  const messages = useMessages();
  const dialog = useRef<HTMLDialogElement>(null);
  const [key, setKey] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="key-dialog" aria-labelledby="key-title" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim()) onKey(key.trim());
        }}
      >
        <h2 id="key-title">{messages.keyTitle}</h2>
        <p>{messages.keyText}</p>
        {wrong && (
          <p class="problem" role="alert">
            {messages.keyWrong}
          </p>
        )}
        <label for="key">{messages.keyLabel}</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <button type="submit" class="button button-main" disabled={!key.trim()}>
          {messages.keySave}
        </button>
      </form>
    </dialog>
  );
}
