import type * as Yaml from 'yaml';
import type { Document } from 'yaml';
import type { Edit, Finding } from './finding.ts';
import { isListKind } from '../manifests/yaml-documents.ts';
import { changeOf, type TextChange } from './text-change.ts';

/** A file after its safe fixes. */
export interface FixedText {
  readonly text: string;
  /** Findings whose edits were made. */
  readonly fixed: readonly Finding[];
}

/**
 * Makes the edits of findings in one file. YAML's document model says where a field begins and ends; only those
 * characters change, so comments, order, quoting and line breaks of everything else stay.
 *
 * @param findings of this file. Of two edits at one place the first is made; the other waits for the next round.
 */
export async function applyFixes(text: string, findings: readonly Finding[]): Promise<FixedText> {
  const wanted = findings.filter(({ edits }) => edits.length > 0);
  if (wanted.length === 0) return { text, fixed: [] };
  const yaml = await import('yaml');
  const lineCounter = new yaml.LineCounter();
  const documents = [...(yaml.parseAllDocuments(text, { lineCounter }) as Iterable<Document.Parsed>)];
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  const changes: TextChange[] = [];
  const fixed: Finding[] = [];
  for (const finding of wanted) {
    const document = documents.findLast(({ range }) => lineAt(range[0]) <= finding.line);
    if (!document) continue;
    const base = baseOf(yaml, document, finding.line, lineAt);
    const own = finding.edits.map((edit) => changeOf(yaml, document, within(base, edit), text));
    const possible = own.filter((change) => change !== null);
    // All edits of a finding or none: half a move would lose something.
    if (possible.length < own.length || possible.some((change) => overlaps(change, changes))) continue;
    changes.push(...possible);
    fixed.push(finding);
  }
  changes.sort((a, b) => b.start - a.start);
  const after = changes.reduce(
    (before, { end, start, text: put }) => before.slice(0, start) + put + before.slice(end),
    text,
  );
  return { text: after, fixed };
}

const within = (base: readonly PropertyKey[], edit: Edit): Edit => ({ ...edit, at: [...base, ...edit.at] });

const overlaps = (change: TextChange, others: readonly TextChange[]): boolean =>
  others.some((other) => change.start < other.end && other.start < change.end);

/** Within a list of objects an object's paths begin at its item. */
function baseOf(
  yaml: typeof Yaml,
  document: Document.Parsed,
  line: number,
  lineAt: (offset: number) => number,
): readonly PropertyKey[] {
  const items: unknown = isListKind(document.get('kind')) ? document.get('items') : null;
  if (!yaml.isSeq(items)) return [];
  const index = items.items.findLastIndex(
    (item) => yaml.isNode(item) && item.range && lineAt(item.range[0]) <= line,
  );
  return ['items', Math.max(0, index)];
}
