import type { Citation, Passage } from '../../contract/passage.ts';
import type { ModelMessage } from '../generation/language-model.ts';

/** What a writer says about how it wrote: enough to write the same again from the same passages. */
export interface WriterNotes {
  /** sha-256 of the messages sent to the model, hex; null without a model. */
  readonly requestHash: string | null;
  /** How many chunks held each term then, of how many; null where the writer does not weigh terms. */
  readonly statistics: {
    readonly chunks: number;
    readonly frequency: readonly (readonly [string, number])[];
  } | null;
  /** How likely the passages hold the answer, 0 to 1, as far as the writer weighs that. */
  readonly evidence: number | null;
  /** Sentences taken over: place of the passage, span in its text, and what spoke for the sentence, 0 to 1. */
  readonly sentences: readonly {
    readonly passage: number;
    readonly start: number;
    readonly end: number;
    readonly evidence: number;
  }[];
}

/** What an answer was made of. */
export interface AnswerTrace {
  /** Rises with every change of this shape. */
  readonly version: 1;
  readonly turnId: string;
  readonly conversationId: string;
  readonly collection: string;
  readonly question: string;
  readonly standaloneQuery: string;
  /** Dialogue that the writer was given, oldest first. */
  readonly history: readonly ModelMessage[];
  /** State of the index that was searched. */
  readonly generation: number;
  /** In the order in which the writer had them, with their scores; boxes are left out. */
  readonly passages: readonly Passage[];
  /** True when passages had to be left out to keep the trace small: such a turn cannot be replayed. */
  readonly truncated: boolean;
  /** `extractive`, or the model's name. */
  readonly writer: string;
  readonly notes: WriterNotes | null;
  readonly answer: string;
  readonly grounded: boolean;
  readonly citations: readonly (Omit<Citation, 'passage' | 'quote'> & { readonly passageId: string })[];
  /** Milliseconds since the question was stored. */
  readonly timings: {
    readonly retrievedMs: number;
    readonly firstTextMs: number | null;
    readonly answeredMs: number;
  };
}
