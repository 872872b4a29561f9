import { foldText } from './fold-text.ts';
import { splitSentences, type Span } from './split-sentences.ts';
import { contentWords } from './content-words.ts';

export interface LocatedQuote extends Span {
  /** `exact`: the sentence itself; `folded`: but for width, case, punctuation marks and white space; `overlap`: the nearest sentences. */
  readonly how: 'exact' | 'folded' | 'overlap';
  /** Share of the sentence's content words that stand in the quote, 0 to 1. */
  readonly overlap: number;
}

const edges = /^[\s"'.,;:!?()[\]-]+|[\s"'.,;:!?()[\]-]+$/gu;

function find(sentence: string, text: string): LocatedQuote | null {
  const plain = sentence.trim();
  const at = text.indexOf(plain);
  if (plain !== '' && at >= 0) return { start: at, end: at + plain.length, how: 'exact', overlap: 1 };
  const needle = foldText(plain).text.replace(edges, '');
  if (needle.length < 4) return null;
  const { text: folded, offsets } = foldText(text);
  const found = folded.indexOf(needle);
  if (found < 0) return null;
  const before = folded[found - 1] ?? ' ';
  const after = folded[found + needle.length] ?? ' ';
  // A match that begins or ends inside a word or number is another word or number.
  if (/[\p{Script=Latin}\d]/u.test(before) && /^[\p{Script=Latin}\d]/u.test(needle)) return null;
  if (/[\p{Script=Latin}\d]/u.test(after) && /[\p{Script=Latin}\d]$/u.test(needle)) return null;
  const last = offsets[found + needle.length - 1] ?? 0;
  return { start: offsets[found] ?? 0, end: last + 1, how: 'folded', overlap: 1 };
}

/**
 * Where a passage bears a sentence out: the sentence itself, else one to three neighbouring sentences of the passage
 * that hold most of its content words; shorter wins when nothing is lost. Null when not even a fifth of them stand together.
 */
export function locateQuote(sentence: string, text: string): LocatedQuote | null {
  const found = find(sentence, text);
  if (found) return found;
  const wanted = contentWords(sentence);
  if (wanted.size === 0) return null;
  const sentences = splitSentences(text).map((span) => ({
    ...span,
    words: contentWords(text.slice(span.start, span.end)),
  }));
  let best: LocatedQuote | null = null;
  let bestScore = 0;
  for (const [index, first] of sentences.entries()) {
    const seen = new Set<string>();
    for (let size = 0; size < 3; size += 1) {
      const last = sentences[index + size];
      if (!last) break;
      for (const word of wanted) if (last.words.has(word)) seen.add(word);
      const overlap = seen.size / wanted.size;
      const score = overlap - 0.08 * size;
      if (overlap >= 0.2 && score > bestScore + 1e-9) {
        bestScore = score;
        best = { start: first.start, end: last.end, how: 'overlap', overlap };
      }
    }
  }
  return best;
}
