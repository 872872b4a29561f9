import { Inflate, unzipSync, zipSync } from 'fflate';
import { AppError } from '../../contract/app-error.ts';

export interface ZipLimits {
  /** Bytes of all wanted entries together, unpacked. */
  readonly maxUnpackedBytes: number;
  readonly maxEntries: number;
}

interface Entry {
  readonly name: string;
  /** As the archive declares it. */
  readonly unpackedBytes: number;
  readonly packedBytes: number;
  readonly method: number;
}

const le16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
const le32 = (bytes: Uint8Array, at: number): number => (le16(bytes, at) | (le16(bytes, at + 2) << 16)) >>> 0;

/** Names and declared sizes. Nothing is unpacked. */
export function listZip(bytes: Uint8Array): readonly Entry[] {
  const entries: Entry[] = [];
  unzipSync(bytes, {
    filter: ({ name, originalSize, size, compression }) => {
      entries.push({ name, unpackedBytes: originalSize, packedBytes: size, method: compression });
      return false;
    },
  });
  return entries;
}

/** Where each entry's packed bytes stand, from the central directory. */
function locate(bytes: Uint8Array): Map<string, { start: number; packedBytes: number }> {
  const places = new Map<string, { start: number; packedBytes: number }>();
  let end = bytes.length - 22;
  while (end >= 0 && le32(bytes, end) !== 0x06054b50) end -= 1;
  let at = end < 0 ? bytes.length : le32(bytes, end + 16);
  while (at + 46 <= bytes.length && le32(bytes, at) === 0x02014b50) {
    const nameLength = le16(bytes, at + 28);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const local = le32(bytes, at + 42);
    const start = local + 30 + le16(bytes, local + 26) + le16(bytes, local + 28);
    places.set(name, { start, packedBytes: le32(bytes, at + 20) });
    at += 46 + nameLength + le16(bytes, at + 30) + le16(bytes, at + 32);
  }
  return places;
}

/**
 * The wanted entries of a zip archive as a new, unpacked archive. Both what the archive declares and what really comes
 * out are held to the limits, so that a lying header helps no bomb.
 *
 * @throws AppError `too-large` beyond a limit; what fflate throws when the archive is broken.
 */
export function repackZip(
  bytes: Uint8Array,
  wanted: (name: string) => boolean,
  limits: ZipLimits,
  source: string,
): Uint8Array {
  const tooLarge = (): AppError =>
    new AppError(
      'too-large',
      `${source} unpacks to more than ${Math.round(limits.maxUnpackedBytes / 1024 / 1024)} MiB, which no real document of its size does; it looks like a zip bomb. Save the document again with the program that made it.`,
      { param: source },
    );
  const entries = listZip(bytes);
  if (entries.length > limits.maxEntries) throw tooLarge();
  const chosen = entries.filter(({ name }) => wanted(name));
  const declared = chosen.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  if (declared > limits.maxUnpackedBytes) throw tooLarge();
  const places = locate(bytes);
  const files: Record<string, Uint8Array> = {};
  let total = 0;
  for (const { name, method } of chosen) {
    const place = places.get(name);
    if (!place || Object.hasOwn(files, name)) continue;
    const packed = bytes.subarray(place.start, place.start + place.packedBytes);
    const parts: Uint8Array[] = [];
    const take = (part: Uint8Array): void => {
      total += part.length;
      if (total > limits.maxUnpackedBytes) throw tooLarge();
      parts.push(part);
    };
    if (method === 0) take(packed);
    else {
      const inflate = new Inflate(take);
      // Small steps: one step's output is in memory before it can be counted.
      for (let at = 0; at < packed.length; at += 16_384)
        inflate.push(packed.subarray(at, at + 16_384), at + 16_384 >= packed.length);
    }
    files[name] = Buffer.concat(parts);
  }
  return zipSync(files, { level: 0 });
}
