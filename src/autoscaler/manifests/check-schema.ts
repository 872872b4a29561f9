import type * as z from 'zod';

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
    // Zod words a missing map as "expected object, received undefined"; ours say what to write.
    const message = issue.message
      .replace(/^Invalid input: /, '')
      .replace('expected object', 'expected a map')
      .replace('expected array', 'expected a list')
      .replace('expected string', 'expected text')
      .replace('received undefined', 'received nothing');
    complain('schema', issue.path, message);
  }
  if (!issues.every(({ message }) => unquoted.test(message))) return null;
  const copy: unknown = structuredClone(value);
  for (const { path } of issues) quoteAt(copy, path);
  const again = schema.safeParse(copy);
  return again.success ? again.data : null;
}

const unquoted = /^expected text, received the (?:number|boolean) /;

function quoteAt(root: unknown, path: readonly PropertyKey[]): void {
  let parent: unknown = root;
  for (const key of path.slice(0, -1)) parent = isMap(parent) ? parent[String(key)] : undefined;
  const last = String(path.at(-1));
  if (isMap(parent)) parent[last] = String(parent[last]);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
