import { useState } from 'preact/hooks';
import { useMessages } from '../language/language-context.ts';

/** The clipboard of browsers is closed to pages without TLS; there, an old way through a selection still works. */
async function copy(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

export function CopyButton({ text }: { readonly text: string }) {
  const messages = useMessages();
  const [copied, setCopied] = useState(false);
  const onClick = (): void => {
    copy(text).then(
      () => {
        setCopied(true);
        window.setTimeout(() => setCopied(false), 1500);
      },
      // Refused by the visitor or the browser: the button simply does not say "copied".
      () => {},
    );
  };
  return (
    <button type="button" class="link" onClick={onClick}>
      {copied ? messages.copied : messages.copy}
    </button>
  );
}
