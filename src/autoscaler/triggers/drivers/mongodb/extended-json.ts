import { ExtendedValue, type BsonDocument, type BsonValue } from './bson.ts';

const eight = (write: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.alloc(8);
  write(bytes);
  return bytes;
};

/** The spellings of MongoDB's Extended JSON for what JSON lacks. @see https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/ */
const readers: Readonly<Record<string, (value: unknown) => BsonValue | null>> = {
  $oid: (value) =>
    typeof value === 'string' && /^[\da-f]{24}$/i.test(value)
      ? new ExtendedValue(0x07, Buffer.from(value, 'hex'))
      : null,
  $date: (value) => {
    const inner =
      typeof value === 'object' && value !== null && '$numberLong' in value ? value.$numberLong : value;
    // oxlint-disable-next-line no-restricted-globals -- reads a written time, asks for none
    const ms = typeof inner === 'string' && !/^-?\d+$/.test(inner) ? Date.parse(inner) : Number(inner);
    return Number.isSafeInteger(ms)
      ? new ExtendedValue(
          0x09,
          eight((bytes) => bytes.writeBigInt64LE(BigInt(ms))),
        )
      : null;
  },
  $numberInt: (value) => (/^-?\d+$/.test(String(value)) ? Number(value) : null),
  $numberLong: (value) =>
    /^-?\d{1,18}$/.test(String(value))
      ? new ExtendedValue(
          0x12,
          eight((bytes) => bytes.writeBigInt64LE(BigInt(String(value)))),
        )
      : null,
  $numberDouble: (value) =>
    new ExtendedValue(
      0x01,
      eight((bytes) => bytes.writeDoubleLE(Number(value))),
    ),
};

/**
 * A query as KEDA takes it: Extended JSON. Operators such as `$gt` are ordinary keys.
 *
 * @returns null when it is no JSON object or a special value in it cannot be read.
 */
export function parseExtendedJson(text: string): BsonDocument | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The caller says so among the problems.
    return null;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  try {
    const value = convert(json);
    return isDocument(value) ? value : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const isDocument = (value: BsonValue): value is BsonDocument =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof ExtendedValue);

function convert(value: unknown): BsonValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return value.map(convert);
  const entries = Object.entries(value);
  const [first, ...others] = entries;
  const read = first && others.length === 0 ? readers[first[0]] : undefined;
  if (first && read) {
    const found = read(first[1]);
    if (found === null) throw new RangeError(`${first[0]} cannot be read`);
    return found;
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, convert(inner)]));
}
