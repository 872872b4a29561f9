import { englishStem } from './english-stem.ts';
import type { WeightedText } from './weighted-text.ts';

/** Rises whenever the same text would give other tokens: an index records which one it was made with. */
export const analysisVersion = 1;

/** Scripts written without spaces, plus Hangul, whose particles stick to their words. */
const unspaced =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー';
const hasUnspaced = new RegExp(`[${unspaced}]`, 'u');
const unspacedRuns = new RegExp(`[${unspaced}]+`, 'gu');
/** An acronym with dots, a number with separators, or a run of letters and digits with inner apostrophes. */
const pieces = /(?:\p{L}\.){2,}|\p{Nd}+(?:[.,]\p{Nd}+)+|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu;
const englishWord = /^[a-z']+$/;
const nonAscii = /[^\0-\x7f]/;
const latinMarks = /[\u0300-\u036f]/g;
const leadingNumber = /^(\d+)[a-z]/;

/** Stems seen before: words repeat, and a look-up is ten times faster than the rules. Emptied when full. */
const stems = new Map<string, string>();
const maxStems = 20_000;

/** Built when the first text needs it: loading its dictionary costs 8 to 25 ms. */
let segmenter: Intl.Segmenter | null = null;

/**
 * `12,000` and `12000` meet, and so do `3,5` and `3.5`; a dot is read as a decimal point, so `1.000` stays as it is.
 * Things like `1.2.3` stay whole.
 */
function numberToken(piece: string): string {
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(piece)) return piece.replaceAll(',', '');
  if (/^\d{1,3}(?:\.\d{3})+,\d+$/.test(piece)) return piece.replaceAll('.', '').replace(',', '.');
  return piece.replaceAll(',', '.');
}

function stem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= maxStems) stems.clear();
  const made = englishStem(word);
  stems.set(word, made);
  return made;
}

function addSpaced(text: string, tokens: string[]): void {
  for (const [piece] of text.matchAll(pieces)) {
    if (piece.includes('.') || piece.includes(',')) {
      tokens.push(/^\p{Nd}/u.test(piece) ? numberToken(piece) : piece.replaceAll('.', ''));
      continue;
    }
    let word = piece.replaceAll('’', "'");
    // Accents are folded for Latin letters only; in other scripts marks carry meaning.
    if (nonAscii.test(word) && /\p{Script=Latin}/u.test(word))
      word = word.normalize('NFD').replace(latinMarks, '');
    tokens.push(englishWord.test(word) ? stem(word) : word);
    // "500gb" is also found by "500 GB", "1990s" also by "1990".
    const number = leadingNumber.exec(word)?.[1];
    if (number !== undefined) tokens.push(number);
  }
}

function addUnspaced(run: string, tokens: string[]): void {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
  for (const { segment } of segmenter.segment(run)) tokens.push(segment);
  const characters = Array.from(run);
  for (let index = 1; index < characters.length; index += 1) {
    tokens.push(`${characters[index - 1]}${characters[index]}`);
  }
}

/**
 * The tokens of a text, in rising order of place within each script: lower-case words stemmed as English, numbers
 * whole, and for scripts without spaces dictionary words and character pairs side by side (nDCG@10 on Chinese .99
 * against .98 for pairs alone).
 */
export function analyse(text: string): string[] {
  const normal = text.normalize('NFKC').toLowerCase();
  const tokens: string[] = [];
  if (!hasUnspaced.test(normal)) {
    addSpaced(normal, tokens);
    return tokens;
  }
  let from = 0;
  for (const found of normal.matchAll(unspacedRuns)) {
    addSpaced(normal.slice(from, found.index), tokens);
    addUnspaced(found[0], tokens);
    from = found.index + found[0].length;
  }
  addSpaced(normal.slice(from), tokens);
  return tokens;
}

/** The distinct terms of a query: counting repeated ones costs 2 points of nDCG on Chinese questions. */
export function queryTerms(text: string): string[] {
  return [...new Set(analyse(text))];
}

/** Distinct terms of every part, each with the sum of the weights of the parts that hold it. */
export function weightedTerms(parts: readonly WeightedText[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const { text, weight } of parts) {
    for (const term of queryTerms(text)) weights.set(term, (weights.get(term) ?? 0) + weight);
  }
  return weights;
}
