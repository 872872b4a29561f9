import { splitSentences } from '../citations/split-sentences.ts';

/** A whole sentence of the answer and the numbers it cites, from 1. */
export interface MarkedSentence {
  readonly start: number;
  readonly end: number;
  readonly numbers: readonly number[];
}

/** Gathers a written answer and tells each sentence once it is complete, with the marks that stand in or right after it. */
export interface ClaimTracker {
  /** The visible text so far. */
  readonly text: string;
  addText(text: string): MarkedSentence[];
  addMarks(numbers: readonly number[]): void;
  end(): MarkedSentence[];
}

export function createClaimTracker(): ClaimTracker {
  let text = '';
  let told = 0;
  const marks: { at: number; numbers: readonly number[] }[] = [];
  const tell = (last: boolean): MarkedSentence[] => {
    const sentences = splitSentences(text.slice(told)).map(({ start, end }) => ({
      start: start + told,
      end: end + told,
    }));
    const complete = last ? sentences : sentences.slice(0, -1);
    const from = told;
    const result = complete.map(({ start, end }, index) => {
      const previousEnd = complete[index - 1]?.end ?? from;
      // A mark belongs to the sentence it stands behind: "… litres.[1] Next" and "… litres [1]. Next" alike.
      const until = sentences[index + 1]?.start ?? Infinity;
      const numbers = marks.filter(
        ({ at }) =>
          at > (index === 0 ? from - 1 : previousEnd) &&
          at <= (last && index === complete.length - 1 ? Infinity : until) &&
          !(at >= until),
      );
      return { start, end, numbers: [...new Set(numbers.flatMap(({ numbers }) => numbers))] };
    });
    const lastTold = complete.at(-1);
    if (lastTold) {
      // The next sentence's start: marks between the two were this one's.
      told = sentences[complete.length]?.start ?? text.length;
      while (marks[0] && marks[0].at < told) marks.shift();
    }
    return result;
  };
  return {
    get text() {
      return text;
    },
    addText: (more) => {
      text += more;
      return tell(false);
    },
    addMarks: (numbers) => {
      marks.push({ at: text.trimEnd().length, numbers });
    },
    end: () => tell(true),
  };
}
