import type { FormulaValue } from './formula-value.ts';
import {
  formulaError,
  isArray,
  isEqual,
  isNumeric,
  toArray,
  toInteger,
  toNumber,
  typeName,
} from './formula-value.ts';

/** A function of values only. */
export type PlainFunction = (args: readonly FormulaValue[], name: string) => FormulaValue;

/** Functions that take no closure. Those that do (`map`, `filter`, …) are in `closures.ts`. */
export const plainFunctions: Readonly<Record<string, PlainFunction>> = {
  float: ([value = null]) => castFloat(value),
  int: ([value = null]) => castInt(value),
  string: ([value = null]) => castString(value),
  abs: ([value = null], name) => {
    if (typeof value === 'bigint') return value < 0n ? -value : value;
    return Math.abs(toNumber(value, name));
  },
  ceil: ([value = null], name) => Math.ceil(toNumber(value, name)),
  floor: ([value = null], name) => Math.floor(toNumber(value, name)),
  // Halves away from zero; Math.round would take -2.5 to -2.
  round: ([value = null], name) => {
    const number = toNumber(value, name);
    return Math.sign(number) * Math.round(Math.abs(number));
  },
  max: (args, name) => extreme(args, name, (a, b) => a > b),
  min: (args, name) => extreme(args, name, (a, b) => a < b),
  mean: (args, name) => {
    const numbers = numbersOf(args, name);
    return numbers.length === 0 ? 0 : total(numbers) / numbers.length;
  },
  median: (args, name) => {
    const numbers = numbersOf(args, name).toSorted((a, b) => a - b);
    const middle = numbers.length >> 1;
    const upper = numbers[middle] ?? 0;
    return numbers.length % 2 === 1 ? upper : ((numbers[middle - 1] ?? 0) + upper) / 2;
  },
  len: ([value = null], name) => {
    if (typeof value === 'string') return BigInt([...value].length);
    if (value instanceof Map) return BigInt(value.size);
    return BigInt(toArray(value, name).length);
  },
  first: ([value = null], name) => toArray(value, name)[0] ?? null,
  last: ([value = null], name) => toArray(value, name).at(-1) ?? null,
  take: ([value = null, count = null], name) => toArray(value, name).slice(0, Number(toInteger(count, name))),
  reverse: ([value = null], name) => toArray(value, name).toReversed(),
  concat: (args, name) => args.flatMap((arg) => toArray(arg, name)),
  flatten: ([value = null], name) => flatten(toArray(value, name)),
  uniq: ([value = null], name) => {
    const items = toArray(value, name);
    return items.filter((item, at) => items.findIndex((other) => isEqual(item, other)) === at);
  },
  sort: ([value = null, order = 'asc'], name) => {
    const sorted = toArray(value, name).toSorted((a, b) => toNumber(a, name) - toNumber(b, name));
    return order === 'desc' ? sorted.toReversed() : sorted;
  },
  keys: ([value = null], name) => [...toMap(value, name).keys()],
  values: ([value = null], name) => [...toMap(value, name).values()],
  type: ([value = null]) => typeName(value),
  upper: ([value = null]) => castString(value).toUpperCase(),
  lower: ([value = null]) => castString(value).toLowerCase(),
  trim: ([value = null]) => castString(value).trim(),
};

function castFloat(value: FormulaValue): number {
  if (isNumeric(value)) return Number(value);
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) {
    return Number(value);
  }
  throw formulaError(`float() needs a number, received ${typeName(value)}.`);
}

function castInt(value: FormulaValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.trunc(value));
  if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return BigInt(value);
  throw formulaError(`int() needs a finite number, received ${typeName(value)}.`);
}

function castString(value: FormulaValue): string {
  if (value === null) return '<nil>';
  if (isArray(value)) return `[${value.map(castString).join(' ')}]`;
  if (typeof value === 'object') throw formulaError('string() does not take a map.');
  return String(value);
}

function toMap(value: FormulaValue, name: string): ReadonlyMap<string, FormulaValue> {
  if (value instanceof Map) return value;
  throw formulaError(`${name}() needs a map, received ${typeName(value)}.`);
}

function flatten(items: readonly FormulaValue[]): readonly FormulaValue[] {
  return items.flatMap((item) => (isArray(item) ? flatten(item) : [item]));
}

/** Arguments may be numbers, arrays of them, or both mixed. */
function flatArguments(args: readonly FormulaValue[]): readonly FormulaValue[] {
  return flatten(args);
}

function numbersOf(args: readonly FormulaValue[], name: string): readonly number[] {
  return flatArguments(args).map((value) => toNumber(value, name));
}

function extreme(
  args: readonly FormulaValue[],
  name: string,
  isBetter: (a: number, b: number) => boolean,
): FormulaValue {
  const items = flatArguments(args);
  const [first] = items;
  if (first === undefined) throw formulaError(`${name}() needs at least one number.`);
  let best = first;
  for (const item of items) {
    if (isBetter(toNumber(item, name), toNumber(best, name))) best = item;
  }
  toNumber(best, name);
  return best;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
