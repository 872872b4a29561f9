import type * as Yaml from 'yaml';
import type { Document, Node } from 'yaml';
import type { ManifestProblem } from './manifest-problem.ts';

/** One YAML document, or one item of a `kind: List`, as plain data that still knows its lines. */
export interface ManifestDocument {
  readonly file: string;
  readonly value: unknown;
  /** The line of a field, counted from 1; for a field that is missing, the line of the nearest one around it. */
  lineOf(path: readonly PropertyKey[]): number;
}

export interface ParsedYaml {
  readonly documents: readonly ManifestDocument[];
  readonly problems: readonly ManifestProblem[];
}

/** A folder of manifests is small; anything larger is the wrong file. */
const maxBytes = 4 * 1024 * 1024;

/** Reads a multi-document YAML (or JSON) text. Empty documents are skipped. Syntax errors come back as problems. */
export async function parseYamlDocuments(text: string, file: string): Promise<ParsedYaml> {
  if (text.length > maxBytes) {
    const message = `expected at most ${maxBytes} characters of YAML, received ${text.length}. Is this the right file?`;
    return { documents: [], problems: [{ file, line: 1, path: '', message, rule: 'yaml' }] };
  }
  const binary = text.search(/[\0\uFFFD]/);
  if (binary >= 0) {
    const line = text.slice(0, binary).split('\n').length;
    const message = 'expected text in UTF-8, received other bytes. Save it as UTF-8, or leave the file out';
    return { documents: [], problems: [{ file, line, path: '', message, rule: 'yaml' }] };
  }
  const yaml = await import('yaml');
  const lineCounter = new yaml.LineCounter();
  const parsed = yaml.parseAllDocuments(text, { lineCounter, merge: true, prettyErrors: false });
  const lineAt = (offset: number | undefined): number =>
    offset === undefined ? 1 : Math.max(1, lineCounter.linePos(offset).line);
  const documents: ManifestDocument[] = [];
  const problems: ManifestProblem[] = [];
  // An empty text gives an empty array with a flag on it, which is iterable all the same.
  for (const document of parsed as Iterable<Document.Parsed>) {
    if (document.errors.length > 0) {
      const say = (offset: number, message: string): void => {
        problems.push({ file, line: lineAt(offset), path: '', rule: 'yaml', message });
      };
      // What follows the first error is mostly its echo; only keys that stand twice are faults of their own.
      const twice = document.errors.filter(({ code }) => code === 'DUPLICATE_KEY');
      const broken = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY');
      if (broken) say(broken.pos[0], brokenYaml(broken.message, text, document.range));
      else for (const { pos } of twice) say(pos[0], keyTwice(text, pos[0]));
      continue;
    }
    const lineOf = (path: readonly PropertyKey[]): number => lineAt(offsetOf(document.contents, path, yaml));
    try {
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      if (value === null || value === undefined) continue;
      documents.push(...expandList({ file, value, lineOf }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.push({
        file,
        line: lineOf([]),
        path: '',
        message: `not usable YAML: ${reason}`,
        rule: 'yaml',
      });
    }
  }
  return { documents, problems };
}

function brokenYaml(
  message: string,
  text: string,
  [start, , end]: readonly [number, number, number],
): string {
  if (/\{\{.*\}\}/.test(text.slice(start, end))) {
    return 'expected YAML, received a template with {{ … }}. Render it first, and give the result: helm template CHART | sluice lint -';
  }
  const advice = message.startsWith('Tabs') ? '. Indent with spaces' : '';
  return `not valid YAML: ${message}${advice}`;
}

const keyTwice = (text: string, offset: number): string => {
  const [key = ''] = /^[^\s:,}]+/.exec(text.slice(offset, offset + 100)) ?? [];
  return `not valid YAML: the key ${key} stands twice in one map. Remove one of them: kubectl refuses it too`;
};

/** Kinds such as `List` and `ScaledObjectList`. */
export const isListKind = (kind: unknown): kind is string =>
  typeof kind === 'string' && kind.endsWith('List');

/** `kubectl get -o yaml` wraps objects in a List, an API in one of their kind, whose items may leave out what they are. */
function expandList(document: ManifestDocument): ManifestDocument[] {
  const { file, value } = document;
  if (typeof value !== 'object' || value === null || !('items' in value) || !('kind' in value))
    return [document];
  if (!isListKind(value.kind) || !Array.isArray(value.items)) return [document];
  const kind = value.kind.slice(0, -'List'.length);
  const head = kind === '' ? {} : { apiVersion: 'apiVersion' in value ? value.apiVersion : undefined, kind };
  return value.items.map((item: unknown, index) => ({
    file,
    value: typeof item === 'object' && item !== null && !Array.isArray(item) ? { ...head, ...item } : item,
    lineOf: (path) => document.lineOf(['items', index, ...path]),
  }));
}

/** Where a field's key starts; walks as far as the path exists. */
function offsetOf(contents: unknown, path: readonly PropertyKey[], yaml: typeof Yaml): number | undefined {
  let node = contents;
  let offset = (node as Node | null)?.range?.[0];
  for (const part of path) {
    if (yaml.isMap(node)) {
      const pair = node.items.find(
        ({ key }) => String(yaml.isScalar(key) ? key.value : key) === String(part),
      );
      if (!pair) return offset;
      if (yaml.isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (yaml.isSeq(node)) {
      const item = node.items[Number(part)];
      if (!yaml.isNode(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}
