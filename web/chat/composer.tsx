import { useEffect, useRef, useState } from 'preact/hooks';
import { useMessages } from '../language/language-context.ts';

interface ComposerProps {
  readonly running: boolean;
  readonly onAsk: (question: string) => void;
  readonly onStop: () => void;
}

/** Below the 8192 that a query may have. Unit: UTF-16 units. */
const maxQuestionLength = 8000;

/** Where the question is written. While an answer is on its way, the button stops it. */
export function Composer({ running, onAsk, onStop }: ComposerProps) {
  const messages = useMessages();
  const [text, setText] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      const typing = target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      box.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const send = (): void => {
    const question = text.trim();
    if (!question || running) return;
    onAsk(question);
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter while an input method is composing picks a word; it does not send.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="composer-inside">
        <label class="unseen" for="ask">
          {messages.ask}
        </label>
        <textarea
          id="ask"
          ref={box}
          // Where the browser does not fit the field to its content by itself.
          rows={Math.min(8, text.split('\n').length)}
          maxLength={maxQuestionLength}
          placeholder={messages.ask}
          aria-describedby="ask-hint"
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {running ? (
          <button type="button" class="button" onClick={onStop}>
            {messages.stop}
          </button>
        ) : (
          <button type="submit" class="button button-main" disabled={!text.trim()}>
            {messages.send}
          </button>
        )}
        <p id="ask-hint" class="hint">
          {messages.askHint}
        </p>
      </div>
    </form>
  );
}
