import type { Passage } from '../../contract/passage.ts';
import type { IndexScope } from '../index/passage-index.ts';
import type { WriterNotes } from '../trace/answer-trace.ts';
import type { ModelMessage } from './language-model.ts';
import type { TermStatistics } from './weigh-parts.ts';

export interface WriteRequest {
  /** As asked. The answer is in its language. */
  readonly question: string;
  /** As it was searched for, standing alone. */
  readonly query: string;
  /** Earlier turns, oldest first, already within the history budget. */
  readonly history: readonly ModelMessage[];
  /** Best first. */
  readonly passages: readonly Passage[];
  readonly scope: IndexScope;
  /** How rare terms were, for a turn that is replayed; else the index is asked. */
  readonly statistics?: TermStatistics;
}

/**
 * Stream parts, in this order: one `text-start`; `text-delta` and `claim` mixed, a claim after all of its text; one
 * `text-end`.
 */
export type WriterPart =
  | { readonly type: 'text-start' }
  | { readonly type: 'text-delta'; readonly text: string }
  /** A whole sentence of the text so far (UTF-16 units, end exclusive) and the places of the passages it cites; none when it names none. */
  | {
      readonly type: 'claim';
      readonly start: number;
      readonly end: number;
      readonly passages: readonly number[];
    }
  | {
      readonly type: 'text-end';
      readonly finishReason: 'stop' | 'length';
      readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | null;
      /** False when the text says that the documents do not hold the answer. */
      readonly grounded: boolean;
      /** For the trace. */
      readonly notes?: WriterNotes;
    };

/** Turns passages into an answer: by extracting sentences, or with a language model. */
export interface AnswerWriter {
  /** `extractive`, or the model's name. */
  readonly name: string;
  /** @throws AppError what the model throws; an extract throws nothing. */
  write(request: WriteRequest, signal?: AbortSignal): AsyncIterable<WriterPart>;
}
