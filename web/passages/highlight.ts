import type { Citation } from '../../src/contract/passage.ts';

/** A passage cut round its quote. `quote` is empty when none could be located. */
export interface Highlight {
  readonly before: string;
  readonly quote: string;
  readonly after: string;
}

/** Cuts a citation's passage at its quote. A span that does not lie within the passage marks nothing. */
export function highlight({ passage: { text }, quoteStart, quoteEnd }: Citation): Highlight {
  const valid =
    quoteStart !== null &&
    quoteEnd !== null &&
    quoteStart >= 0 &&
    quoteStart < quoteEnd &&
    quoteEnd <= text.length;
  if (!valid) return { before: text, quote: '', after: '' };
  return {
    before: text.slice(0, quoteStart),
    quote: text.slice(quoteStart, quoteEnd),
    after: text.slice(quoteEnd),
  };
}
