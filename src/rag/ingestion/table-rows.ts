import type { TextBuilder } from './text-builder.ts';

export interface TableRow {
  readonly cells: readonly string[];
  /** True when the format itself says that the row holds column names. */
  readonly header: boolean;
}

const isName = (cell: string): boolean =>
  cell !== '' && cell.length <= 60 && !/^[\p{Sc}+-]?[\d.,]+\s*[%\p{Sc}]?$/u.test(cell);

/** The first row holds names when the format says so, or when all of it is short, filled, different and not numbers. */
function hasHeader(rows: readonly TableRow[]): boolean {
  const first = rows[0];
  if (!first || rows.length < 2) return false;
  if (first.header) return true;
  return (
    first.cells.length >= 2 &&
    first.cells.every(isName) &&
    new Set(first.cells).size === first.cells.length &&
    rows.slice(1).every(({ cells }) => cells.length <= first.cells.length)
  );
}

/**
 * Adds a table row by row, each with its column names, so that a row says everything when it is found alone:
 * `Plan: Basic | Price: 10 EUR`. The row of names itself is left out unless it is the only one.
 */
export function addTable(builder: TextBuilder, table: readonly TableRow[]): void {
  const rows = table
    .map(({ cells, header }) => ({ header, cells: cells.map((cell) => cell.replace(/\s+/gu, ' ').trim()) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const names = hasHeader(rows) ? (rows[0]?.cells ?? []) : [];
  for (const { cells } of names.length > 0 ? rows.slice(1) : rows) {
    const shown = cells.flatMap((cell, column) => {
      const name = names[column] ?? '';
      if (cell === '') return [];
      return [name === '' ? cell : `${name.replace(/[:：]$/u, '')}: ${cell}`];
    });
    builder.add('table-row', shown.join(' | '));
  }
}
