import type { Box } from '../../contract/passage.ts';

/** A run of glyphs as the page draws it. Unit: points from the page's top left corner, y downwards. */
export interface PdfGlyphs {
  readonly text: string;
  /** Left end of the baseline. */
  readonly x: number;
  readonly baseline: number;
  readonly width: number;
  /** Size of the font. */
  readonly size: number;
  readonly box: Box;
  readonly endsLine: boolean;
}

export interface PdfLine {
  readonly text: string;
  /** Parts set apart by wide gaps; one for running text. */
  readonly cells: readonly string[];
  /** The same for gaps that would be large for words; only a table around the line tells which of the two is right. */
  readonly narrowCells: readonly string[];
  readonly size: number;
  readonly baseline: number;
  readonly box: Box;
}

const isWide = (char: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u.test(char);

/** Is white space missing between two runs with this gap (in font sizes)? Hanzi stand apart without any. */
function wantsSpace(before: string, after: string, gapEm: number): boolean {
  if (/\s$/u.test(before) || /^\s/u.test(after)) return false;
  const wide = isWide(before.at(-1) ?? '') || isWide(after[0] ?? '');
  return gapEm > (wide ? 0.6 : 0.15);
}

function union(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    page: a.page,
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/** Wider than this, in font sizes, a gap sets columns apart in any text, or only in a table. */
const columnGapEm = 1.5;
const narrowGapEm = 0.7;

interface OpenLine {
  /** Set apart by gaps wider than the narrow one; `gapEm` stands before the text. */
  readonly pieces: { text: string; readonly gapEm: number }[];
  right: number;
  size: number;
  characters: number;
  readonly baseline: number;
  box: Box;
}

/** Lines of a page, in the order in which the page draws them, which is the reading order of nearly all programs. */
export function buildLines(glyphs: readonly PdfGlyphs[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let open: OpenLine | null = null;
  const close = (): void => {
    if (!open) return;
    const cells: string[] = [];
    const narrowCells: string[] = [];
    for (const { text, gapEm } of open.pieces) {
      const shown = text.replace(/\s+/gu, ' ').trim();
      narrowCells.push(shown);
      if (cells.length === 0 || gapEm > columnGapEm) cells.push(shown);
      else cells[cells.length - 1] = `${cells.at(-1) ?? ''} ${shown}`;
    }
    const { size, baseline, box } = open;
    lines.push({ text: cells.join(' '), cells, narrowCells, size, baseline, box });
    open = null;
  };
  for (const glyph of glyphs) {
    if (glyph.text.trim() !== '') {
      if (open) {
        const moved = Math.abs(glyph.baseline - open.baseline) > 0.5 * Math.max(open.size, glyph.size);
        if (moved || glyph.x < open.right - 1.5 * open.size) close();
      }
      if (open) {
        const gapEm = (glyph.x - open.right) / open.size;
        const last: OpenLine['pieces'][number] | undefined = open.pieces.at(-1);
        if (!last || gapEm > narrowGapEm) open.pieces.push({ text: glyph.text, gapEm });
        else last.text += `${wantsSpace(last.text, glyph.text, gapEm) ? ' ' : ''}${glyph.text}`;
        open.right = glyph.x + glyph.width;
        open.box = union(open.box, glyph.box);
        // A footnote mark must not decide the size of its line.
        if (glyph.text.length > open.characters) open.size = glyph.size;
        open.characters = Math.max(open.characters, glyph.text.length);
      } else {
        open = {
          pieces: [{ text: glyph.text, gapEm: 0 }],
          right: glyph.x + glyph.width,
          size: glyph.size,
          characters: glyph.text.length,
          baseline: glyph.baseline,
          box: glyph.box,
        };
      }
    } else if (open && glyph.text !== '' && glyph.width < narrowGapEm * open.size) {
      const last = open.pieces.at(-1);
      if (last) last.text += ' ';
    }
    if (glyph.endsLine) close();
  }
  close();
  return lines;
}
