import type { Readable } from 'node:stream';

const maxLineCharacters = 1024 * 1024;

/**
 * The lines of a stream, without their ends. A broken stream is an error of the iteration.
 *
 * `node:readline` passes such an error on as an event of its own, which would end the process.
 */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let held = '';
  for await (const piece of stream) {
    held += String(piece);
    const lines = held.split(/\r?\n/);
    held = lines.pop() ?? '';
    if (held.length > maxLineCharacters) throw new Error('a line of the answer does not end');
    yield* lines;
  }
  if (held !== '') yield held;
}
