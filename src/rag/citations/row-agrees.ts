import type { CitationProblem } from '../../contract/passage.ts';
import { contentWords } from './content-words.ts';
import { foldText } from './fold-text.ts';
import { namesIn, nameStands } from './names-in.ts';
import { numbersIn } from './numbers-in.ts';

const isRow = (line: string): boolean => /\s\|\s/.test(line);

/** Does a verbatim quote run from the middle of one row of a table into the next? Its cells then belong to two things. */
export function crossesRows(text: string, start: number, end: number): boolean {
  if (!text.slice(start, end).includes('\n')) return false;
  const from = text.lastIndexOf('\n', start - 1) + 1;
  return isRow(text.slice(from).split('\n', 1)[0] ?? '') && text.slice(from, start).trim() !== '';
}

/** Cells of a row: what names the column, and what stands in it. */
const cellsOf = (row: string): { readonly label: string; readonly value: string }[] =>
  row.split(/\s\|\s/).map((cell) => {
    const at = cell.search(/[:：]\s/);
    return at < 0 ? { label: '', value: cell } : { label: cell.slice(0, at), value: cell.slice(at + 1) };
  });

/** Years name columns: a value under another of the years than the one claimed is another year's value. */
function otherYears(sentence: string, row: string): boolean {
  const claimed = new Set(sentence.match(/(?<!\d)(?:19|20)\d\d(?!\d)/g));
  if (claimed.size === 0) return false;
  const values = new Set(numbersIn(sentence).map(({ value }) => value));
  const yearly = cellsOf(row).filter(({ label }) => /(?<!\d)(?:19|20)\d\d(?!\d)/.test(label));
  const stated = yearly.filter(({ value }) => numbersIn(value).some((fact) => values.has(fact.value)));
  return stated.length > 0 && !stated.some(({ label }) => [...claimed].some((year) => label.includes(year)));
}

/**
 * What speaks against a sentence that rests on rows of a table: all its numbers and names must stand in one row, or
 * above the table; what stands in the row beside it is about something else. Empty where the evidence is no table.
 *
 * @param above title and headings of the passage.
 */
export function rowProblems(sentence: string, evidence: string, above: string): CitationProblem[] {
  const rows = evidence.split('\n').filter(isRow);
  if (rows.length === 0 || isRow(sentence)) return [];
  const names = namesIn(sentence);
  const values = numbersIn(sentence);
  const heading = foldText(above).text;
  const aboveValues = new Set(numbersIn(above).map(({ value }) => value));
  const words = contentWords(sentence);
  // Text beside the table may bear the sentence out instead.
  const beside = evidence
    .split('\n')
    .filter((line) => !isRow(line))
    .join('\n');
  if (beside.trim() !== '') {
    const held = contentWords(beside);
    if ([...words].filter((word) => held.has(word)).length >= words.size * 0.6) return [];
  }
  const checked = rows.map((row): CitationProblem[] => {
    const folded = foldText(row).text;
    const stated = new Set(numbersIn(row).map(({ value }) => value));
    return [
      ...(names.every((name) => nameStands(name, folded) || nameStands(name, heading))
        ? []
        : (['name-not-found'] as const)),
      ...(values.every(({ value }) => stated.has(value) || aboveValues.has(value)) &&
      !otherYears(sentence, row)
        ? []
        : (['number-mismatch'] as const)),
    ];
  });
  return checked.reduce((a, b) => (b.length < a.length ? b : a));
}
