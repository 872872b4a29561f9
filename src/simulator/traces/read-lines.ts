import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../contract/app-error.ts';

const maxLineLength = 64 * 1024 * 1024;

/**
 * Reads a text file line by line without holding it; one that ends in `.gz` is unpacked on the way.
 *
 * @param take gets each line without its end, and its number from 1.
 * @throws AppError `not-found`, `invalid-argument` when it cannot be unpacked, and whatever `take` throws.
 */
export async function readLines(file: string, take: (line: string, number: number) => void): Promise<void> {
  const raw = createReadStream(file, { highWaterMark: 256 * 1024 });
  // Errors reach the loop below through the last stream.
  const source = file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => {}) : raw;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: false });
  let rest = '';
  let number = 0;
  const each = (line: string): void => {
    number += 1;
    take(line.endsWith('\r') ? line.slice(0, -1) : line, number);
  };
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const chunk = await next(chunks, file);
      const lines = (
        rest + (chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true }))
      ).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) each(line);
      if (rest.length > maxLineLength) throw traceError(file, number + 1, 'this line is longer than 64 MiB');
      if (chunk === null) break;
    }
    if (rest !== '') each(rest);
  } finally {
    raw.destroy();
    source.destroy();
  }
}

async function next(chunks: AsyncIterator<Buffer>, file: string): Promise<Buffer | null> {
  try {
    const { done, value } = await chunks.next();
    return done === true ? null : value;
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw isMissing
      ? new AppError('not-found', `There is no trace ${file}.`, { cause, param: file })
      : new AppError(
          'invalid-argument',
          `The trace ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
          { cause, param: file },
        );
  }
}

/** A line of a trace that cannot be used: `file:line: what was expected, what was received`. */
export function traceError(file: string, line: number, message: string): AppError {
  return new AppError('invalid-argument', `${file}:${line}: ${message}`, {
    param: file,
    details: { line },
  });
}

/** At most 60 characters of what a message quotes. */
export function quoted(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}
