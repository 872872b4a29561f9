import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../contract/app-error.ts';

/**
 * One `sluice up` a data directory. The lock is the operating system's on an open file, so it ends with the process
 * however that ends: there is no stale lock to clean up.
 *
 * @throws AppError `conflict` when another process holds it.
 */
export function lockInstance(dataDir: string): Disposable {
  mkdirSync(dataDir, { recursive: true });
  const lock = new DatabaseSync(join(dataDir, 'up.lock'));
  try {
    lock.exec('PRAGMA busy_timeout = 0');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!isHeld(cause)) throw AppError.from(cause);
    throw new AppError(
      'conflict',
      `Another "sluice up" uses the data directory ${dataDir}. Stop it, or choose another one (--data-dir, SLUICE_DATA_DIR).`,
      { cause },
    );
  }
  return { [Symbol.dispose]: () => lock.close() };
}

/** SQLITE_BUSY; anything else is a disk that is full or cannot be written to. */
function isHeld(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === 5;
}
