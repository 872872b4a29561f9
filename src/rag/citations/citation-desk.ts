import type { Citation, Passage } from '../../contract/passage.ts';
import { bestPassage, citeSentence } from './cite-sentence.ts';
import { contentWords } from './content-words.ts';

/** Cites the sentences of one answer in their order; the same passage keeps its number. */
export interface CitationDesk {
  readonly citations: readonly Citation[];
  /** @param passages those the sentence names; none lets the desk look for the one that bears it out best. */
  cite(
    sentence: { readonly text: string; readonly start: number; readonly end: number },
    passages: readonly Passage[],
  ): readonly Citation[];
}

/** A sentence with fewer words of its own ("Yes.", "In short:") asserts nothing that could be looked up. */
const minWords = 3;

export function createCitationDesk(retrieved: readonly Passage[]): CitationDesk {
  const citations: Citation[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (passage: Passage): number => {
    const number = numbers.get(passage.id) ?? numbers.size + 1;
    numbers.set(passage.id, number);
    return number;
  };
  return {
    citations,
    cite: (sentence, passages) => {
      let cited = passages;
      if (cited.length === 0) {
        const best =
          contentWords(sentence.text).size >= minWords ? bestPassage(sentence.text, retrieved) : null;
        cited = best ? [best] : [];
      }
      const made = cited.map((passage) => citeSentence(sentence, passage, numberOf(passage)));
      citations.push(...made);
      return made;
    },
  };
}
