import type { Citation } from '../../src/contract/passage.ts';

/** How well a stretch of an answer is borne out. `plain`: no citation covers it. */
export type Support = 'verified' | 'unverified' | 'plain';

/** A stretch of the answer's text, and the citations whose marks stand right after it. */
export interface AnswerSegment {
  readonly text: string;
  readonly start: number;
  readonly support: Support;
  readonly marks: readonly Citation[];
}

/**
 * Cuts an answer where its citations begin and end. The texts of all segments together are the answer. A stretch is
 * `verified` when one verified citation covers it. A citation whose sentence is not there to its end (it is still being
 * written, say) is left out.
 */
export function markAnswer(text: string, citations: readonly Citation[]): readonly AnswerSegment[] {
  const spans = citations
    .map((citation) => ({ citation, start: citation.answerStart, end: citation.answerEnd }))
    .filter(({ start, end }) => start >= 0 && start < end && end <= text.length);
  const cuts = [...new Set([0, text.length, ...spans.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  const segments: AnswerSegment[] = [];
  for (const [index, start] of cuts.entries()) {
    const end = cuts[index + 1];
    if (end === undefined) break;
    const covering = spans.filter((span) => span.start <= start && span.end >= end);
    const marks = spans
      .filter((span) => span.end === end)
      .map(({ citation }) => citation)
      .sort((a, b) => a.number - b.number);
    segments.push({ text: text.slice(start, end), start, support: supportOf(covering), marks });
  }
  return segments;
}

function supportOf(covering: readonly { readonly citation: Citation }[]): Support {
  if (covering.length === 0) return 'plain';
  return covering.some(({ citation }) => citation.verified) ? 'verified' : 'unverified';
}
