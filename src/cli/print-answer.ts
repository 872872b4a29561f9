import type { AnswerDetails } from '../contract/chat.ts';
import type { Citation, CitationProblem, Passage } from '../contract/passage.ts';

const problemWords: Readonly<Record<CitationProblem, string>> = {
  'quote-not-found': 'the quoted words are not in the passage',
  'number-not-found': 'a number of the sentence is not in the passage',
  'number-mismatch': 'a number of the sentence differs from the passage',
  'date-not-found': 'a date of the sentence is not in the passage',
  'polarity-mismatch': 'the passage says the opposite',
  'name-not-found': 'a name of the sentence is not in the passage',
  'words-not-found': 'the words of the sentence are not in the passage',
  'passage-missing': 'no passage bears the sentence out',
};

/** `visitors/fees-2026.pdf:2`, or without the page where the format has none. */
export const placeOf = ({ source, page }: Passage): string => (page === null ? source : `${source}:${page}`);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** One citation, for a person: number, place, whether it was verified, and the words it rests on. */
export function citationLines(citation: Citation): string {
  const verdict = citation.verified
    ? 'verified'
    : `NOT VERIFIED: ${citation.problems.map((problem) => problemWords[problem]).join('; ') || 'no support found'}`;
  const heading = citation.passage.headingPath.at(-1);
  const place = `[${citation.number}] ${placeOf(citation.passage)}${heading ? ` › ${oneLine(heading)}` : ''}`;
  const quote = citation.quote === null ? '' : `\n    “${oneLine(citation.quote)}”`;
  return `${place} — ${verdict}${quote}`;
}

/** What follows the answer on a terminal; empty when nothing was cited. */
export function sourcesText({ citations, conversationId }: AnswerDetails): string {
  // One sentence may rest on a passage that another cites too: each number once, every unverified one shown.
  const shown = new Map<string, Citation>();
  for (const citation of citations) {
    const key = `${citation.number} ${citation.quote} ${citation.verified}`;
    if (!shown.has(key)) shown.set(key, citation);
  }
  const lines = [...shown.values()].map(citationLines);
  return `${lines.length > 0 ? `\n${lines.join('\n')}\n` : ''}\nconversation ${conversationId}\n`;
}
