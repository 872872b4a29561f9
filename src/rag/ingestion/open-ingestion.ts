import { join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { createBlobStore, type BlobStore } from './blob-store.ts';
import type { DocumentCatalogue } from './document-catalogue.ts';
import { createSqliteCatalogue } from './drivers/sqlite.ts';

/** What replicas, workers and commands of one machine share: `<dataDir>/blobs` and `<dataDir>/catalogue.sqlite`. */
export function openIngestion(
  dataDir: string,
  clock: Clock,
): { readonly catalogue: DocumentCatalogue; readonly blobs: BlobStore } {
  const blobs = createBlobStore(join(dataDir, 'blobs'));
  const catalogue = createSqliteCatalogue({
    path: join(dataDir, 'catalogue.sqlite'),
    clock,
    dropBlob: (version) => blobs.drop(version),
  });
  return { catalogue, blobs };
}
