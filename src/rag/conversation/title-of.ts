/** Characters of a title at most. */
const maxTitle = 80;

/** A conversation's title from its first question: one line, cut at a word where it is long. */
export function titleOf(question: string): string {
  const line = question.replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  if (characters.length <= maxTitle) return line;
  const cut = characters.slice(0, maxTitle - 1).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > maxTitle / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
