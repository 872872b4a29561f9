import type { Passage } from '../../contract/passage.ts';
import { splitSentences, type Span } from '../citations/split-sentences.ts';
import { analyse } from '../retrieval/analysis.ts';

/** A sentence of a passage as it is weighed: its words, and the words around and above it. */
export interface ReadSentence extends Span {
  readonly passage: Passage;
  /** 0-based place of the passage in the retrieved order. */
  readonly passageRank: number;
  /** 0-based place in the passage. */
  readonly index: number;
  readonly text: string;
  readonly tokens: readonly string[];
  readonly words: ReadonlySet<string>;
  /** Words of the sentences before and after. */
  readonly around: ReadonlySet<string>;
  /** Words of title and headings. */
  readonly above: ReadonlySet<string>;
  /** Words of the innermost heading. */
  readonly heading: ReadonlySet<string>;
  /** Years that title, headings or file name give to the whole passage. */
  readonly years: ReadonlySet<string>;
}

/** Sentences looked at in one passage, so that a long one costs no more than a page. */
const maxSentences = 400;
/** An answer to a question that stands in the text is about as long as a sentence. */
const maxAnswer = 600;

/** Four digits that are a year, as written. */
export const yearsIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/(?<!\d)(?:1[5-9]|20)\d\d(?!\d)/g)].map(([year]) => year));

/** A question that the text itself asks goes together with the sentence behind it, which answers it. */
function withAnswers(text: string, spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (let at = 0; at < spans.length; at += 1) {
    const span = spans[at];
    if (!span) continue;
    const next = spans[at + 1];
    const asks = /[?？]$/.test(text.slice(span.start, span.end));
    if (
      asks &&
      next &&
      next.end - next.start <= maxAnswer &&
      !/[?？]$/.test(text.slice(next.start, next.end))
    ) {
      joined.push({ start: span.start, end: next.end });
      at += 1;
    } else joined.push(span);
  }
  return joined;
}

/** The sentences of passages, in order, ready to be weighed any number of times. */
export function readPassages(passages: readonly Passage[]): ReadSentence[] {
  return passages.flatMap((passage, passageRank) => {
    const heading = [passage.title, ...passage.headingPath].join(' ');
    const above = new Set(analyse(heading));
    const innermost = new Set(analyse(passage.headingPath.at(-1) ?? ''));
    const years = yearsIn(`${heading} ${passage.source}`);
    const { text } = passage;
    const spans = withAnswers(text, splitSentences(text).slice(0, maxSentences));
    const tokens = spans.map(({ start, end }) => analyse(text.slice(start, end)));
    return spans.map(({ start, end }, index): ReadSentence => ({
      passage,
      passageRank,
      index,
      start,
      end,
      text: text.slice(start, end),
      tokens: tokens[index] ?? [],
      words: new Set(tokens[index]),
      around: new Set([...(tokens[index - 1] ?? []), ...(tokens[index + 1] ?? [])]),
      above,
      heading: innermost,
      years,
    }));
  });
}
