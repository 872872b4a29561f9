import type { IndexedChunk } from '../index/passage-index.ts';
import type { ParsedBlock, ParsedDocument } from './parser.ts';
import { splitBlock } from './split-block.ts';
import { textWeight } from './text-weight.ts';

/** Sizes in `textWeight`: characters of Latin script, half a character of Chinese, Japanese or Korean. */
export interface ChunkPolicy {
  /** A chunk that has reached this takes no more blocks. */
  readonly targetWeight: number;
  /** No chunk is heavier, but for one table row that alone is. */
  readonly maxWeight: number;
  /** A section lighter than this is joined with its neighbour below the same top heading. */
  readonly minWeight: number;
}

/** 800 to 1200 Latin characters, 400 to 600 Chinese ones: about a paragraph or two, what a reader takes in at a glance. */
export const defaultChunkPolicy: ChunkPolicy = { targetWeight: 800, maxWeight: 1200, minWeight: 200 };

export type Chunk = Omit<IndexedChunk, 'vector'>;

interface Unit {
  readonly start: number;
  readonly end: number;
  readonly weight: number;
  /** Counts headings: units with the same number stand below the same heading. */
  readonly section: number;
  /** Counts top headings. */
  readonly part: number;
  readonly path: readonly string[];
  /** Where the headings that belong to this section alone begin. */
  readonly headingStart: number;
}

interface Draft {
  start: number;
  end: number;
  weight: number;
  path: readonly string[];
  readonly first: Unit;
  last: Unit;
  /** It holds more than one section, so it begins with the heading of its first. */
  joined: boolean;
}

/** The outermost heading level that sets parts of the document apart: the first that occurs twice. */
function topLevel(blocks: readonly ParsedBlock[]): number {
  const seen = new Map<number, number>();
  for (const { kind, level = 1 } of blocks)
    if (kind === 'heading') seen.set(level, (seen.get(level) ?? 0) + 1);
  const levels = [...seen].sort((a, b) => a[0] - b[0]);
  return levels.find(([, count]) => count > 1)?.[0] ?? levels[0]?.[0] ?? 1;
}

function unitsOf({ text, blocks }: ParsedDocument, policy: ChunkPolicy): Unit[] {
  const units: Unit[] = [];
  const top = topLevel(blocks);
  let stack: { readonly level: number; readonly title: string }[] = [];
  let section = 0;
  let part = 0;
  let headingStart: number | null = null;
  /** Headings without any text below them so far. */
  let bare: { readonly block: ParsedBlock; readonly path: readonly string[]; readonly level: number } | null =
    null;

  const add = (start: number, end: number, path: readonly string[]): void => {
    const weight = textWeight(text, start, end);
    units.push({ start, end, weight, section, part, path, headingStart: headingStart ?? start });
  };
  /** A heading with nothing below it is text of its own, else it could not be found. */
  const keepBare = (nextLevel: number): void => {
    if (bare && nextLevel <= bare.level) add(bare.block.start, bare.block.end, bare.path);
    bare = null;
  };

  for (const block of blocks) {
    if (block.kind === 'heading') {
      const level = block.level ?? 1;
      keepBare(level);
      stack = stack.filter((above) => above.level < level);
      bare = { block, path: stack.map(({ title }) => title), level };
      stack.push({ level, title: text.slice(block.start, block.end).replace(/\s+/gu, ' ').slice(0, 200) });
      section += 1;
      if (level <= top) part += 1;
      headingStart = block.start;
      continue;
    }
    bare = null;
    const path = stack.map(({ title }) => title);
    if (textWeight(text, block.start, block.end) <= policy.maxWeight) add(block.start, block.end, path);
    else for (const { start, end } of splitBlock(text, block, policy)) add(start, end, path);
  }
  keepBare(0);
  return units;
}

function commonPath(a: readonly string[], b: readonly string[]): readonly string[] {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

/** Does the unit still belong into the chunk that is being filled? */
function fits(draft: Draft, unit: Unit, policy: ChunkPolicy): boolean {
  // White space in between is part of the chunk too; some files hold megabytes of it.
  const weight = draft.weight + (unit.start - draft.end) + unit.weight;
  if (draft.last.section === unit.section)
    return draft.weight < policy.targetWeight && weight <= policy.maxWeight;
  return draft.last.part === unit.part && draft.weight < policy.minWeight && weight <= policy.targetWeight;
}

function draftsOf(units: readonly Unit[], policy: ChunkPolicy): Draft[] {
  const drafts: Draft[] = [];
  for (const unit of units) {
    const open = drafts.at(-1);
    if (!open || !fits(open, unit, policy)) {
      drafts.push({ ...unit, first: unit, last: unit, joined: false });
      continue;
    }
    open.joined ||= open.last.section !== unit.section;
    open.path = commonPath(open.path, unit.path);
    open.weight += unit.start - open.end + unit.weight;
    open.end = unit.end;
    open.last = unit;
  }
  return joinTails(drafts, policy);
}

/** A few words left over at the end of a section go to the chunk before, which may then be a quarter too heavy. */
function joinTails(drafts: readonly Draft[], policy: ChunkPolicy): Draft[] {
  const kept: Draft[] = [];
  for (const draft of drafts) {
    const before = kept.at(-1);
    const tail = draft.weight < policy.minWeight && draft.first.section === draft.last.section;
    if (
      before &&
      tail &&
      before.last.section === draft.first.section &&
      before.weight + (draft.start - before.end) + draft.weight <= policy.maxWeight * 1.25
    ) {
      before.weight += draft.start - before.end + draft.weight;
      before.end = draft.end;
      before.last = draft.last;
    } else kept.push(draft);
  }
  return kept;
}

/**
 * Cuts a document into chunks along its structure: never across top headings, sentences and table rows whole, nothing
 * twice. `chunk.text === document.text.slice(chunk.start, chunk.end)` always. Headings stand in `headingPath`; inside
 * the text only where a chunk joins several short sections, or a heading has nothing below it.
 */
export function chunkDocument(
  document: ParsedDocument,
  { documentId, version }: { readonly documentId: string; readonly version: string },
  policy: ChunkPolicy = defaultChunkPolicy,
): Chunk[] {
  const { text, blocks } = document;
  let firstBlock = 0;
  return draftsOf(unitsOf(document, policy), policy).map((draft, position) => {
    const start = draft.joined ? Math.min(draft.start, draft.first.headingStart) : draft.start;
    const { end } = draft;
    // Chunks and blocks are both in order, so each search goes on where the last one ended.
    while ((blocks[firstBlock]?.end ?? Infinity) <= start) firstBlock += 1;
    const lines = [];
    let page: number | null = null;
    for (let at = firstBlock; (blocks[at]?.start ?? Infinity) < end; at += 1) {
      page ??= blocks[at]?.page ?? null;
      lines.push(...(blocks[at]?.lines ?? []));
    }
    return {
      id: `${documentId}:${position}:${version.slice(0, 8)}`,
      position,
      headingPath: draft.path,
      text: text.slice(start, end),
      start,
      end,
      page,
      boxes: lines.filter((line) => line.end > start && line.start < end).map(({ box }) => box),
    };
  });
}
