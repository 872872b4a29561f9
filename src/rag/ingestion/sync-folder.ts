import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { AppError } from '../../contract/app-error.ts';
import type { IndexScope, PassageIndex } from '../index/passage-index.ts';
import type { BlobStore } from './blob-store.ts';
import { guessMediaType } from './choose-parser.ts';
import type { DocumentCatalogue, SubmitOutcome } from './document-catalogue.ts';
import { removeDocument } from './remove-document.ts';
import { normalizeSource } from './source-name.ts';
import { fileName } from './text-builder.ts';
import { walkFolder, type WalkedEntry } from './walk-folder.ts';

export interface SyncServices {
  readonly catalogue: DocumentCatalogue;
  readonly blobs: BlobStore;
  readonly index: PassageIndex;
  readonly maxDocumentBytes: number;
}

export type SyncEvent =
  | { readonly type: 'found'; readonly files: number }
  | {
      readonly type: 'submitted';
      readonly source: string;
      readonly outcome: SubmitOutcome;
      readonly documentId: string;
    }
  /** No parser reads this format; nothing is wrong with the file. */
  | { readonly type: 'skipped'; readonly source: string }
  /** This file was not taken; the rest goes on. */
  | { readonly type: 'refused'; readonly source: string; readonly error: AppError }
  | { readonly type: 'removed'; readonly source: string; readonly documentId: string };

async function listFiles(root: string): Promise<WalkedEntry[]> {
  if ((await stat(root)).isFile())
    return [{ kind: 'file', path: root, relative: fileName(root.replaceAll('\\', '/')) }];
  const entries: WalkedEntry[] = [];
  for await (const entry of walkFolder(root)) entries.push(entry);
  return entries;
}

async function checksum(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

function unreadable(relative: string, cause: unknown): AppError {
  const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new AppError(
    'unreadable-document',
    `${relative === '' ? 'The folder' : relative} cannot be opened${reason}. Check its permissions.`,
    { param: relative, cause },
  );
}

/**
 * Puts a folder in step with the catalogue: submits what is new or changed, removes what came from this folder and is
 * gone from it. The queue it leaves is worked off by `runJobs`. A single file is taken too; nothing is removed then.
 *
 * @throws AppError `not-found` when the folder does not exist: an unplugged disk must not empty the index.
 */
export async function* syncFolder(
  services: SyncServices,
  scope: IndexScope,
  folder: string,
  signal?: AbortSignal,
): AsyncGenerator<SyncEvent> {
  const { catalogue } = services;
  let root: string;
  try {
    root = await realpath(folder);
  } catch (cause) {
    throw new AppError('not-found', `There is no folder or file ${folder}. Check the path.`, {
      cause,
      param: folder,
    });
  }
  const single = (await stat(root)).isFile();
  const entries = await listFiles(root);
  yield { type: 'found', files: entries.filter(({ kind }) => kind === 'file').length };

  const present = new Set<string>();
  const unseen: string[] = [];
  for (const entry of entries) {
    signal?.throwIfAborted();
    const { relative } = entry;
    if (entry.kind === 'unsupported') {
      yield { type: 'skipped', source: relative };
      continue;
    }
    try {
      if (entry.kind === 'unreadable') {
        unseen.push(relative.normalize('NFC'));
        throw unreadable(relative, entry.cause);
      }
      const source = normalizeSource(relative);
      present.add(source);
      yield {
        type: 'submitted',
        source,
        ...(await submitFile(services, scope, source, entry.path, single ? null : root)),
      };
    } catch (error) {
      const known = error instanceof AppError ? error : unreadable(relative, error);
      yield { type: 'refused', source: relative, error: known };
    }
  }

  if (single) return;
  for (const { source, documentId } of await catalogue.ofOrigin(scope, root)) {
    const hidden = unseen.some((path) => path === '' || source === path || source.startsWith(`${path}/`));
    if (present.has(source) || hidden) continue;
    await removeDocument(services, scope.tenant, documentId);
    yield { type: 'removed', source, documentId };
  }
}

async function submitFile(
  { catalogue, blobs, maxDocumentBytes }: SyncServices,
  scope: IndexScope,
  source: string,
  path: string,
  origin: string | null,
): Promise<{ outcome: SubmitOutcome; documentId: string }> {
  const known = await catalogue.find(scope, source);
  // Most files of most runs are unchanged: reading them once is enough.
  if (
    known &&
    known.state !== 'failed' &&
    known.origin === origin &&
    (await checksum(path)) === known.wantedVersion
  )
    return { outcome: 'unchanged', documentId: known.documentId };
  const staged = await blobs.stage(source, createReadStream(path), maxDocumentBytes);
  try {
    const { version, bytes } = staged;
    const submission = { ...scope, source, mediaType: guessMediaType(source), version, bytes, origin };
    const { document, outcome } = await catalogue.submit(submission, () => staged.place());
    return { outcome, documentId: document.id };
  } finally {
    await staged.discard();
  }
}
