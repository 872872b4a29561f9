import * as z from 'zod';
import { Passage } from './passage.ts';

export const SearchRequest = z.strictObject({
  query: z.string().min(1).max(8192),
  collection: z.string().min(1).max(128).optional(),
  /** How many passages at most, 1 to 100. @defaultValue 10 */
  topK: z.number().int().min(1).max(100).default(10),
});
export type SearchRequest = z.infer<typeof SearchRequest>;

export const SearchResponse = z.object({
  object: z.literal('search'),
  query: z.string(),
  /** Which state of the index was searched: rises by one with every committed change of it. */
  generation: z.number().int().min(0),
  tookMs: z.number(),
  passages: z.array(Passage),
});
export type SearchResponse = z.infer<typeof SearchResponse>;
