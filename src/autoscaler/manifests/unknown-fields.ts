import * as z from 'zod';
import { nearestName } from '../lint/nearest-name.ts';
import type { ReaderComplain } from './check-schema.ts';

/** The part of an object whose fields are all known: what is beside them a cluster drops. Null where it is no map. */
export function specOf(value: unknown): Readonly<Record<string, unknown>> | null {
  if (!isMap(value)) return null;
  const { spec } = value;
  return isMap(spec) ? spec : null;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Warns of each field under `path` that the schema of its kind does not know: a cluster drops it. */
export function warnOfUnknownFields(
  schema: z.core.$ZodType,
  value: unknown,
  complain: ReaderComplain,
  path: readonly PropertyKey[] = [],
): void {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      warnOfUnknownFields(inner.element, item, complain, [...path, index]);
    }
  }
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null) return;
  const shape: Readonly<Record<string, z.core.$ZodType>> = inner.shape;
  for (const [key, field] of Object.entries(value)) {
    const known = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (known) {
      warnOfUnknownFields(known, field, complain, [...path, key]);
      continue;
    }
    const near = nearestName(key, Object.keys(shape));
    const hint = near !== null && !(near in value) ? ` Did you mean ${near}?` : '';
    complain(
      'unknown-field',
      [...path, key],
      `there is no field "${key}" here; a cluster drops it without a word.${hint}`,
      'warning',
    );
  }
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrapped(schema.unwrap())
    : schema;
}
