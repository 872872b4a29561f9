/** What a piece of a written answer holds once its marks are taken out. */
export type MarkedPart =
  | { readonly type: 'text'; readonly text: string }
  /** Numbers as written, from 1. */
  | { readonly type: 'marks'; readonly numbers: readonly number[] };

/** `[3]`, `[1, 2]`, `[1][2]`, `【3】`, with the blanks before them. */
const whole =
  /[ \t]*(?:\[|【)\s*(?:\^|passage\s*|source\s*)?(\d{1,3}(?:\s*[,，、;–-]\s*\d{1,3})*)\s*(?:\]|】)/iu;
/** What may still become a mark when more text comes. */
const beginning =
  /[ \t]*(?:(?:\[|【)\s*(?:\^|p|pa|pas|pass|passa|passag|passage\s*|s|so|sou|sour|sourc|source\s*)?(?:\d[\d\s,，、;–-]*)?)?$/iu;

function numbersOf(text: string): number[] {
  return text.split(/[,，、;]/u).flatMap((part) => {
    const [from = 0, to = from] = part.split(/[–-]/u).map(Number);
    return to >= from && to - from < 20
      ? Array.from({ length: to - from + 1 }, (_, index) => from + index)
      : [from];
  });
}

/**
 * Takes `[n]` marks out of a stream of text cut anywhere. @returns `push` for a piece; `flush` for what was held back.
 * A bracket that holds no number stays text.
 */
export function createMarkReader(): { push(piece: string): MarkedPart[]; flush(): MarkedPart[] } {
  let held = '';
  const read = (last: boolean): MarkedPart[] => {
    const parts: MarkedPart[] = [];
    for (;;) {
      const found = whole.exec(held);
      if (!found) break;
      if (found.index > 0) parts.push({ type: 'text', text: held.slice(0, found.index) });
      parts.push({ type: 'marks', numbers: numbersOf(found[1] ?? '') });
      held = held.slice(found.index + found[0].length);
    }
    const keep = last ? held.length : (beginning.exec(held)?.index ?? held.length);
    // A bracket that is still open after 40 characters is no mark.
    const cut = held.length - keep > 40 ? held.length : keep;
    if (cut > 0) parts.push({ type: 'text', text: held.slice(0, cut) });
    held = held.slice(cut);
    return parts;
  };
  return {
    push: (piece) => {
      held += piece;
      return read(false);
    },
    flush: () => read(true),
  };
}
