import { decodeText } from '../decode-text.ts';
import type { Parser } from '../parser.ts';
import { createTextBuilder } from '../text-builder.ts';

/** Plain text: paragraphs are what empty lines set apart; lines are kept. */
export const textParser: Parser = {
  name: 'text',
  parse: async (bytes, options) => {
    const text = decodeText(bytes, options.source);
    const builder = createTextBuilder(options);
    for (const paragraph of text.split(/\n[^\S\n]*\n\s*/u)) {
      // A form feed sets pages of old text files apart.
      for (const part of paragraph.split('\f')) builder.add('paragraph', part.replace(/[^\S\n]+$/gmu, ''));
    }
    return builder.finish(null, 'text/plain');
  },
};
