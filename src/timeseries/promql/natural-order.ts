import { compareText } from '../labels.ts';

/** Text order in which runs of digits count as numbers (`node2` before `node10`), all else by code units. */
export function compareNatural(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => text.match(/\d+|\D+/g) ?? []);
  for (const [index, part] of (x ?? []).entries()) {
    const other = y?.[index];
    if (other === undefined) return 1;
    const [m, n] = [Number(part), Number(other)];
    const order = Number.isNaN(m) || Number.isNaN(n) || m === n ? compareText(part, other) : m - n;
    if (order !== 0) return order;
  }
  return (x?.length ?? 0) - (y?.length ?? 0);
}
