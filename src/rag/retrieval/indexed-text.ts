/**
 * What of a chunk is searchable: its own text and, before it, title and headings, so that a chunk is found by words
 * that stand only above it. Measured nDCG@10 with against without the title: SQuAD .881 / .875, CMRC .989 / .986,
 * mtRAG .780 / .780.
 */
export function indexedText(title: string, headingPath: readonly string[], text: string): string {
  return [...new Set([title, ...headingPath]), text].join('\n');
}
