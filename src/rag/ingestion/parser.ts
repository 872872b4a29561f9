import type { Box } from '../../contract/passage.ts';

/** One line of a page, where the format has page coordinates. */
export interface ParsedLine {
  /** Offsets in the document's text, UTF-16 units, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly box: Box;
}

/** A stretch of the text that belongs together. Blocks are in order, do not overlap, and leave only white space out. */
export interface ParsedBlock {
  readonly kind: 'heading' | 'paragraph' | 'list-item' | 'table-row' | 'code';
  /** Headings only: 1 is the outermost. */
  readonly level?: number;
  /** Offsets in the document's text, UTF-16 units, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** 1-based; left out where the format has no pages. */
  readonly page?: number;
  /** Left out where the format has no page coordinates. */
  readonly lines?: readonly ParsedLine[];
}

export interface ParsedDocument {
  /** Never empty: the document's own title, else its file name. */
  readonly title: string;
  readonly mediaType: string;
  /** Readable text without markup. A table row carries its column names, so that it can be understood alone. */
  readonly text: string;
  readonly blocks: readonly ParsedBlock[];
  /** Null where the format has no pages. */
  readonly pages: number | null;
}

export interface ParseLimits {
  /** UTF-16 units of the extracted text. */
  readonly maxTextCharacters: number;
  readonly maxPages: number;
}

export interface ParseOptions {
  /** The document's name, for its title and for errors. */
  readonly source: string;
  readonly limits: ParseLimits;
  readonly signal?: AbortSignal;
}

/** Makes text and structure of one format's bytes. It may be stopped from outside at any moment, so it keeps nothing. */
export interface Parser {
  readonly name: string;
  /**
   * @throws AppError `unreadable-document` (broken, encrypted, without text), `too-large` (beyond a limit) or
   * `unsupported-media` (another format than the name says); its sentence names the file, the problem and what to do.
   */
  parse(bytes: Uint8Array, options: ParseOptions): Promise<ParsedDocument>;
}
