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
      for (const error of document.errors) {
        problems.push({
          file,
          line: lineAt(error.pos[0]),
          path: '',
          rule: 'yaml',
          message: `not valid YAML: ${error.message}`,
        });
      }
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

/** `kubectl get -o yaml` wraps objects in a List. */
function expandList(document: ManifestDocument): ManifestDocument[] {
  const { file, value } = document;
  if (typeof value !== 'object' || value === null || !('items' in value) || !('kind' in value))
    return [document];
  if (value.kind !== 'List' || !Array.isArray(value.items)) return [document];
  return value.items.map((item: unknown, index) => ({
    file,
    value: item,
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
