import type { Passage } from '../../src/contract/passage.ts';

/** Where the document of a passage opens; a PDF opens at the passage's page. */
export function documentLink({ documentId, source, page }: Passage): string {
  const path = `/v1/documents/${encodeURIComponent(documentId)}/content`;
  return page !== null && /\.pdf$/i.test(source) ? `${path}#page=${page}` : path;
}
