import type { FormulaValue } from './formula-value.ts';
import { formulaError, isArray, isEqual, isNumeric, toInteger, toNumber, typeName } from './formula-value.ts';

/** Longest array a range may make: a formula is not a way to fill memory. */
const maxRange = 100_000;

/** A binary operator whose both sides are already values (`and`, `or` and `??` are not: they look at one side first). */
export function applyOperator(operator: string, left: FormulaValue, right: FormulaValue): FormulaValue {
  switch (operator) {
    case '==':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compare(operator, left, right);
    case '+':
      if (typeof left === 'string' && typeof right === 'string') return left + right;
      return arithmetic(operator, left, right);
    case '-':
    case '*':
      return arithmetic(operator, left, right);
    case '/':
      return toNumber(left, '"/"') / toNumber(right, '"/"');
    case '%':
      return remainder(left, right);
    case '**':
      return toNumber(left, '"**"') ** toNumber(right, '"**"');
    case '..':
      return range(left, right);
    case 'in':
      return isIn(left, right);
    default:
      return textOperator(operator, left, right);
  }
}

function arithmetic(operator: '+' | '-' | '*', left: FormulaValue, right: FormulaValue): FormulaValue {
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (operator === '+') return BigInt.asIntN(64, left + right);
    return BigInt.asIntN(64, operator === '-' ? left - right : left * right);
  }
  const what = `"${operator}"`;
  const [a, b] = [toNumber(left, what), toNumber(right, what)];
  if (operator === '+') return a + b;
  return operator === '-' ? a - b : a * b;
}

function remainder(left: FormulaValue, right: FormulaValue): FormulaValue {
  if (typeof left !== 'bigint' || typeof right !== 'bigint') {
    throw formulaError(`"%" needs two ints, received ${typeName(left)} and ${typeName(right)}; use int(…).`);
  }
  if (right === 0n) throw formulaError('"%" by 0.');
  return left % right;
}

function compare(operator: '<' | '>' | '<=' | '>=', left: FormulaValue, right: FormulaValue): boolean {
  const comparable =
    (isNumeric(left) && isNumeric(right)) || (typeof left === 'string' && typeof right === 'string');
  if (!comparable) {
    throw formulaError(
      `"${operator}" needs two numbers or two strings, received ${typeName(left)} and ${typeName(right)}.`,
    );
  }
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  return operator === '<=' ? left <= right : left >= right;
}

function range(left: FormulaValue, right: FormulaValue): FormulaValue {
  const from = toInteger(left, '".."');
  const to = toInteger(right, '".."');
  const length = Number(to - from) + 1;
  if (length > maxRange) throw formulaError(`".." makes at most ${maxRange} items, received ${length}.`);
  return Array.from({ length: Math.max(0, length) }, (_, index) => from + BigInt(index));
}

function isIn(left: FormulaValue, right: FormulaValue): boolean {
  if (right === null) return false;
  if (isArray(right)) return right.some((item) => isEqual(left, item));
  if (right instanceof Map) return typeof left === 'string' && right.has(left);
  throw formulaError(`"in" needs an array or a map on its right, received ${typeName(right)}.`);
}

function textOperator(operator: string, left: FormulaValue, right: FormulaValue): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') {
    throw formulaError(`"${operator}" needs two strings, received ${typeName(left)} and ${typeName(right)}.`);
  }
  if (operator === 'contains') return left.includes(right);
  if (operator === 'startsWith') return left.startsWith(right);
  if (operator === 'endsWith') return left.endsWith(right);
  throw formulaError(`"${operator}" is not supported in a formula here; compare numbers instead.`);
}
