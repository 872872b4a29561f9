import type { BinaryOperator } from './ast.ts';

/** Powers as IEEE 754 defines them: 1 to any power is 1, even to NaN, and -1 to an infinite power is 1. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

const arithmetic: Partial<Record<BinaryOperator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': power,
  atan2: Math.atan2,
};

const comparison: Partial<Record<BinaryOperator, (left: number, right: number) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
};

/** The value of `left operator right`: for a comparison the left value, `keep` telling whether it holds. */
export function operate(
  operator: BinaryOperator,
  left: number,
  right: number,
): { readonly value: number; readonly keep: boolean } {
  const compare = comparison[operator];
  if (compare) return { value: left, keep: compare(left, right) };
  const compute = arithmetic[operator];
  return { value: compute ? compute(left, right) : Number.NaN, keep: true };
}

/** Arithmetic makes another quantity of a metric, so its name goes; a comparison that filters keeps it. */
export function dropsName(operator: BinaryOperator, bool: boolean): boolean {
  return bool || arithmetic[operator] !== undefined;
}
