/** A text made comparable, with the way back to the original. */
export interface FoldedText {
  readonly text: string;
  /** Original offset of each UTF-16 unit of `text`, plus one past the end. */
  readonly offsets: readonly number[];
}

const quotes = /[‘’‚‛′＇`´]/u;
const doubleQuotes = /[“”„‟″«»＂「」『』]/u;
const dashes = /[‐‑‒–—―−－﹣]/u;
const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/u;
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/** One character in folded form: width, case, quotes and dashes are alike afterwards. */
function foldChar(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x80) return code >= 65 && code <= 90 ? char.toLowerCase() : char === '`' ? "'" : char;
  if (invisible.test(char)) return '';
  if (quotes.test(char)) return "'";
  if (doubleQuotes.test(char)) return '"';
  if (dashes.test(char)) return '-';
  if (char === '。') return '.';
  if (char === '、') return ',';
  return char.normalize('NFKC').toLowerCase();
}

/**
 * Folds width, case, quotes, dashes and white space; white space next to a CJK character disappears, other runs
 * become one space. Words stay in place, so a span found here maps back through `offsets`.
 */
export function foldText(original: string): FoldedText {
  const out: string[] = [];
  const offsets: number[] = [];
  let gap = -1;
  let at = 0;
  for (const char of original) {
    if (/\s/u.test(char)) {
      if (gap < 0 && out.length > 0) gap = at;
    } else {
      const folded = foldChar(char);
      if (gap >= 0 && folded !== '') {
        const before = out.at(-1) ?? '';
        if (!cjk.test(char) && !cjk.test(before)) {
          out.push(' ');
          offsets.push(gap);
        }
        gap = -1;
      }
      for (const unit of folded.split('')) {
        out.push(unit);
        offsets.push(at);
      }
    }
    at += char.length;
  }
  offsets.push(original.length);
  return { text: out.join(''), offsets };
}
