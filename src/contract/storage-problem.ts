const diskFull = 'The disk of the data directory is full. Free some space, then try again.';
const notWritable =
  'The data directory cannot be written to. Check that it is there, its owner and permissions, and that its disk is not mounted read-only.';

/** Codes of the operating system. */
const systemProblems: Readonly<Record<string, string>> = {
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  EROFS: notWritable,
};

/** Primary result codes of SQLite: FULL, READONLY, CANTOPEN, BUSY. @see https://www.sqlite.org/rescode.html */
const sqliteProblems: Readonly<Record<number, string>> = {
  13: diskFull,
  8: notWritable,
  14: notWritable,
  5: 'Another program kept the data directory locked for too long. Try again.',
};

/** What is wrong with the disk, as a sentence that names no path; null when the error is none of the disk's. */
export function storageProblem(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || !('code' in thrown)) return null;
  // SQLite's extended codes carry the primary one in their low byte.
  if (thrown.code === 'ERR_SQLITE_ERROR' && 'errcode' in thrown)
    return sqliteProblems[Number(thrown.errcode) % 256] ?? null;
  return systemProblems[String(thrown.code)] ?? null;
}
