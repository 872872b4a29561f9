import type { TextBuilder } from './text-builder.ts';

export interface TableCell {
  readonly text: string;
  /** How many columns and rows it fills, >= 1. */
  readonly columns: number;
  readonly rows: number;
}

export interface TableRow {
  readonly cells: readonly TableCell[];
  /** True when the format itself says that the row holds column names. */
  readonly header: boolean;
}

interface FilledRow {
  readonly cells: readonly string[];
  readonly header: boolean;
}

export const plainCell = (text: string): TableCell => ({ text, columns: 1, rows: 1 });

/** More columns than this are a mistake or an attack. */
const maxColumns = 1_000;

const isNumber = (cell: string): boolean => /^[\p{Sc}+-]?[\d.,]+\s*[%\p{Sc}]?$/u.test(cell);
/** Columns are often years, the first one never. */
const isName = (cell: string, column: number): boolean =>
  cell !== '' &&
  cell.length <= 40 &&
  !/[,.;，。；-]$/u.test(cell) &&
  (!isNumber(cell) || (column > 0 && /^(?:19|20)\d\d$/u.test(cell)));

/**
 * Every cell in its own column: one that fills several rows is repeated in each, one that fills several columns stands
 * in the first of them, or in all of them in a row of names.
 */
function fillSpans(rows: readonly TableRow[]): FilledRow[] {
  const hanging = new Map<number, { readonly text: string; rows: number }>();
  return rows.map(({ cells, header }) => {
    const filled: string[] = [];
    const takeHanging = (): void => {
      for (let held = hanging.get(filled.length); held; held = hanging.get(filled.length)) {
        held.rows -= 1;
        if (held.rows === 0) hanging.delete(filled.length);
        filled.push(held.text);
      }
    };
    for (const cell of cells) {
      takeHanging();
      const text = cell.text.replace(/\s+/gu, ' ').trim();
      for (let column = 0; column < cell.columns && filled.length < maxColumns; column += 1) {
        const shown = column === 0 || header ? text : '';
        if (cell.rows > 1) hanging.set(filled.length, { text: shown, rows: cell.rows - 1 });
        filled.push(shown);
      }
    }
    takeHanging();
    return { cells: filled, header };
  });
}

/** The first row holds names when the format says so, or when all of it is short, filled, different and not numbers. */
function columnNames(rows: readonly FilledRow[]): readonly string[] {
  const first = rows[0];
  if (!first || rows.length < 2) return [];
  const guessed =
    first.cells.length >= 2 &&
    first.cells.every(isName) &&
    new Set(first.cells).size === first.cells.length &&
    rows.slice(1).every(({ cells }) => cells.length <= first.cells.length);
  return first.header || guessed ? first.cells : [];
}

/**
 * Each row as a sentence of its own with its column names, so that it says everything when it is found alone:
 * `Plan: Basic | Price: 10 EUR`. Null for empty rows, and for the row of names unless it is the only one.
 *
 * @param exactColumns the format does not mark empty cells: a row with fewer cells than names is left without names,
 * because each might stand in another column.
 */
export function tableRowTexts(
  table: readonly TableRow[],
  { exactColumns = false }: { readonly exactColumns?: boolean } = {},
): readonly (string | null)[] {
  const rows = fillSpans(table);
  const used = rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  const names = columnNames(used);
  return rows.map((row) => {
    const { cells } = row;
    if (names.length > 0 && row === used[0]) return null;
    const named = !exactColumns || cells.length === names.length;
    const shown = cells.flatMap((cell, column) => {
      const name = named ? (names[column] ?? '') : '';
      if (cell === '') return [];
      return [name === '' ? cell : `${name.replace(/[:：]$/u, '')}: ${cell}`];
    });
    return shown.length === 0 ? null : shown.join(' | ');
  });
}

/** Adds a table row by row, as `tableRowTexts` writes them. */
export function addTable(builder: TextBuilder, table: readonly TableRow[]): void {
  for (const text of tableRowTexts(table)) if (text !== null) builder.add('table-row', text);
}
