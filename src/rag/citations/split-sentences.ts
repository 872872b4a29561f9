/** A span of a text, UTF-16 units, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const closers = new Set('"\'”’」』）)】］]》〉*_');
const hardStops = new Set('。！？｡!?…');
/** Never end a sentence: a name or number follows. */
const titles = new Set(
  'mr mrs ms dr prof rev hon gen col capt lt sgt sen rep gov pres st mt ft vs cf fig figs eq no nos vol pp p ch sec art al e.g i.e approx ca resp dept est jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun'.split(
    ' ',
  ),
);
/** May end a sentence: they do when a word follows that usually begins one. */
const maybeEnds = new Set(
  'etc inc ltd co corp bros jr sr u.s u.k u.n e.u d.c a.m p.m ph.d b.c a.d min max'.split(' '),
);
const starters = new Set(
  'The A An In On At It He She They We I This That These Those There Its His Her Their After Before However When While For From But And As By If To Our You Each All'.split(
    ' ',
  ),
);
const listMarker =
  /^[ \t]*(?:[-*+•·▪‣]|\d{1,3}[.)、]|[a-z][.)]|[（(]?[一二三四五六七八九十]{1,3}[）)、.])[ \t]*(?=\S)/;
const blockLine = /^[ \t]*(?:\||#{1,6}\s|>)/;
const isHan = (char: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u.test(char);

/** Does the dot at `at` end a sentence? Called only when white space or the end follows it (and its closers). */
function dotEnds(text: string, from: number, at: number, next: number): boolean {
  const word = /[\p{L}\p{N}.]+$/u.exec(text.slice(Math.max(from, at - 24), at))?.[0] ?? '';
  const follows = /\S+/u.exec(text.slice(next, next + 24))?.[0] ?? '';
  if (/^\p{Ll}/u.test(follows)) return false;
  const key = word.toLowerCase();
  const known = titles.has(key) && !(key === 'no' && !/^\d/u.test(follows));
  if (known || /^\p{Lu}$/u.test(word) || /^(?:\p{L}\.)+\p{L}$/u.test(word) || maybeEnds.has(key)) {
    if (known || !maybeEnds.has(key)) return known || follows === '' ? follows === '' : starters.has(follows);
    return follows === '' || starters.has(follows.replace(/[^\p{L}]+$/u, ''));
  }
  // "1." at the head of a list item numbers it.
  return !(/^\d{1,3}$/u.test(word) && text.slice(from, at).trim() === word);
}

/** Does the line break at `at` end a sentence? Wrapped running text goes on; blocks and list items do not. */
function breakEnds(text: string, from: number, at: number): boolean {
  const rest = text.slice(at + 1, at + 200);
  if (/^[ \t]*(?:\r?\n|$)/u.test(rest)) return true;
  if (listMarker.test(rest) || blockLine.test(rest)) return true;
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const line = text.slice(Math.max(from, lineStart), at);
  if (blockLine.test(line) || line.includes('\t') || line.includes(' | ')) return true;
  const nextLine = rest.split('\n', 1)[0] ?? '';
  if (nextLine.includes('\t') || nextLine.includes(' | ')) return true;
  // A short line without a comma at its end, followed by a new beginning: a heading or a line of a list.
  return line.trim().length < 48 &&
    !/[,，、:：\-–]$/u.test(line.trim()) &&
    /^[\p{Lu}\p{N}\p{Script=Han}]/u.test(nextLine.trim())
    ? !/\p{Ll}$/u.test(line.trim()) || line.trim().split(/\s+/u).length <= 4
    : false;
}

/**
 * Sentences of a text in any mix of Latin and CJK scripts, in order, trimmed, never empty. Own rules instead of
 * `Intl.Segmenter`: that costs 8 ms to construct and breaks after "Dr.", "e.g." and list numbers.
 */
export function splitSentences(text: string): Span[] {
  const spans: Span[] = [];
  let from = 0;
  let titleDepth = 0;
  const push = (end: number): void => {
    let start = from;
    while (start < end && /\s/u.test(text[start] ?? '')) start += 1;
    let stop = end;
    while (stop > start && /\s/u.test(text[stop - 1] ?? '')) stop -= 1;
    if (stop > start) spans.push({ start, end: stop });
    from = end;
    titleDepth = 0;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '《') titleDepth += 1;
    else if (char === '》') titleDepth = Math.max(0, titleDepth - 1);
    else if (char === '\n') {
      if (breakEnds(text, from, at)) push(at + 1);
    } else if ((char === '.' || hardStops.has(char)) && (titleDepth === 0 || at - from > 200)) {
      let next = at + 1;
      while (next < text.length && (hardStops.has(text[next] ?? '') || text[next] === '.')) next += 1;
      const dots = next - at > 1;
      while (next < text.length && closers.has(text[next] ?? '')) next += 1;
      const follows = text[next] ?? '';
      const spaced = follows === '' || /\s/u.test(follows);
      const full = isHan(char) || (char === '…' && isHan(follows));
      const ends =
        full || (char !== '.' && isHan(follows))
          ? !/^[，,、；;的]/u.test(follows)
          : spaced &&
            (char === '.' && !dots
              ? dotEnds(text, from, at, next)
              : !/^\s*\p{Ll}/u.test(text.slice(next, next + 8)));
      if (ends) push(next);
      at = next - 1;
    }
  }
  push(text.length);
  return spans;
}
