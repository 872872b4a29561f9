import { AppError } from '../../../../contract/app-error.ts';

// As much of BSON (https://bsonspec.org/spec.html) as a count needs: documents out, documents back.

/** What a document may hold. Numbers that are whole and fit are written as int32 or int64, others as double. */
export type BsonValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly BsonValue[]
  | BsonDocument
  | ExtendedValue;
export interface BsonDocument {
  readonly [key: string]: BsonValue;
}

/** A value that JSON has no spelling for: its type byte and its bytes. */
export class ExtendedValue {
  readonly type: number;
  readonly bytes: Uint8Array;
  constructor(type: number, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }
}

export function encodeBson(document: BsonDocument): Buffer {
  const fields = Object.entries(document).map(([key, value]) => encodeField(key, value));
  return wrap(Buffer.concat(fields));
}

function wrap(body: Buffer): Buffer {
  const out = Buffer.alloc(body.length + 5);
  out.writeInt32LE(out.length);
  body.copy(out, 4);
  return out;
}

function encodeField(key: string, value: BsonValue): Buffer {
  const [type, bytes] = encodeValue(value);
  return Buffer.concat([Buffer.from([type]), Buffer.from(`${key}\0`), bytes]);
}

function encodeValue(value: BsonValue): readonly [type: number, bytes: Uint8Array] {
  if (value === null) return [0x0a, Buffer.alloc(0)];
  if (value instanceof ExtendedValue) return [value.type, value.bytes];
  if (typeof value === 'string') return [0x02, encodeString(value)];
  if (typeof value === 'boolean') return [0x08, Buffer.from([value ? 1 : 0])];
  if (typeof value === 'number') return encodeNumber(value);
  if (value instanceof Uint8Array) {
    const head = Buffer.alloc(5);
    head.writeInt32LE(value.length);
    return [0x05, Buffer.concat([head, value])];
  }
  if (isList(value))
    return [0x04, encodeBson(Object.fromEntries(value.map((item, index) => [String(index), item])))];
  return [0x03, encodeBson(value)];
}

const isList = (value: readonly BsonValue[] | BsonDocument): value is readonly BsonValue[] =>
  Array.isArray(value);

function encodeNumber(value: number): readonly [type: number, bytes: Uint8Array] {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return [0x10, bytes];
  }
  const bytes = Buffer.alloc(8);
  if (Number.isSafeInteger(value)) {
    bytes.writeBigInt64LE(BigInt(value));
    return [0x12, bytes];
  }
  bytes.writeDoubleLE(value);
  return [0x01, bytes];
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`);
  const head = Buffer.alloc(4);
  head.writeInt32LE(bytes.length);
  return Buffer.concat([head, bytes]);
}

/** @throws AppError `upstream-failed` when the bytes are no document. */
export function decodeBson(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    return decodeDocument(bytes);
  } catch (cause) {
    throw new AppError('upstream-failed', 'The server answered with a document that cannot be read.', {
      cause,
    });
  }
}

function decodeDocument(bytes: Buffer): Record<string, unknown> {
  const document: Record<string, unknown> = {};
  let at = 4;
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw new RangeError('the document ends inside a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const text = (): string => {
    const end = bytes.indexOf(0, at);
    const value = take(end - at).toString('utf8');
    at += 1;
    return value;
  };
  for (let type = take(1)[0]; type !== undefined && type !== 0; type = take(1)[0]) {
    const key = text();
    switch (type) {
      case 0x01:
        document[key] = take(8).readDoubleLE();
        break;
      case 0x02:
        document[key] = take(take(4).readInt32LE()).toString('utf8').slice(0, -1);
        break;
      case 0x03:
      case 0x04: {
        const inner = decodeDocument(take(bytes.readInt32LE(at)));
        document[key] = type === 0x04 ? Object.values(inner) : inner;
        break;
      }
      case 0x05: {
        const length = take(4).readInt32LE();
        take(1);
        document[key] = Buffer.from(take(length));
        break;
      }
      case 0x07:
        document[key] = take(12).toString('hex');
        break;
      case 0x08:
        document[key] = take(1)[0] === 1;
        break;
      case 0x06:
      case 0x0a:
        document[key] = null;
        break;
      case 0x10:
        document[key] = take(4).readInt32LE();
        break;
      case 0x09:
      case 0x11:
      case 0x12:
        document[key] = Number(take(8).readBigInt64LE());
        break;
      case 0x13:
        take(16);
        break;
      default:
        throw new RangeError(`type ${type} is not read here`);
    }
  }
  return document;
}
