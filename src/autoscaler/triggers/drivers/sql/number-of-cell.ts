import { parseDecimal } from '../../values/decimal.ts';

/** A cell as drivers give it: text for what JavaScript has no number for. */
export type Cell = unknown;

/**
 * The number in the first column of the first row, as Go scans it into a float: numbers, and text that is one.
 *
 * @throws Error when there is no row, the cell is NULL, or the text is no number.
 */
export function numberOfFirstCell(rows: readonly (readonly Cell[])[]): number {
  const [row] = rows;
  if (row === undefined) throw new Error('the query gave no rows, expected one with a number');
  return numberOfCell(row[0]);
}

export function numberOfCell(cell: Cell): number {
  if (cell === null || cell === undefined) throw new Error('the query gave NULL, expected a number');
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : 0;
  if (typeof cell === 'bigint') return Number(cell);
  const text = textOf(cell);
  // Towards the HPA these are 0.
  if (/^(?:nan|[-+]?inf(?:inity)?)$/i.test(text)) return 0;
  const number = parseDecimal(text);
  if (number !== null) return number;
  throw new Error(`the query gave "${text.slice(0, 80)}", expected a number`);
}

function textOf(cell: Cell): string {
  if (typeof cell === 'string') return cell.trim();
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('utf8').trim();
  return JSON.stringify(cell) ?? '';
}
