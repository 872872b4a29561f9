import type { PdfLine } from './pdf-lines.ts';
import { plainCell, tableRowTexts } from './table-rows.ts';
import type { LinePiece, TextBuilder } from './text-builder.ts';

export interface PdfPage {
  /** 1-based. */
  readonly page: number;
  /** Points. */
  readonly height: number;
  readonly lines: readonly PdfLine[];
}

const bullet = /^(?:[•‣▪●○◦–—*-]|\(?\d{1,3}[.)]|\(?[a-z][.)]|[（(]?[一二三四五六七八九十]{1,3}[）)、])\s*\S/u;
const sentenceEnd = /[.!?:;。！？：；…]["'”’)）」』]*$/u;
const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/** Running heads and feet: lines near an edge whose words, numbers aside, stand there on at least half of the pages. */
export function withoutRunningLines(pages: readonly PdfPage[]): readonly PdfPage[] {
  if (pages.length < 4) return pages;
  const seen = new Map<string, number>();
  const keyOf = (line: PdfLine, height: number): string | null => {
    const middle = line.box.y + line.box.height / 2;
    if (middle > height * 0.09 && middle < height * 0.91) return null;
    return `${middle < height / 2 ? 'head' : 'foot'} ${line.text.replace(/\d+/gu, '#')}`;
  };
  for (const { lines, height } of pages)
    for (const key of new Set(lines.map((line) => keyOf(line, height))))
      if (key !== null) seen.set(key, (seen.get(key) ?? 0) + 1);
  return pages.map((page) => ({
    ...page,
    lines: page.lines.filter((line) => {
      const key = keyOf(line, page.height);
      return key === null || (seen.get(key) ?? 0) < pages.length / 2;
    }),
  }));
}

/**
 * Font sizes that are headings' -> level. Empty when sizes tell nothing: when no size clearly above that of the running
 * text is rare (under 15 % of all characters).
 */
export function headingLevels(pages: readonly PdfPage[]): ReadonlyMap<number, number> {
  const characters = new Map<number, number>();
  let all = 0;
  for (const { lines } of pages)
    for (const { size, text } of lines) {
      const rounded = Math.round(size);
      characters.set(rounded, (characters.get(rounded) ?? 0) + text.length);
      all += text.length;
    }
  const body = [...characters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
  const larger = [...characters].filter(([size]) => size >= body * 1.15).sort((a, b) => b[0] - a[0]);
  const headings = larger.reduce((sum, [, count]) => sum + count, 0);
  if (headings === 0 || headings > 0.15 * all) return new Map();
  return new Map(larger.map(([size], index) => [size, Math.min(4, index + 1)]));
}

/** How far apart baselines of one paragraph stand on this page, in points: the median of small steps downwards. */
function linePitch(lines: readonly PdfLine[]): number {
  const steps = lines
    .slice(1)
    .map((line, index) => line.baseline - (lines[index]?.baseline ?? 0))
    .filter((step, index) => step > 0 && step < 2.2 * (lines[index]?.size ?? 0))
    .sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 14;
}

function startsBlock(line: PdfLine, before: PdfLine, pitch: number, right: number): boolean {
  const step = line.baseline - before.baseline;
  if (step <= 0 || step > 1.35 * Math.max(pitch, before.size)) return true;
  if (Math.abs(line.size - before.size) > 0.1 * before.size) return true;
  if (bullet.test(line.text)) return true;
  const short = before.box.x + before.box.width < right - 0.2 * right;
  return sentenceEnd.test(before.text) && (short || line.box.x > before.box.x + line.size);
}

/** Joins lines of running text: hyphens at line ends closed up, no space between Hanzi. */
function joinLines(lines: readonly PdfLine[]): LinePiece[] {
  return lines.map((line, index) => {
    const before = lines[index - 1]?.text ?? '';
    const next = lines[index + 1]?.text ?? '';
    const broken = /\p{Ll}[-\u00ad\u2010]$/u.test(line.text) && /^\p{Ll}/u.test(next);
    const closedUp = /\p{Ll}[-\u00ad\u2010]$/u.test(before) && /^\p{Ll}/u.test(line.text);
    const noSpace = wide.test(before.at(-1) ?? '') && wide.test(line.text[0] ?? '');
    return {
      text: broken ? line.text.slice(0, -1) : line.text,
      join: closedUp || noSpace ? '' : ' ',
      box: line.box,
    };
  });
}

/** Lines with columns that follow each other. A PDF does not mark its empty cells. */
function addTableLines(builder: TextBuilder, lines: readonly PdfLine[], page: number): void {
  // Where narrow gaps give every line the same number of cells, they are the columns.
  const columns = lines[0]?.narrowCells.length ?? 0;
  const narrow = lines.every(({ narrowCells }) => narrowCells.length === columns);
  const rows = lines.map(({ cells, narrowCells }) => ({
    cells: (narrow ? narrowCells : cells).map(plainCell),
    header: false,
  }));
  for (const [index, text] of tableRowTexts(rows, { exactColumns: true }).entries()) {
    const box = lines[index]?.box;
    if (text !== null && box) builder.addLines('table-row', [{ text, join: '', box }], { page });
  }
}

/** Adds the blocks of all pages: headings by font size, table rows, list items, paragraphs. None spans two pages. */
export function addPdfPages(builder: TextBuilder, raw: readonly PdfPage[]): void {
  const pages = withoutRunningLines(raw);
  const levels = headingLevels(pages);
  for (const { page, lines } of pages) {
    const pitch = linePitch(lines);
    const right = Math.max(0, ...lines.map(({ box }) => box.x + box.width));
    let open: PdfLine[] = [];
    let table: PdfLine[] = [];
    const close = (): void => {
      addTableLines(builder, table, page);
      table = [];
      const first = open[0];
      if (!first) return;
      const level = levels.get(Math.round(first.size));
      const pieces = joinLines(open);
      const characters = pieces.reduce((sum, { text }) => sum + text.length, 0);
      if (level !== undefined && open.length <= 3 && characters <= 200)
        builder.addLines('heading', pieces, { page, level });
      else builder.addLines(bullet.test(first.text) ? 'list-item' : 'paragraph', pieces, { page });
      open = [];
    };
    for (const [index, line] of lines.entries()) {
      const before = lines[index - 1];
      const inTable =
        line.cells.length > 1 &&
        ((before?.cells.length ?? 0) > 1 || (lines[index + 1]?.cells.length ?? 0) > 1);
      if (inTable) {
        if (open.length > 0) close();
        table.push(line);
        continue;
      }
      const last = open.at(-1);
      if (table.length > 0 || (last && startsBlock(line, last, pitch, right))) close();
      open.push(line);
    }
    close();
  }
}
