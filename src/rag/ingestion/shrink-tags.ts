/** Longest tag that is kept, in UTF-16 units; embedded pictures make longer ones. */
export const maxTagCharacters = 16_384;

/**
 * Empties tags that are longer than anything worth reading (pictures as data, attribute bombs), so that what reads the
 * HTML next stays within memory. A tag that never ends takes the rest of the text with it, as it does in a browser.
 */
export function shrinkTags(html: string): string {
  const parts: string[] = [];
  let kept = 0;
  let at = html.indexOf('<');
  while (at !== -1) {
    if (!/[a-z/]/iu.test(html[at + 1] ?? '')) {
      at = html.indexOf('<', html.startsWith('<!--', at) ? behind(html, '-->', at) : at + 1);
      continue;
    }
    const end = tagEnd(html, at);
    if (end - at > maxTagCharacters) {
      const name = /^<\/?[a-z][a-z0-9-]{0,40}/iu.exec(html.slice(at, at + 64))?.[0] ?? '<x';
      parts.push(html.slice(kept, at), `${name}>`);
      kept = end;
    }
    // What looks like a tag inside a script is none.
    const raw = rawText.exec(html.slice(at, at + 16))?.[1];
    at = raw === undefined ? html.indexOf('<', end) : closingTag(html, raw, end);
  }
  if (kept === 0) return html;
  parts.push(html.slice(kept));
  return parts.join('');
}

const rawText = /^<(script|style|textarea|title|xmp|iframe|noembed|noframes)[\s/>]/iu;

function behind(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found === -1 ? html.length : found + mark.length;
}

function closingTag(html: string, tag: string, from: number): number {
  const close = new RegExp(`</${tag}(?=[\\s/>])`, 'giu');
  close.lastIndex = from;
  return close.exec(html)?.index ?? -1;
}

/** Just behind the tag's `>`, quotes respected; the end of the text when it is never closed. */
function tagEnd(html: string, from: number): number {
  const marks = /[>"']/gu;
  marks.lastIndex = from + 1;
  for (let found = marks.exec(html); found; found = marks.exec(html)) {
    if (found[0] === '>') return found.index + 1;
    // A quote opens a value only behind "="; elsewhere it is part of a name.
    if (!/=\s*$/u.test(html.slice(Math.max(from, found.index - 8), found.index))) continue;
    const close = html.indexOf(found[0], found.index + 1);
    if (close === -1) return html.length;
    marks.lastIndex = close + 1;
  }
  return html.length;
}
