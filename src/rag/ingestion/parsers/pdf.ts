import { AppError } from '../../../contract/app-error.ts';
import type { Parser, ParseOptions } from '../parser.ts';
import { addPdfPages, type PdfPage } from '../pdf-blocks.ts';
import { buildLines, type PdfGlyphs } from '../pdf-lines.ts';
import { createTextBuilder, tooMuchText } from '../text-builder.ts';

type Matrix = readonly [number, number, number, number, number, number];

function toMatrix(values: readonly unknown[]): Matrix {
  const at = (index: number): number => Number(values[index] ?? 0);
  return [at(0), at(1), at(2), at(3), at(4), at(5)];
}

/** `outer` after `inner`. */
function multiply(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer;
  return [
    a * inner[0] + c * inner[1],
    b * inner[0] + d * inner[1],
    a * inner[2] + c * inner[3],
    b * inner[2] + d * inner[3],
    a * inner[4] + c * inner[5] + e,
    b * inner[4] + d * inner[5] + f,
  ];
}

/** @param view from the page's own space to points from its top left corner; knows its crop box and rotation. */
function placeGlyphs(
  item: { str: string; transform: readonly unknown[]; width: number; hasEOL: boolean },
  view: Matrix,
  page: number,
): PdfGlyphs {
  const [a, b, c, d, x, baseline] = multiply(view, toMatrix(item.transform));
  const size = Math.hypot(c, d) || 1;
  const along = Math.hypot(a, b) || 1;
  const right = { x: (a / along) * item.width, y: (b / along) * item.width };
  // From a fifth below the baseline to four fifths above it: what most fonts fill.
  const up = { x: c, y: d };
  const xs = [-0.2, 0.8].flatMap((rise) => [x + rise * up.x, x + rise * up.x + right.x]);
  const ys = [-0.2, 0.8].flatMap((rise) => [baseline + rise * up.y, baseline + rise * up.y + right.y]);
  const rounded = (value: number): number => Math.round(value * 100) / 100;
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  return {
    text: item.str.normalize('NFKC') === item.str ? item.str : ligatures(item.str),
    x,
    baseline,
    width: item.width,
    size,
    box: {
      page,
      x: rounded(left),
      y: rounded(top),
      width: rounded(Math.max(...xs) - left),
      height: rounded(Math.max(...ys) - top),
    },
    endsLine: item.hasEOL,
  };
}

/** `ﬁ` and its like as letters, so that words can be found; nothing else is changed. */
const ligatures = (text: string): string =>
  text.replace(/[\ufb00-\ufb06]/gu, (ligature) => ligature.normalize('NFKC'));

function unreadable({ source }: ParseOptions, what: string, cause?: unknown): AppError {
  return new AppError('unreadable-document', `${source} ${what}`, { param: source, cause });
}

function openError(error: unknown, options: ParseOptions): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException')
    return unreadable(options, 'is protected by a password. Remove the password and upload it again.', error);
  return unreadable(
    options,
    'is damaged: it is no complete PDF. Open it in a PDF viewer; if that works, print it to a new PDF and upload that, else get another copy.',
    error,
  );
}

function realTitle(value: unknown): string | null {
  const title = typeof value === 'string' ? value.trim() : '';
  if (
    title.length < 3 ||
    /^(?:untitled|microsoft|document\d*$)|\.(?:docx?|pdf|indd|tex|dvi|odt|html?)$/iu.test(title)
  )
    return null;
  return title;
}

/** PDFs with a text layer: lines with their boxes, paragraphs, headings by font size. */
export const pdfParser: Parser = {
  name: 'pdf',
  parse: async (bytes, options) => {
    const { getDocumentProxy } = await import('unpdf');
    const { source, limits, signal } = options;
    try {
      // pdf.js takes the buffer away from its owner.
      const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
      try {
        if (pdf.numPages > limits.maxPages)
          throw new AppError(
            'too-large',
            `${source} has ${pdf.numPages} pages, ${limits.maxPages} is the limit for one document. Split it, or raise ingestion.maxPages.`,
            { param: source },
          );
        const pages: PdfPage[] = [];
        let characters = 0;
        for (let number = 1; number <= pdf.numPages; number += 1) {
          signal?.throwIfAborted();
          const page = await pdf.getPage(number);
          const view = page.getViewport({ scale: 1 });
          const { items } = await page.getTextContent();
          const glyphs = items.flatMap((item) =>
            'str' in item ? [placeGlyphs(item, toMatrix(view.transform), number)] : [],
          );
          characters += glyphs.reduce((sum, { text }) => sum + text.length, 0);
          if (characters > limits.maxTextCharacters) throw tooMuchText(source, limits.maxTextCharacters);
          pages.push({ page: number, height: view.height, lines: buildLines(glyphs) });
          page.cleanup();
        }
        if (pages.every(({ lines }) => lines.length === 0))
          throw unreadable(
            options,
            'has no text layer: its pages are pictures. Run OCR on it first (for example with ocrmypdf) and upload the result.',
          );
        const builder = createTextBuilder(options);
        addPdfPages(builder, pages);
        const { info } = await pdf.getMetadata();
        const title = 'Title' in info ? realTitle(info.Title) : null;
        return builder.finish(title ?? builder.firstHeading(), 'application/pdf', pdf.numPages);
      } finally {
        await pdf.loadingTask.destroy();
      }
    } catch (error) {
      throw openError(error, options);
    }
  },
};
