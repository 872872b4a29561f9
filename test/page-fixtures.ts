import type { DocumentView } from '../src/contract/document.ts';
import type { Citation } from '../src/contract/passage.ts';
import type { ReplicaView } from '../src/contract/scaling.ts';

/** What an answer consists of, and how it ends. */
export interface ScriptedAnswer {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly grounded?: boolean;
  /** `cut`: the connection breaks after half of the text. `refused`: 503 before anything. */
  readonly end?: 'whole' | 'cut' | 'refused';
  /** Milliseconds between two pieces. */
  readonly paceMs?: number;
  readonly heldMs?: number;
}

export const replica = (id: string, state: ReplicaView['state']): ReplicaView => ({
  id,
  state,
  pid: 1,
  inFlight: 0,
  startedAtMs: 0,
  readyAtMs: null,
  restarts: 0,
});

export const scripted = (
  sentences: readonly { text: string; source: string; passage: string; page?: number; verified?: boolean }[],
): ScriptedAnswer => {
  let text = '';
  const citations = sentences.map(({ text: sentence, source, passage, page, verified = true }, index) => {
    const answerStart = text.length + (text ? 1 : 0);
    text += (text ? ' ' : '') + sentence;
    const quote = passage.includes(sentence) ? sentence : null;
    const quoteStart = quote === null ? null : passage.indexOf(quote);
    return {
      number: index + 1,
      answerStart,
      answerEnd: text.length,
      quote,
      quoteStart,
      quoteEnd: quoteStart === null ? null : quoteStart + sentence.length,
      verified,
      problems: verified ? [] : (['number-not-found'] as const).slice(),
      passage: {
        id: `chunk-${index}`,
        documentId: `document-${index}`,
        documentVersion: 'v1',
        collection: 'default',
        source,
        title: source,
        headingPath: ['Guide to the locks', 'Table of locks'],
        text: passage,
        start: 0,
        end: passage.length,
        page: page ?? null,
        boxes: [],
        score: 1,
      },
    };
  });
  return { text, citations };
};

export const documentFixture = (part: Partial<DocumentView>): DocumentView => ({
  id: 'd1',
  collection: 'default',
  source: 'guide.md',
  title: 'Guide',
  mediaType: 'text/markdown',
  bytes: 3641,
  version: null,
  state: 'ready',
  progressRatio: 0,
  chunks: 12,
  pages: null,
  error: null,
  createdAtMs: 0,
  updatedAtMs: 0,
  ...part,
});
