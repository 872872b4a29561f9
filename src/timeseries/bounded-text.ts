import { AppError } from '../contract/app-error.ts';

/**
 * Reads a body as UTF-8 text, and stops reading beyond the bound.
 *
 * @param what names the body in the error, for example `The metrics page http://…`
 * @throws AppError `too-large`
 */
export async function readBoundedText(
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
  what: string,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.byteLength;
    if (bytes > maxBytes) throw new AppError('too-large', `${what} is larger than ${maxBytes} bytes.`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
