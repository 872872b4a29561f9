import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Guardian } from '../../guardian.ts';

/** A private folder for the sockets of replicas; only this user may enter it. */
export interface SocketFolder {
  /** Made when first asked for. Short: a socket's whole path may have at most 103 bytes on macOS. */
  path(): Promise<string>;
  remove(): Promise<void>;
}

export function createSocketFolder(guardian: Guardian): SocketFolder {
  let made: Promise<string> | null = null;
  const make = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'sluice-'));
    guardian.addSocketFolder(path);
    return path;
  };
  return {
    path: () => {
      made ??= make();
      return made;
    },
    remove: async () => {
      if (made) await rm(await made, { recursive: true, force: true });
    },
  };
}
