import { AppError } from '../../contract/app-error.ts';

function tryDecode(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null; // Not this encoding; the caller tries the next.
  }
}

/** Share of bytes 0 among the even or the odd places of the head: UTF-16 without a byte order mark shows one side full of them. */
function utf16Without(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const head = bytes.subarray(0, 4096);
  let even = 0;
  let odd = 0;
  for (const [index, byte] of head.entries())
    if (byte === 0) {
      if (index % 2 === 0) even += 1;
      else odd += 1;
    }
  const half = head.length / 2;
  if (odd > half * 0.4 && even < half * 0.05) return 'utf-16le';
  return even > half * 0.4 && odd < half * 0.05 ? 'utf-16be' : null;
}

/** Letters of the first Latin supplement that Western texts use beside ASCII: GB 18030 reads pairs of them as rare characters. */
function looksWestern(bytes: Uint8Array): boolean {
  let lone = 0;
  let high = 0;
  for (let index = 0; index < Math.min(bytes.length, 65_536); index += 1) {
    if ((bytes[index] ?? 0) < 0x80) continue;
    high += 1;
    if ((bytes[index - 1] ?? 0) < 0x80 && (bytes[index + 1] ?? 0) < 0x80) lone += 1;
  }
  return high > 0 && lone / high > 0.6;
}

/** Text has no NUL and next to no control characters; binary files are full of them. */
function looksBinary(text: string): boolean {
  const head = text.slice(0, 65_536);
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  const controls = head.match(/[\u0000-\u0007\u000e-\u001a\u001c-\u001f\ufffe\uffff]/gu)?.length ?? 0;
  return head.includes('\u0000') || controls > head.length / 100;
}

/**
 * Text of bytes: by byte order mark, else UTF-8 when it is valid, else UTF-16 when every second byte is 0, else
 * GB 18030 (which includes GBK and GB 2312), or Windows-1252 when accented letters stand alone among ASCII.
 * Line ends become `\n`.
 *
 * @throws AppError `unsupported-media` when the bytes are no text in any of these.
 */
export function decodeText(bytes: Uint8Array, source: string): string {
  const text = decodeBytes(bytes);
  if (text === null || looksBinary(text))
    throw new AppError(
      'unsupported-media',
      `${source} is not text: its bytes are valid neither as UTF-8, UTF-16, GB 18030 nor Windows-1252. Save it as UTF-8 text, or give a PDF, DOCX, HTML, Markdown or text file.`,
      { param: source },
    );
  return text.replace(/\r\n?/gu, '\n');
}

function decodeBytes(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return tryDecode(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return tryDecode(bytes, 'utf-16be');
  const wide = utf16Without(bytes);
  if (wide) return tryDecode(bytes, wide);
  const utf8 = tryDecode(bytes, 'utf-8');
  if (utf8 !== null) return utf8;
  if (looksWestern(bytes)) return tryDecode(bytes, 'windows-1252');
  return tryDecode(bytes, 'gb18030');
}
