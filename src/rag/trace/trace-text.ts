import type { Citation, Passage } from '../../contract/passage.ts';
import type { AnswerTrace } from './answer-trace.ts';

/** UTF-16 units of a stored trace at most: a dozen passages need about 30,000. */
export const maxTraceLength = 200_000;

const withoutBoxes = (passage: Passage): Passage => ({ ...passage, boxes: [] });
const withoutPassage = ({
  passage,
  quote: _quote,
  ...citation
}: Citation): AnswerTrace['citations'][number] => ({
  ...citation,
  passageId: passage.id,
});

/** A trace as it is stored: passages are left out from the last on until it is small enough. */
export function traceText(
  trace: Omit<AnswerTrace, 'version' | 'truncated' | 'citations'> & {
    readonly citations: readonly Citation[];
  },
): string {
  const citations = trace.citations.map(withoutPassage);
  for (let kept = trace.passages.length; ; kept -= 1) {
    const passages = trace.passages.slice(0, kept).map(withoutBoxes);
    const truncated = kept < trace.passages.length;
    const full = { ...trace, version: 1, passages, citations, truncated } satisfies AnswerTrace;
    const text = JSON.stringify(full);
    if (text.length <= maxTraceLength || kept === 0)
      return text.length <= maxTraceLength ? text : JSON.stringify({ ...full, history: [], notes: null });
  }
}
