import { AppError } from '../../contract/app-error.ts';
import type { Parser } from './parser.ts';
import { fileName } from './text-builder.ts';

/** Every parser, loaded when a document needs it. */
export const parsers = {
  markdown: async () => (await import('./parsers/markdown.ts')).markdownParser,
  text: async () => (await import('./parsers/text.ts')).textParser,
  html: async () => (await import('./parsers/html.ts')).htmlParser,
  pdf: async () => (await import('./parsers/pdf.ts')).pdfParser,
  docx: async () => (await import('./parsers/docx.ts')).docxParser,
} as const satisfies Record<string, () => Promise<Parser>>;

export type ParserName = keyof typeof parsers;

const byExtension: Readonly<Record<string, ParserName>> = {
  md: 'markdown',
  markdown: 'markdown',
  mdown: 'markdown',
  mkd: 'markdown',
  txt: 'text',
  text: 'text',
  log: 'text',
  rst: 'text',
  adoc: 'text',
  org: 'text',
  htm: 'html',
  html: 'html',
  xhtml: 'html',
  pdf: 'pdf',
  docx: 'docx',
};

const mediaTypes: Readonly<Record<ParserName, string>> = {
  markdown: 'text/markdown',
  text: 'text/plain',
  html: 'text/html',
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};

const extensionOf = (source: string): string =>
  /\.([^./]{1,16})$/u.exec(fileName(source))?.[1]?.toLowerCase() ?? '';

/** True for names that a folder's sync takes in. */
export const isKnownExtension = (source: string): boolean => Object.hasOwn(byExtension, extensionOf(source));

/** What the name says; `application/octet-stream` when it says nothing. */
export function guessMediaType(source: string): string {
  const name = byExtension[extensionOf(source)];
  return name === undefined ? 'application/octet-stream' : mediaTypes[name];
}

/** One character a byte; the standard decoder's latin1 is Windows-1252 and changes some. */
const headOf = (bytes: Uint8Array, length: number): string =>
  Buffer.from(bytes.subarray(0, length)).toString('latin1');

function startsWith(bytes: Uint8Array, signature: string): boolean {
  return headOf(bytes, signature.length) === signature;
}

const formats = 'PDF, DOCX, HTML, Markdown or text';
const otherBinaries: readonly (readonly [signature: string, what: string])[] = [
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['GIF8', 'a GIF picture'],
  ['Rar!', 'a RAR archive'],
  ['7z\xbc\xaf', 'a 7-Zip archive'],
  ['\x1f\x8b', 'a gzip archive'],
  ['MZ', 'a Windows program'],
  ['\x7fELF', 'a program'],
  ['{\\rtf', 'an RTF document'],
];

/**
 * The parser for these bytes: by what they are where that can be seen, else by the name.
 *
 * @throws AppError `unreadable-document` for no bytes at all, `unsupported-media` when bytes and name do not agree or
 * no parser knows them.
 */
export function chooseParser(source: string, bytes: Uint8Array): ParserName {
  const refuse = (what: string): AppError =>
    new AppError('unsupported-media', `${source} ${what}. Give a ${formats} file.`, { param: source });
  if (bytes.byteLength === 0)
    throw new AppError(
      'unreadable-document',
      `${source} is empty (0 bytes). Upload the file again, with its contents.`,
      {
        param: source,
      },
    );
  const named = byExtension[extensionOf(source)];
  // Readers accept a PDF with up to a kilobyte of something else before it.
  const isPdf = headOf(bytes, 1024).includes('%PDF-');
  if (isPdf && (named === 'pdf' || startsWith(bytes, '%PDF-'))) return 'pdf';
  if (startsWith(bytes, 'PK\x03\x04') || startsWith(bytes, '\xd0\xcf\x11\xe0')) {
    if (named === 'docx' || named === undefined) return 'docx';
    throw refuse('is an archive or an Office document, not what its name says');
  }
  const other = otherBinaries.find(([signature]) => startsWith(bytes, signature));
  if (other && (other[0] !== 'MZ' || named === undefined)) throw refuse(`is ${other[1]}`);
  if (named === 'pdf') throw refuse('is named as a PDF but is none: it does not begin with %PDF-');
  if (named === 'docx') throw refuse('is named as a Word document but is none: it is not a zip archive');
  if (named !== undefined) return named;
  return /^\s*<(?:!doctype html|html)/iu.test(headOf(bytes, 512)) ? 'html' : 'text';
}
