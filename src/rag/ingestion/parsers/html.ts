import { decodeText } from '../decode-text.ts';
import { addHtml } from '../html-blocks.ts';
import type { Parser } from '../parser.ts';
import { createTextBuilder } from '../text-builder.ts';

/** The encoding that the page itself names, as bytes of ASCII; null when it names none or one that is not known. */
function declaredEncoding(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2048));
  const label = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,40})/iu.exec(head)?.[1];
  if (label === undefined) return null;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null; // An invented label; the bytes decide.
  }
}

function decodeHtml(bytes: Uint8Array, source: string): string {
  const declared = declaredEncoding(bytes);
  // Unicode is told from the bytes better than from the label, which is often wrong.
  if (declared === null || declared.startsWith('utf-')) return decodeText(bytes, source);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(declared).decode(bytes); // Not UTF-8, so the label is believed.
  }
}

/** HTML pages: headings, paragraphs, lists, tables; scripts, styles, navigation and page footers left out. */
export const htmlParser: Parser = {
  name: 'html',
  parse: async (bytes, options) => {
    const html = decodeHtml(bytes, options.source);
    const builder = createTextBuilder(options);
    const title = addHtml(builder, html);
    // A page that is nothing but navigation, or one that never closes it: better all of it than nothing.
    if (builder.length === 0) addHtml(builder, html, { everything: true });
    return builder.finish(title ?? builder.firstHeading(), 'text/html');
  },
};
