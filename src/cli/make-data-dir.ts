import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../contract/app-error.ts';

/** Makes the data directory where it is missing. @throws AppError `invalid-argument` when it cannot be made or written to. */
export function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new AppError(
      'invalid-argument',
      `The data directory ${resolve(dataDir)} cannot be made or written to${code}. Correct its permissions, or choose another one (--data-dir, SLUICE_DATA_DIR).`,
      { cause, param: 'dataDir' },
    );
  }
}
