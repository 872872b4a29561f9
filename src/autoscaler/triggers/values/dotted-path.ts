/**
 * A value inside maps and lists by keys and indexes with dots between.
 *
 * @returns undefined when a part of the path is missing.
 * @example valueByPath({ some: [1, 2] }, 'some.0') // 1
 */
export function valueByPath(object: unknown, path: string): unknown {
  let value = object;
  for (const key of path.split('.')) {
    if (Array.isArray(value)) {
      value = /^\d+$/.test(key) ? (value as readonly unknown[])[Number(key)] : undefined;
    } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, key)) {
      value = (value as Readonly<Record<string, unknown>>)[key];
    } else return undefined;
  }
  return value;
}
