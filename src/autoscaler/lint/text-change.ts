import type * as Yaml from 'yaml';
import type { Document, Pair, YAMLMap } from 'yaml';
import type { Edit } from './finding.ts';

/** Characters from `start` to `end` are replaced by `text`. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An edit as a change of the text. @returns null where the place is gone, taken, or not of a shape that is safe to touch. */
export function changeOf(
  yaml: typeof Yaml,
  document: Document.Parsed,
  edit: Edit,
  text: string,
): TextChange | null {
  const map: unknown = document.getIn(edit.at.slice(0, -1), true);
  if (!yaml.isMap(map)) return null;
  const key = edit.at.at(-1);
  const index = map.items.findIndex((pair) => yaml.isScalar(pair.key) && pair.key.value === key);
  const pair = map.items[index];
  if (edit.kind === 'set') {
    const written = JSON.stringify(edit.value);
    if (!pair) return insertion(yaml, map, `${String(key)}: ${written}`, text);
    const range = yaml.isScalar(pair.value) ? pair.value.range : null;
    return range ? { start: range[0], end: range[1], text: written } : null;
  }
  if (!pair) return null;
  if (edit.kind === 'remove') return removal(yaml, map, index, text);
  const isTaken = map.items.some((other) => yaml.isScalar(other.key) && other.key.value === edit.to);
  const range = yaml.isScalar(pair.key) ? pair.key.range : null;
  return range && !isTaken ? { start: range[0], end: range[1], text: edit.to } : null;
}

const startOf = (yaml: typeof Yaml, pair: Pair | undefined): number | null =>
  pair && yaml.isNode(pair.key) ? (pair.key.range?.[0] ?? null) : null;

/** Where a pair's value ends, or its key when it has none. */
function endOf(yaml: typeof Yaml, pair: Pair | undefined): number | null {
  const last = pair && yaml.isNode(pair.value) ? pair.value : pair?.key;
  return yaml.isNode(last) ? (last.range?.[1] ?? null) : null;
}

/** A new pair in front of the first, in the map's own style. */
function insertion(yaml: typeof Yaml, map: YAMLMap, pair: string, text: string): TextChange | null {
  const start = startOf(yaml, map.items[0]);
  if (start === null) return null;
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  return { start, end: start, text: map.flow ? `${pair}, ` : `${pair}\n${' '.repeat(column)}` };
}

/** The pair with what belongs to it: its line in a block, its comma in `{ }`. The last pair of all stays. */
function removal(yaml: typeof Yaml, map: YAMLMap, index: number, text: string): TextChange | null {
  const start = startOf(yaml, map.items[index]);
  const end = endOf(yaml, map.items[index]);
  if (start === null || end === null || map.items.length === 1) return null;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const next = startOf(yaml, map.items[index + 1]);
  if (!map.flow && text.slice(lineStart, start).trim() === '') {
    const lineEnd = text.indexOf('\n', Math.max(start, end - 1));
    return { start: lineStart, end: lineEnd < 0 ? text.length : lineEnd + 1, text: '' };
  }
  if (next !== null) return { start, end: next, text: '' };
  const before = endOf(yaml, map.items[index - 1]);
  return before === null ? null : { start: before, end, text: '' };
}
