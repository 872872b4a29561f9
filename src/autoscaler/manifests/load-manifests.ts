import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../contract/app-error.ts';
import type { ManifestSet } from './manifest-set.ts';
import { parseManifests, type ManifestText } from './parse-manifests.ts';

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);
const maxFiles = 1000;

/**
 * The texts of what `-f` names: files, and folders with all their `.yaml`, `.yml` and `.json` files, sub-folders included.
 *
 * @throws AppError `not-found` for a path that does not exist, `invalid-argument` for a folder without manifests.
 */
export async function readManifestTexts(paths: readonly string[]): Promise<readonly ManifestText[]> {
  const texts: ManifestText[] = [];
  for (const path of paths) {
    const files = await filesOf(path);
    if (files.length === 0) {
      throw new AppError(
        'invalid-argument',
        `${path} holds no .yaml, .yml or .json file. Name a folder with manifests, or a file.`,
        { param: path },
      );
    }
    if (texts.length + files.length > maxFiles) {
      throw new AppError(
        'too-large',
        `${path} holds more than ${maxFiles} manifest files. Name a smaller folder.`,
        { param: path },
      );
    }
    for (const file of files) texts.push({ file, text: await readFile(file, 'utf8') });
  }
  return texts;
}

/**
 * Reads what `-f` names, and admits it.
 *
 * @throws AppError as `readManifestTexts`, and `invalid-argument` for everything wrong inside.
 */
export async function loadManifests(paths: readonly string[]): Promise<ManifestSet> {
  return parseManifests(await readManifestTexts(paths));
}

async function filesOf(path: string): Promise<string[]> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    throw new AppError('not-found', `There is no file or folder ${path} to read manifests from.`, {
      cause,
      param: path,
    });
  }
  if (!isFolder) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && isManifest(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
