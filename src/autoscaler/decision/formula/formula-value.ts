import { AppError } from '../../../contract/app-error.ts';

/** A value inside a formula: bigint is a whole number, number a float, null is nil. */
export type FormulaValue =
  | bigint
  | number
  | string
  | boolean
  | null
  | readonly FormulaValue[]
  | ReadonlyMap<string, FormulaValue>;

/** What a value is called in messages. */
export function typeName(value: FormulaValue): string {
  if (value === null) return 'nil';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return isArray(value) ? 'array' : 'map';
}

/** Array.isArray does not narrow readonly arrays. */
export function isArray(value: FormulaValue): value is readonly FormulaValue[] {
  return Array.isArray(value);
}

/** An error in a formula, as a sentence. */
export function formulaError(message: string): AppError {
  return new AppError('invalid-argument', message, { param: 'formula' });
}

/** @throws AppError when it is not a number. `what` names the place. */
export function toNumber(value: FormulaValue, what: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  throw formulaError(`${what} needs a number, received ${typeName(value)}.`);
}

/** @throws AppError when it is not a whole number. */
export function toInteger(value: FormulaValue, what: string): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  throw formulaError(`${what} needs a whole number, received ${typeName(value)}.`);
}

/** @throws AppError when it is not true or false. */
export function toBoolean(value: FormulaValue, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw formulaError(`${what} needs true or false, received ${typeName(value)}.`);
}

/** @throws AppError when it is not an array. */
export function toArray(value: FormulaValue, what: string): readonly FormulaValue[] {
  if (isArray(value)) return value;
  throw formulaError(`${what} needs an array, received ${typeName(value)}.`);
}

/** Equal as the language sees it: 1 and 1.0 are equal, arrays and maps are equal by their parts. */
export function isEqual(left: FormulaValue, right: FormulaValue): boolean {
  if (isNumeric(left) && isNumeric(right)) return Number(left) === Number(right);
  if (left === null || right === null) return left === right;
  if (isArray(left)) {
    return (
      isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => isEqual(item, right[index] ?? null))
    );
  }
  if (left instanceof Map) {
    return (
      right instanceof Map &&
      left.size === right.size &&
      [...left].every(([key, item]) => right.has(key) && isEqual(item, right.get(key) ?? null))
    );
  }
  return left === right;
}

/** Whether it is an int or a float. */
export function isNumeric(value: FormulaValue): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}
