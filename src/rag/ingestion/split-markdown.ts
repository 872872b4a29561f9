export interface MarkdownSource {
  /** `title` of the front matter; null without one. */
  readonly title: string | null;
  /** The text in order, cut before headings into pieces of about `sectionCharacters`. */
  readonly sections: readonly string[];
}

/** A parser keeps about a hundred times a text's size in tokens, so a long text is parsed in pieces. UTF-16 units. */
const sectionCharacters = 262_144;

/** Splits a Markdown text where no block can span the cut: before a heading after an empty line, outside of fences. */
export function splitMarkdown(text: string): MarkdownSource {
  const front = /^---[^\S\n]*\n([\s\S]{0,20000}?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)/u.exec(text);
  const title = front
    ? (/^title:[^\S\n]*(?:"([^"\n]+)"|'([^'\n]+)'|([^\n]+))$/mu.exec(front[1] ?? '') ?? null)
    : null;
  const body = front ? text.slice(front[0].length) : text;
  return { title: (title?.[1] ?? title?.[2] ?? title?.[3] ?? '').trim() || null, sections: cut(body) };
}

function cut(text: string): string[] {
  if (text.length <= sectionCharacters) return [text];
  const sections: string[] = [];
  const lines = /[^\n]*(?:\n|$)/gu;
  let from = 0;
  let fence: string | null = null;
  let blankBefore = false;
  for (const { 0: line, index } of text.matchAll(lines)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/u.exec(line)?.[1];
    const long = index - from > sectionCharacters;
    const heading = blankBefore && fence === null && /^#{1,6}\s/u.test(line);
    // Without headings an empty line before unindented text has to do; beyond eight times the size anything does.
    const plain =
      blankBefore && fence === null && index - from > 2 * sectionCharacters && /^\p{L}/u.test(line);
    if ((long && heading) || plain || index - from > 8 * sectionCharacters) {
      sections.push(text.slice(from, index));
      from = index;
      if (index - from > 8 * sectionCharacters) fence = null;
    }
    if (mark && fence === null) fence = mark;
    else if (mark && fence !== null && mark.startsWith(fence)) fence = null;
    blankBefore = line.trim() === '';
  }
  sections.push(text.slice(from));
  return sections;
}
