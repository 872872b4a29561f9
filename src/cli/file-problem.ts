import { AppError } from '../contract/app-error.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is mounted read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};

/** Why a file that a flag names cannot be written, as an error for the one who named it. @param flag without its dashes */
export function fileProblem(flag: string, file: string, thrown: unknown): AppError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const reason = reasons[code] ?? (thrown instanceof Error ? thrown.message : String(thrown));
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new AppError(
    isFull ? 'unavailable' : 'invalid-argument',
    `--${flag}: ${file} cannot be written: ${reason}.`,
    {
      param: flag,
      cause: thrown,
    },
  );
}
