import { AppError } from '../../../contract/app-error.ts';

/**
 * A value in parsed JSON by the path language of KEDA's `valueLocation` (gjson): keys and indexes with dots, `\` before
 * a dot that belongs to a key, `*` and `?` in keys, `#` for a list's length or for all its items, `#(key==value)` for
 * the first item that fits and `#(…)#` for all.
 *
 * @returns undefined when nothing is there.
 * @throws AppError `invalid-argument` for `@` modifiers, which are not read here.
 * @see https://github.com/tidwall/gjson/blob/master/SYNTAX.md
 */
export function jsonByPath(json: unknown, path: string): unknown {
  return follow(json, partsOf(path));
}

function follow(value: unknown, parts: readonly string[]): unknown {
  const [part, ...rest] = parts;
  if (part === undefined) return value;
  if (part.startsWith('@')) {
    throw new AppError('invalid-argument', `valueLocation: the modifier "${part}" is not read here.`);
  }
  if (part.startsWith('#')) return Array.isArray(value) ? followItems(value, part, rest) : undefined;
  if (Array.isArray(value)) {
    const index = /^\d+$/.test(part) ? Number(part) : -1;
    return index >= 0 ? follow((value as readonly unknown[])[index], rest) : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const key = findKey(Object.keys(value), part);
  return key === undefined ? undefined : follow((value as Readonly<Record<string, unknown>>)[key], rest);
}

function followItems(items: readonly unknown[], part: string, rest: readonly string[]): unknown {
  if (part === '#') {
    if (rest.length === 0) return items.length;
    return items.map((item) => follow(item, rest)).filter((found) => found !== undefined);
  }
  const [, query = '', all] = /^#\((.*)\)(#?)$/.exec(part) ?? [];
  if (all === '#') {
    const fitting = items.filter((item) => fits(item, query));
    return rest.length === 0 ? fitting : followItems(fitting, '#', rest[0] === '#' ? rest.slice(1) : rest);
  }
  const first = items.find((item) => fits(item, query));
  return first === undefined ? undefined : follow(first, rest);
}

function fits(item: unknown, query: string): boolean {
  // An inner query has operators of its own: it is hidden while this one's is looked for.
  const hidden = query.replace(/\(.*\)/g, (inner) => '\0'.repeat(inner.length));
  const found = /==|!=|<=|>=|<|>|!%|%|=/.exec(hidden);
  const operator = found?.[0] ?? '';
  const path = query.slice(0, found?.index);
  const text = found ? query.slice(found.index + operator.length).trim() : '';
  const value = path.trim() === '' ? item : follow(item, partsOf(path.trim()));
  if (operator === '') return value !== undefined;
  if (value === undefined) return false;
  const wanted = literal(text);
  if (operator === '%' || operator === '!%') {
    return typeof value === 'string' && wildcard(String(wanted)).test(value) === (operator === '%');
  }
  if (operator === '!=') return value !== wanted;
  if (operator === '==' || operator === '=') return value === wanted;
  const isOrdered =
    (typeof value === 'number' && typeof wanted === 'number') ||
    (typeof value === 'string' && typeof wanted === 'string');
  if (!isOrdered) return false;
  if (operator === '<') return value < wanted;
  if (operator === '<=') return value <= wanted;
  return operator === '>' ? value > wanted : value >= wanted;
}

function literal(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Texts may stand without quotes.
    return text;
  }
}

function findKey(keys: readonly string[], part: string): string | undefined {
  if (!/[*?]/.test(part.replace(/\\./g, ''))) {
    const plain = part.replace(/\\(.)/g, '$1');
    return keys.includes(plain) ? plain : undefined;
  }
  const pattern = wildcard(part);
  return keys.find((key) => pattern.test(key));
}

function wildcard(text: string): RegExp {
  const source = text.replace(/\\(.)|([*?])|([.+^${}()|[\]])/g, (_whole, escaped, star, special) => {
    if (typeof escaped === 'string') return escaped.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (typeof star === 'string') return star === '*' ? '.*' : '.';
    return `\\${String(special)}`;
  });
  return new RegExp(`^${source}$`, 's');
}

/** Cuts at dots and bars that stand outside brackets, quotes and escapes. */
function partsOf(path: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < path.length; at += 1) {
    const letter = path[at] ?? '';
    if (letter === '\\') {
      part += letter + (path[at + 1] ?? '');
      at += 1;
      continue;
    }
    if (letter === '"') quoted = !quoted;
    if (!quoted && letter === '(') depth += 1;
    if (!quoted && letter === ')') depth -= 1;
    if (!quoted && depth === 0 && (letter === '.' || letter === '|')) {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  return [...parts, part];
}
