import type { Passage } from '../contract/passage.ts';
import type { IndexScope } from './index/passage-index.ts';
import type { WeightedText } from './retrieval/weighted-text.ts';

export interface RetrieveRequest {
  readonly scope: IndexScope;
  readonly query: string | readonly WeightedText[];
  /** 1 to 100. */
  readonly topK: number;
  readonly signal: AbortSignal;
}

/** Best first, at most topK, all from one state of the index. */
export type Retrieve = (request: RetrieveRequest) => Promise<{
  readonly generation: number;
  readonly passages: readonly Passage[];
  readonly tookMs: number;
}>;
