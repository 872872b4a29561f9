import { AppError } from '../../../contract/app-error.ts';
import { addHtml } from '../html-blocks.ts';
import type { Parser } from '../parser.ts';
import { createTextBuilder } from '../text-builder.ts';
import { listZip, repackZip } from '../unzip-safely.ts';

const mediaType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
/** Word's own XML of a book of a thousand pages is about 20 MB. */
const zipLimits = { maxUnpackedBytes: 128 * 1024 * 1024, maxEntries: 20_000 };

function broken(source: string, cause: unknown): AppError {
  return new AppError(
    'unreadable-document',
    `${source} is damaged: it is named as a Word document but its contents cannot be unpacked. Open it in Word or LibreOffice, save it again as .docx, and upload that.`,
    { param: source, cause },
  );
}

/** The archive without pictures and other parts that hold no text. */
function textParts(bytes: Uint8Array, source: string): Uint8Array {
  // The container of old .doc files, which also wraps password-protected .docx files.
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11 && bytes[3] === 0xe0)
    throw new AppError(
      'unreadable-document',
      `${source} is protected by a password or is an old .doc file. Save it as .docx without a password and upload that.`,
      { param: source },
    );
  try {
    if (!listZip(bytes).some(({ name }) => name === 'word/document.xml'))
      throw new AppError(
        'unsupported-media',
        `${source} is a zip archive but not a Word document: it has no word/document.xml. Give a .docx file.`,
        { param: source },
      );
    return repackZip(bytes, (name) => /\.(?:xml|rels)$/iu.test(name), zipLimits, source);
  } catch (error) {
    throw error instanceof AppError ? error : broken(source, error);
  }
}

/** Word documents, through mammoth's HTML: headings, lists, tables, footnotes. */
export const docxParser: Parser = {
  name: 'docx',
  parse: async (bytes, options) => {
    const archive = textParts(bytes, options.source);
    const { default: mammoth } = await import('mammoth');
    let html: string;
    try {
      const noPictures = mammoth.images.imgElement(async () => ({ src: '' }));
      const result = await mammoth.convertToHtml(
        { buffer: Buffer.from(archive) },
        {
          convertImage: noPictures,
          styleMap: ["p[style-name='Title'] => title:fresh", "p[style-name='Subtitle'] => p:fresh"],
        },
      );
      html = result.value;
    } catch (error) {
      throw broken(options.source, error);
    }
    const builder = createTextBuilder(options);
    const title = addHtml(builder, html, { everything: true });
    return builder.finish(title ?? builder.firstHeading(), mediaType);
  },
};
