import { AppError } from '../../contract/app-error.ts';
import type { AnswerWriter } from '../generation/answer-writer.ts';
import type { AnswerTrace, WriterNotes } from './answer-trace.ts';

/** How an answer compares with the same question answered once more from the same passages. */
export interface Replay {
  readonly turnId: string;
  readonly same: boolean;
  readonly answer: string;
  readonly replayed: string;
  /** What differs, in words; empty when the answer is the same. */
  readonly differences: readonly string[];
}

/**
 * Answers a traced question again from the stored passages, without retrieval.
 *
 * @throws AppError `unsupported` when the trace had to leave passages out.
 */
export async function replayTrace(
  trace: AnswerTrace,
  writer: AnswerWriter,
  tenant: string,
  signal: AbortSignal,
): Promise<Replay> {
  if (trace.truncated)
    throw new AppError(
      'unsupported',
      'The passages of this turn were too long to be stored with it, so it cannot be replayed. Ask the question again.',
    );
  const statistics = trace.notes?.statistics ?? null;
  let replayed = '';
  let grounded = false;
  let notes: WriterNotes | null = null;
  const request = {
    question: trace.question,
    query: trace.standaloneQuery,
    history: trace.history,
    passages: trace.passages,
    scope: { tenant, collection: trace.collection },
    ...(statistics === null
      ? {}
      : { statistics: { chunks: statistics.chunks, frequency: new Map(statistics.frequency) } }),
  };
  for await (const part of writer.write(request, signal)) {
    if (part.type === 'text-delta') replayed += part.text;
    else if (part.type === 'text-end') ({ grounded, notes = null } = part);
  }
  const differences = [
    ...(writer.name === trace.writer ? [] : [`It was written by ${trace.writer}, now by ${writer.name}.`]),
    ...((notes?.requestHash ?? null) === (trace.notes?.requestHash ?? null)
      ? []
      : ['The request to the model is another one.']),
    ...(grounded === trace.grounded
      ? []
      : [grounded ? 'It was refused, and is answered now.' : 'It was answered, and is refused now.']),
    ...(replayed === trace.answer ? [] : ['The words of the answer differ.']),
  ];
  const same = replayed === trace.answer && grounded === trace.grounded;
  return { turnId: trace.turnId, same, answer: trace.answer, replayed, differences };
}
