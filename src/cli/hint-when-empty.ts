import { DocumentList } from '../contract/document.ts';
import type { ApiClient } from './api-client.ts';

/** Nothing was found because there is nothing: says so on stderr, with what to do. */
export async function hintWhenEmpty(api: ApiClient, collection: string): Promise<void> {
  const query = new URLSearchParams({ collection }).toString();
  const response = await api.request(`/v1/documents?${query}`);
  const { data } = DocumentList.parse(await response.json());
  if (data.length > 0) return;
  console.error(
    `There are no documents in the collection "${collection}" yet: sluice ingest FOLDER puts some in.`,
  );
}
