import type { Citation } from '../../src/contract/passage.ts';

/** Whether two are the same citation of one answer: it comes once while the answer is written and again at its end. */
export function sameCitation(a: Citation | null, b: Citation): boolean {
  return (
    a !== null && a.number === b.number && a.answerStart === b.answerStart && a.passage.id === b.passage.id
  );
}
