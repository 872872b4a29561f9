import type { PassageIndex } from '../index/passage-index.ts';
import type { DocumentCatalogue } from './document-catalogue.ts';

/**
 * Takes a document out of catalogue, search and storage. Should this process die on the way, a worker ends it.
 *
 * @returns false for an unknown id and for another tenant's.
 */
export async function removeDocument(
  { catalogue, index }: { readonly catalogue: DocumentCatalogue; readonly index: PassageIndex },
  tenant: string,
  documentId: string,
): Promise<boolean> {
  const scope = await catalogue.remove(tenant, documentId);
  if (!scope) return false;
  await index.removeDocument(scope, documentId);
  await catalogue.forget(documentId);
  return true;
}
