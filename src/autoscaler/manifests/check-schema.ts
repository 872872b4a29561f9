import type * as z from 'zod';
import { describeValue } from './metadata-schema.ts';

/** How a reader says what is wrong with a document, or with `warning` what is worth knowing. */
export type ReaderComplain = (
  rule: string,
  path: readonly PropertyKey[],
  message: string,
  severity?: 'warning',
) => void;

/**
 * zod's issues as problems with lines. Where they are only numbers and booleans that should stand in quotes, the object
 * is read all the same, as if they did: so that the other rules have their say at once.
 */
export function checkSchema<T>(schema: z.ZodType<T>, value: unknown, complain: ReaderComplain): T | null {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  for (const issue of issues) {
    complain('schema', issue.path, messageOf(issue, valueAt(value, issue.path)));
  }
  if (!issues.every(({ message }) => unquoted.test(message))) return null;
  const copy: unknown = structuredClone(value);
  for (const { path } of issues) quoteAt(copy, path);
  const again = schema.safeParse(copy);
  return again.success ? again.data : null;
}

const expectedWords: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
};

/** Zod words a missing map as "expected object, received undefined"; ours say what to write. */
function messageOf(issue: z.core.$ZodIssue, received: unknown): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input: ')) return issue.message;
  return `expected ${expectedWords[issue.expected] ?? issue.expected}, received ${describeValue(received)}`;
}

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (isMap(value) ? value[String(key)] : undefined), root);

const unquoted = /^expected text, received the (?:number|boolean) /;

function quoteAt(root: unknown, path: readonly PropertyKey[]): void {
  const parent = valueAt(root, path.slice(0, -1));
  const last = String(path.at(-1));
  if (isMap(parent)) parent[last] = String(parent[last]);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
