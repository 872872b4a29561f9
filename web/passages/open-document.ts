import type { Passage } from '../../src/contract/passage.ts';
import { useApi } from '../api/api-context.ts';
import { documentLink } from './document-link.ts';

/**
 * A handler for links to a document. A plain link carries no API key, so with a key the bytes are fetched and saved;
 * without one the browser follows the link by itself. Saved, not shown: an uploaded page must not run as ours.
 */
export function useOpenDocument(): (event: MouseEvent, passage: Passage) => void {
  const api = useApi();
  return (event, passage) => {
    if (api.key() === null) return;
    event.preventDefault();
    const save = async (): Promise<void> => {
      const response = await api.fetch(documentLink(passage).split('#')[0] ?? '');
      const url = URL.createObjectURL(await response.blob());
      const link = document.createElement('a');
      link.href = url;
      link.download = passage.source.split('/').at(-1) ?? 'document';
      link.click();
      URL.revokeObjectURL(url);
    };
    // A refusal asks for the key; any other failure leaves the page as it was, with the link to try again.
    save().catch(() => {});
  };
}
