import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '../../contract/app-error.ts';

/** Secrets are short; anything larger is the wrong file. */
const maxCharacters = 64 * 1024;

/**
 * Parameters from the file that a ClusterTriggerAuthentication names in `filePath`: a JSON object of texts. A relative
 * path is meant from the manifest.
 *
 * @throws AppError `invalid-argument` when it cannot be read; the message names no value of it.
 */
export function readAuthFile(path: string, manifestFile: string): Readonly<Record<string, string>> {
  const wrong = (what: string, cause?: unknown): AppError =>
    new AppError(
      'invalid-argument',
      `filePath ${path} (${manifestFile}): expected a JSON object of texts, ${what}.`,
      { param: 'spec.filePath', cause },
    );
  let text: string;
  try {
    text = readFileSync(resolve(dirname(manifestFile), path), 'utf8');
  } catch (cause) {
    throw wrong('but there is no such file to read', cause);
  }
  if (text.length > maxCharacters) throw wrong(`received ${text.length} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message would quote the secret.
    throw wrong('received something else');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong('received something else');
  const entries = Object.entries(value);
  const bad = entries.find(([, inner]) => typeof inner !== 'string');
  if (bad) throw wrong(`received something else under "${bad[0]}"`);
  return Object.fromEntries(entries.map(([name, inner]) => [name, String(inner)]));
}
