import type { Citation } from '../../src/contract/passage.ts';

/** A whole citation for tests; give only what the test is about. */
export function citationFixture(part: Partial<Citation> = {}): Citation {
  return {
    number: 1,
    answerStart: 0,
    answerEnd: 1,
    quote: 'A sluice holds water back.',
    quoteStart: 0,
    quoteEnd: 26,
    verified: true,
    problems: [],
    ...part,
    passage: part.passage ?? {
      id: 'chunk-1',
      documentId: 'document-1',
      documentVersion: 'v1',
      collection: 'default',
      source: 'guide.md',
      title: 'Guide',
      headingPath: ['Guide'],
      text: 'A sluice holds water back. It opens when needed.',
      start: 0,
      end: 48,
      page: null,
      boxes: [],
      score: 1,
    },
  };
}
