/** One answer of Redis in RESP2. An error of the server is a value here; the connection throws it. */
export type RespValue = string | number | null | RespError | readonly RespValue[];

export interface RespError {
  readonly error: string;
}

export const isRespError = (value: RespValue): value is RespError =>
  typeof value === 'object' && value !== null && 'error' in value;

/** @see https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export function encodeCommand(words: readonly string[]): Buffer {
  const parts = [`*${words.length}\r\n`];
  for (const word of words) parts.push(`$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(parts.join(''));
}

/** What we ask for is small: a longer answer is not from a Redis. */
const maxBytes = 16 * 1024 * 1024;
const maxDepth = 8;

/** Reads answers out of pieces cut anywhere. @returns a function that takes a piece and gives the answers now complete. */
export function createRespReader(): (piece: Buffer) => readonly RespValue[] {
  let held: Buffer = Buffer.alloc(0);
  return (piece) => {
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    if (held.length > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`);
    const answers: RespValue[] = [];
    let at = 0;
    for (;;) {
      const read = readValue(held, at, 0);
      if (read === null) break;
      answers.push(read.value);
      at = read.end;
    }
    held = held.subarray(at);
    return answers;
  };
}

interface Read {
  readonly value: RespValue;
  readonly end: number;
}

/** Null when the value is not complete yet. */
function readValue(bytes: Buffer, start: number, depth: number): Read | null {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd < 0) return null;
  const kind = String.fromCharCode(bytes[start] ?? 0);
  const line = bytes.toString('utf8', start + 1, lineEnd);
  const end = lineEnd + 2;
  if (kind === '+') return { value: line, end };
  if (kind === '-') return { value: { error: line }, end };
  const number = Number(line);
  if (line === '' || !Number.isInteger(number) || depth > maxDepth) throw new Error('the answer is not RESP');
  if (kind === ':') return { value: number, end };
  if (kind === '$') {
    if (number < 0) return { value: null, end };
    if (bytes.length < end + number + 2) return null;
    return { value: bytes.toString('utf8', end, end + number), end: end + number + 2 };
  }
  if (kind !== '*') throw new Error('the answer is not RESP');
  if (number < 0) return { value: null, end };
  const items: RespValue[] = [];
  let at = end;
  for (let index = 0; index < number; index += 1) {
    const item = readValue(bytes, at, depth + 1);
    if (item === null) return null;
    items.push(item.value);
    at = item.end;
  }
  return { value: items, end: at };
}
