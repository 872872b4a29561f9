import type { FormulaValue } from './formula-value.ts';
import { formulaError, toBoolean, toNumber } from './formula-value.ts';
import { applyOperator } from './operators.ts';

/** A closure on one element: its value, its place, and what `reduce` has gathered. */
export type Closure = (element: FormulaValue, index: number, accumulated?: FormulaValue) => FormulaValue;

/** A function over an array with a closure; null where none was written. */
export type ClosureFunction = (
  items: readonly FormulaValue[],
  closure: Closure | null,
  rest: readonly FormulaValue[],
) => FormulaValue;

const need = (closure: Closure | null, name: string): Closure => {
  if (closure === null) throw formulaError(`${name}() needs a condition, for example ${name}(xs, # > 1).`);
  return closure;
};
const holds =
  (closure: Closure | null, name: string) =>
  (item: FormulaValue, index: number): boolean =>
    toBoolean(need(closure, name)(item, index), name);

/** Functions whose second argument looks at each element through `#`. */
export const closureFunctions: Readonly<Record<string, ClosureFunction>> = {
  // Without a condition the elements themselves must be true or false.
  count: (items, closure) => {
    const test = holds(closure ?? ((item) => item), 'count');
    return BigInt(items.filter(test).length);
  },
  sum: (items, closure) => {
    const parts = closure === null ? items : items.map((item, index) => closure(item, index));
    return parts.reduce<FormulaValue>((total, part) => {
      toNumber(part, 'sum');
      return applyOperator('+', total, part);
    }, 0n);
  },
  map: (items, closure) => items.map((item, index) => need(closure, 'map')(item, index)),
  filter: (items, closure) => items.filter(holds(closure, 'filter')),
  all: (items, closure) => items.every(holds(closure, 'all')),
  any: (items, closure) => items.some(holds(closure, 'any')),
  none: (items, closure) => !items.some(holds(closure, 'none')),
  one: (items, closure) => items.filter(holds(closure, 'one')).length === 1,
  find: (items, closure) => items.find(holds(closure, 'find')) ?? null,
  findLast: (items, closure) => items.findLast(holds(closure, 'findLast')) ?? null,
  findIndex: (items, closure) => indexOrNil(items.findIndex(holds(closure, 'findIndex'))),
  findLastIndex: (items, closure) => indexOrNil(items.findLastIndex(holds(closure, 'findLastIndex'))),
  sortBy: (items, closure, [order = 'asc']) => {
    const keyed = items.map((item, index) => ({
      item,
      key: toNumber(need(closure, 'sortBy')(item, index), 'sortBy'),
    }));
    const sorted = keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
    return order === 'desc' ? sorted.toReversed() : sorted;
  },
  reduce: (items, closure, [start]) => {
    const step = need(closure, 'reduce');
    let accumulated = start ?? items[0];
    if (accumulated === undefined) throw formulaError('reduce() of an empty array needs a start value.');
    for (const [index, item] of items.entries()) {
      if (start !== undefined || index > 0) accumulated = step(item, index, accumulated);
    }
    return accumulated;
  },
};

function indexOrNil(index: number): FormulaValue {
  return index === -1 ? null : BigInt(index);
}
