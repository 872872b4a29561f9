import { createHash, randomUUID } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { AppError } from '../../contract/app-error.ts';

/** Bytes that have arrived and are on disk, but not yet under their final name. */
export interface StagedBlob {
  /** sha-256 of the bytes, hex. */
  readonly version: string;
  readonly bytes: number;
  /** Gives the bytes their final name. Synchronous, so that a catalogue can do it inside its transaction. */
  place(): void;
  /** Throws the bytes away unless they were placed. */
  discard(): Promise<void>;
}

/** Documents' bytes, one file a content: `<directory>/<sha-256>`. Equal bytes are kept once. */
export interface BlobStore {
  /**
   * Streams bytes to disk and syncs them.
   * @param name whose bytes they are, for the error's sentence.
   * @throws AppError `too-large` as soon as more than `maxBytes` have arrived; nothing is left behind.
   */
  stage(name: string, pieces: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StagedBlob>;
  /** @throws AppError `unreadable-document` when the stored bytes are gone or damaged. */
  read(version: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The bytes as a stream, for sending. @throws AppError `not-found` */
  stream(version: string): Promise<{ readonly bytes: number; readonly body: ReadableStream<Uint8Array> }>;
  /** Removes the bytes; unknown ones are no error. */
  drop(version: string): void;
  /** Every stored version. */
  versions(): Promise<readonly string[]>;
  /** Removes staged bytes whose process died more than `olderThanMs` before `nowMs`. */
  sweepStaging(nowMs: number, olderThanMs: number): Promise<void>;
}

const megabytes = (bytes: number): string =>
  `${(bytes / 1024 / 1024).toFixed(bytes % 1048576 === 0 ? 0 : 1)} MiB`;

/** The sentence for a document over the byte limit. */
export function tooManyBytes(name: string, maxBytes: number): AppError {
  return new AppError(
    'too-large',
    `${name} is larger than ${megabytes(maxBytes)}, the limit for one document. Split it, or raise ingestion.maxDocumentBytes.`,
    { param: name },
  );
}

export function createBlobStore(directory: string): BlobStore {
  const staging = join(directory, 'staging');
  const pathOf = (version: string): string => {
    if (!/^[0-9a-f]{64}$/.test(version))
      throw new AppError('internal', `A stored version is 64 hexadecimal digits, received ${version}.`);
    return join(directory, version);
  };
  return {
    stage: async (name, pieces, maxBytes) => {
      await mkdir(staging, { recursive: true });
      const path = join(staging, randomUUID());
      const file = await open(path, 'wx', 0o600);
      const hash = createHash('sha256');
      let bytes = 0;
      try {
        for await (const piece of pieces) {
          bytes += piece.byteLength;
          if (bytes > maxBytes) throw tooManyBytes(name, maxBytes);
          hash.update(piece);
          await writeAll(file, piece);
        }
        await file.sync();
        await file.close();
      } catch (error) {
        await file.close().catch(() => {}); // Closed already; the first error counts.
        await rm(path, { force: true });
        throw error;
      }
      const version = hash.digest('hex');
      return {
        version,
        bytes,
        place: () => {
          mkdirSync(directory, { recursive: true });
          renameSync(path, pathOf(version));
          syncDirectory(directory);
        },
        discard: () => rm(path, { force: true }),
      };
    },
    read: async (version) => {
      let bytes: Uint8Array<ArrayBuffer>;
      try {
        bytes = await readFile(pathOf(version));
      } catch (cause) {
        throw new AppError('unreadable-document', 'The stored bytes are gone. Upload the document again.', {
          cause,
        });
      }
      if (createHash('sha256').update(bytes).digest('hex') === version) return bytes;
      throw new AppError(
        'unreadable-document',
        'The stored bytes are damaged: they no longer have the checksum they arrived with. Check the disk and upload the document again.',
      );
    },
    stream: async (version) => {
      const path = pathOf(version);
      const found = await stat(path).catch((cause: unknown) => {
        throw new AppError('not-found', 'The bytes of this document are gone.', { cause });
      });
      return {
        bytes: found.size,
        body: Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
      };
    },
    drop: (version) => rmSync(pathOf(version), { force: true }),
    versions: async () => {
      const names = await readdir(directory).catch(() => []); // No directory yet: nothing stored.
      return names.filter((name) => /^[0-9a-f]{64}$/.test(name));
    },
    sweepStaging: async (nowMs, olderThanMs) => {
      for (const name of await readdir(staging).catch(() => [])) {
        const path = join(staging, name);
        const found = await stat(path).catch(() => null); // Placed or discarded meanwhile.
        if (found && found.mtimeMs < nowMs - olderThanMs) await rm(path, { force: true });
      }
    },
  };
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, piece: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < piece.byteLength) {
    const { bytesWritten } = await file.write(piece, offset);
    offset += bytesWritten;
  }
}

/** A rename survives a power cut only once its directory is synced. */
function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
