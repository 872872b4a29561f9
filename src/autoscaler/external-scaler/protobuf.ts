/** One field of a message as it came: a number, or the bytes of a text or an inner message. */
export interface WireField {
  readonly field: number;
  readonly value: WireValue;
}
type WireValue =
  | { readonly kind: 'varint'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'other' };

const text = new TextEncoder();
const fromText = new TextDecoder();

/** Bytes of `message`, put together from the fields below. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** proto3 leaves out what equals the default. */
export function stringField(field: number, value: string): Uint8Array {
  return value === '' ? empty : messageField(field, text.encode(value));
}

/** An inner message is written even when it is empty: it counts as an item of a list. */
export function messageField(field: number, value: Uint8Array): Uint8Array {
  return concatBytes([varint(tag(field, 2)), varint(BigInt(value.length)), value]);
}

export function boolField(field: number, value: boolean): Uint8Array {
  return value ? concatBytes([varint(tag(field, 0)), varint(1n)]) : empty;
}

/** Numbers beyond int64 are cut to it, fractions cut off. */
export function int64Field(field: number, value: number): Uint8Array {
  const whole = BigInt(Math.trunc(Math.max(-(2 ** 63), Math.min(value, 2 ** 63 - 1024))));
  return whole === 0n ? empty : concatBytes([varint(tag(field, 0)), varint(BigInt.asUintN(64, whole))]);
}

export function doubleField(field: number, value: number): Uint8Array {
  if (value === 0) return empty;
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return concatBytes([varint(tag(field, 1)), bytes]);
}

const empty = new Uint8Array(0);
const tag = (field: number, wire: number): bigint => BigInt(field * 8 + wire);

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/**
 * Fields in the order written; unknown ones are there too, and are the caller's to skip.
 *
 * @throws RangeError when the bytes end in the middle of a field.
 */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw new RangeError('the message ends inside a number');
      at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a number has more than ten bytes');
  };
  const skip = (length: number): number => {
    const from = at;
    at += length;
    if (at > bytes.length) throw new RangeError('the message ends inside a field');
    return from;
  };
  while (at < bytes.length) {
    const key = Number(readVarint());
    const field = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { field, value: { kind: 'varint', value: readVarint() } };
        break;
      case 1:
        yield { field, value: { kind: 'double', value: view.getFloat64(skip(8), true) } };
        break;
      case 2: {
        const length = Number(readVarint());
        const from = skip(length);
        yield { field, value: { kind: 'bytes', value: bytes.subarray(from, from + length) } };
        break;
      }
      case 5:
        skip(4);
        yield { field, value: { kind: 'other' } };
        break;
      default:
        throw new RangeError(`wire type ${key % 8} is not in use`);
    }
  }
}

/** @returns '' for a field that is no text. */
export const stringOf = ({ value }: WireField): string =>
  value.kind === 'bytes' ? fromText.decode(value.value) : '';
export const bytesOf = ({ value }: WireField): Uint8Array => (value.kind === 'bytes' ? value.value : empty);
/** Doubles as they are, int64 with its sign. */
export const numberOf = ({ value }: WireField): number => {
  if (value.kind === 'double') return value.value;
  return value.kind === 'varint' ? Number(BigInt.asIntN(64, value.value)) : 0;
};
