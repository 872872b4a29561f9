import * as z from 'zod';

/** Where a document stands on its way into the index. */
export const DocumentState = z.enum(['queued', 'ingesting', 'ready', 'failed']);
export type DocumentState = z.infer<typeof DocumentState>;

export const DocumentView = z.object({
  id: z.string(),
  collection: z.string(),
  source: z.string(),
  title: z.string(),
  mediaType: z.string(),
  bytes: z.number().int().min(0),
  /** sha-256 of the bytes that are searchable now; null until the first version is. */
  version: z.string().nullable(),
  state: DocumentState,
  /** 0 to 1 while ingesting; 1 once ready. */
  progressRatio: z.number().min(0).max(1),
  chunks: z.number().int().min(0),
  pages: z.number().int().min(0).nullable(),
  /** A sentence naming what is wrong with the file and what to do; null unless `failed`. */
  error: z.string().nullable(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type DocumentView = z.infer<typeof DocumentView>;

export const DocumentList = z.object({ object: z.literal('list'), data: z.array(DocumentView) });
export type DocumentList = z.infer<typeof DocumentList>;

/** The text of a document as it was extracted, for showing a passage in its place. */
export const DocumentText = z.object({ id: z.string(), version: z.string(), text: z.string() });
export type DocumentText = z.infer<typeof DocumentText>;

export const CollectionView = z.object({
  name: z.string(),
  documents: z.number().int().min(0),
  chunks: z.number().int().min(0),
});
export type CollectionView = z.infer<typeof CollectionView>;

export const CollectionList = z.object({ object: z.literal('list'), data: z.array(CollectionView) });
export type CollectionList = z.infer<typeof CollectionList>;
