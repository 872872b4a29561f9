import { readFile } from 'node:fs/promises';

/**
 * A certificate or key in a file that a connection text names.
 *
 * @param name of the option, for the message
 * @throws Error when the file cannot be read.
 */
export async function pemOfFile(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    // oxlint-disable-next-line preserve-caught-error -- a cause would be shown instead of this sentence
    throw new Error(`${name}: ${file} cannot be read (${code})`);
  }
}
