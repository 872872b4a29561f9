import { AppError } from '../../contract/app-error.ts';

/** One part of a `multipart/form-data` body. Its bytes must be read before the next part is asked for, else they are skipped. */
export interface MultipartPart {
  readonly name: string;
  /** Null for a plain field. */
  readonly fileName: string | null;
  readonly body: AsyncGenerator<Uint8Array, void, void>;
}

const maxHeaderBytes = 16_384;
const maxParts = 1_000;

const broken = (what: string): AppError =>
  new AppError('invalid-argument', `The multipart body ${what}. Send it as multipart/form-data of RFC 7578.`);

/** The boundary of a `multipart/form-data` content type; null for every other type. @throws AppError `invalid-argument` without a usable one. */
export function multipartBoundary(contentType: string | null): string | null {
  if (contentType === null || !/^multipart\/form-data\b/iu.test(contentType)) return null;
  const found = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/iu.exec(contentType);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) throw broken('names no boundary of 1 to 70 characters');
  return boundary;
}

/** A value of a header's parameter as browsers and curl write it. */
function parameter(header: string, name: string): string | null {
  const found = new RegExp(`[;\\s]${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'isu').exec(header);
  const raw = found?.[1] ?? found?.[2];
  return raw === undefined
    ? null
    : raw
        .replace(/\\"|%22/gu, '"')
        .replace(/%0D/giu, '\r')
        .replace(/%0A/giu, '\n');
}

/**
 * Parts of a body, in order, in constant memory whatever their size.
 *
 * @throws AppError `invalid-argument` when the body is not well formed or has too many parts.
 */
export async function* readMultipart(
  pieces: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<MultipartPart, void, void> {
  const source = pieces[Symbol.asyncIterator]();
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has no line before it; with one it is like all others.
  let held: Buffer = Buffer.from('\r\n');

  const more = async (): Promise<void> => {
    const next = await source.next();
    if (next.done === true) throw broken('ends before its last boundary');
    held = Buffer.concat([held, next.value]);
  };
  async function* untilDelimiter(): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const at = held.indexOf(delimiter);
      if (at >= 0) {
        const piece = held.subarray(0, at);
        held = held.subarray(at + delimiter.length);
        if (piece.length > 0) yield piece;
        return;
      }
      const safe = held.length - delimiter.length + 1;
      if (safe > 0) {
        const piece = held.subarray(0, safe);
        held = held.subarray(safe);
        yield piece;
      }
      await more();
    }
  }
  async function until(mark: string): Promise<string> {
    for (;;) {
      const at = held.indexOf(mark);
      if (at > maxHeaderBytes || (at < 0 && held.length > maxHeaderBytes))
        throw broken(`has a part with more than ${maxHeaderBytes} bytes of headers`);
      if (at >= 0) {
        const text = held.subarray(0, at).toString('utf8');
        held = held.subarray(at + mark.length);
        return text;
      }
      await more();
    }
  }
  async function skip(body: AsyncGenerator<Uint8Array, void, void>): Promise<void> {
    for await (const _ of body);
  }

  try {
    await skip(untilDelimiter());
    for (let parts = 0; ; parts += 1) {
      while (held.length < 2) await more();
      if (held.subarray(0, 2).toString('latin1') === '--') return;
      if (parts === maxParts) throw broken(`has more than ${maxParts} parts; send fewer files at once`);
      // The line end of the boundary, then headers, then an empty line; a part may have no headers.
      await until('\r\n');
      held = Buffer.concat([Buffer.from('\r\n'), held]);
      const headers = await until('\r\n\r\n');
      const disposition = /\r\ncontent-disposition:([^\r]*)/iu.exec(headers)?.[1] ?? '';
      const body = untilDelimiter();
      yield {
        name: parameter(disposition, 'name') ?? '',
        fileName: parameter(disposition, 'filename'),
        body,
      };
      await skip(body);
    }
  } finally {
    await source.return?.();
  }
}
