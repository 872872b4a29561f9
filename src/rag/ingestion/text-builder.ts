import { AppError } from '../../contract/app-error.ts';
import type { Box } from '../../contract/passage.ts';
import type { ParsedBlock, ParsedDocument, ParsedLine, ParseOptions } from './parser.ts';

export interface BlockPlace {
  readonly level?: number;
  readonly page?: number;
}

/** A piece of a block: a line of a page with its box, joined to the piece before by `join`. */
export interface LinePiece {
  readonly text: string;
  readonly join: '' | ' ' | '\n';
  readonly box: Box;
}

/** Collects blocks of text and keeps their offsets right. */
export interface TextBuilder {
  /** White space at both ends is dropped; an empty block is left out. */
  add(kind: ParsedBlock['kind'], text: string, place?: BlockPlace): void;
  addLines(kind: ParsedBlock['kind'], pieces: readonly LinePiece[], place: BlockPlace): void;
  /** The text of the first heading so far. */
  firstHeading(): string | null;
  readonly length: number;
  /** @throws AppError `unreadable-document` when there is no text at all. */
  finish(title: string | null, mediaType: string, pages?: number | null): ParsedDocument;
}

/** The name without its folders. */
export const fileName = (source: string): string => source.slice(source.lastIndexOf('/') + 1);

/** The sentence for extracted text over the limit. */
export function tooMuchText(source: string, maxTextCharacters: number): AppError {
  return new AppError(
    'too-large',
    `${source} holds more than ${maxTextCharacters.toLocaleString('en-US')} characters of text, the limit for one document. Split it, or raise ingestion.maxTextCharacters.`,
    { param: source },
  );
}

const closeTogether = new Set<ParsedBlock['kind']>(['list-item', 'table-row']);

export function createTextBuilder({ source, limits }: ParseOptions): TextBuilder {
  const parts: string[] = [];
  const blocks: ParsedBlock[] = [];
  let length = 0;
  let heading: string | null = null;

  const append = (text: string): void => {
    if (length + text.length > limits.maxTextCharacters) throw tooMuchText(source, limits.maxTextCharacters);
    parts.push(text);
    length += text.length;
  };
  /** One line break inside a list or a table, an empty line between all else. */
  const separate = (kind: ParsedBlock['kind']): void => {
    const before = blocks.at(-1);
    if (before) append(before.kind === kind && closeTogether.has(kind) ? '\n' : '\n\n');
  };
  const note = (block: ParsedBlock, text: string): void => {
    blocks.push(block);
    if (block.kind === 'heading') heading ??= text;
  };

  return {
    get length() {
      return length;
    },
    firstHeading: () => heading,
    add: (kind, raw, place = {}) => {
      const text = (kind === 'code' ? raw.replace(/^\s*\n/u, '').trimEnd() : raw.trim()).toWellFormed();
      if (text === '') return;
      separate(kind);
      const start = length;
      append(text);
      note({ kind, ...place, start, end: length }, text);
    },
    addLines: (kind, pieces, place) => {
      if (pieces.length === 0) return;
      separate(kind);
      const start = length;
      const lines: ParsedLine[] = [];
      for (const [index, { text, join, box }] of pieces.entries()) {
        if (index > 0) append(join);
        const lineStart = length;
        append(text.toWellFormed());
        lines.push({ start: lineStart, end: length, box });
      }
      note({ kind, ...place, start, end: length, lines }, pieces.map(({ text }) => text).join(' '));
    },
    finish: (title, mediaType, pages = null) => {
      if (blocks.length === 0)
        throw new AppError(
          'unreadable-document',
          `${source} holds no text. Check that it is the file you meant.`,
          { param: source },
        );
      const shown = (title ?? '').replace(/\s+/gu, ' ').trim().slice(0, 300);
      return {
        title: shown === '' ? fileName(source) : shown.toWellFormed(),
        mediaType,
        text: parts.join(''),
        blocks,
        pages,
      };
    },
  };
}
