import * as z from 'zod';
import { parseGoDuration } from './go-duration.ts';

/** Where an object was written. */
export interface ManifestSource {
  readonly file: string;
  readonly line: number;
}

/** Of a number or a boolean also what to do: text is what its writer meant. */
const textExpected = (input: unknown): string =>
  `expected text, received ${describeValue(input)}${
    typeof input === 'number' || typeof input === 'boolean'
      ? '. Put it in quotes: Kubernetes takes only text here.'
      : ''
  }`;

const stringMap = z.record(z.string(), z.string({ error: (issue) => textExpected(issue.input) }));

/** The fields of `metadata` that Sluice uses. A name follows DNS label rules, as on a cluster. */
export const metadataSchema = z.object({
  name: z
    .string({ error: (issue) => `expected a name, received ${describeValue(issue.input)}` })
    .min(1, 'expected a name, received an empty text')
    .max(253, 'expected at most 253 characters')
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, {
      error: (issue) =>
        `expected lower-case letters, digits, "-" and ".", beginning and ending with a letter or digit, received ${describeValue(issue.input)}`,
    }),
  namespace: z.string().nullish(),
  labels: stringMap.nullish(),
  annotations: stringMap.nullish(),
});

export { stringMap as stringMapSchema };

/** A received value as a sentence shows it: `the number 5`, `the text "a"`, `nothing`. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 80))}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return `the boolean ${value}`;
  return Array.isArray(value) ? 'a list' : 'a map';
}

/** Text of at least one character. */
export const nonEmptyText: z.ZodType<string> = z
  .string({ error: (issue) => `expected text, received ${describeValue(issue.input)}` })
  .min(1, 'expected text, received an empty one');

/** Resources by name, `{ cpu: '500m' }`; their texts are read where they are used. */
export const quantities: z.ZodType<Record<string, string | number> | null | undefined> = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .nullish();

/** One of a closed list of texts. */
export const oneOf = <const Value extends string>(...values: Value[]): z.ZodType<Value> =>
  z.enum(values, {
    error: (issue) => `expected one of ${values.join(', ')}, received ${describeValue(issue.input)}`,
  });

/** A duration as Go writes it: `30s`, `1m30s`. */
export const goDuration: z.ZodType<string> = z
  .unknown()
  .refine((value) => typeof value === 'string' && parseGoDuration(value) !== null, {
    error: (issue) =>
      `expected a duration in quotes, such as "30s" or "1m30s", received ${describeValue(issue.input)}`,
  })
  .transform(String);

/** A whole number within bounds, with a sentence for anything else. */
export function wholeNumber(min: number, max = 2_147_483_647): z.ZodType<number> {
  const expected =
    max === 2_147_483_647 ? `a whole number >= ${min}` : `a whole number from ${min} to ${max}`;
  return z
    .unknown()
    .refine((value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max, {
      error: (issue) => `expected ${expected}, received ${describeValue(issue.input)}`,
    })
    .transform(Number);
}
