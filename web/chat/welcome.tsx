import { useMessages } from '../language/language-context.ts';

interface WelcomeProps {
  /** True once it is known that there is nothing to ask about. */
  readonly empty: boolean;
  readonly onAddDocuments: () => void;
}

/** What a new conversation shows before its first question. */
export function Welcome({ empty, onAddDocuments }: WelcomeProps) {
  const messages = useMessages();
  return (
    <div class="welcome">
      <h1>{messages.welcome}</h1>
      <p>{empty ? messages.welcomeEmpty : messages.welcomeText}</p>
      {empty && (
        <button type="button" class="button button-main" onClick={onAddDocuments}>
          {messages.addDocuments}
        </button>
      )}
    </div>
  );
}
