import type { Fields } from './case.ts';

/** `got` reduced to the keys that `want` has, at every level of objects: a case states some fields of an answer. */
export function restrict(got: unknown, want: unknown): unknown {
  if (!isObject(got) || !isObject(want)) return got;
  return Object.fromEntries(Object.entries(want).map(([key, inner]) => [key, restrict(got[key], inner)]));
}

/** With names for its parts; a list has none. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
