import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../contract/app-error.ts';
import type { ManifestSet } from './manifest-set.ts';
import { parseManifests, type ManifestText } from './parse-manifests.ts';

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);
const maxFiles = 1000;

/** What stands for standard input on the command line, and what messages call it. */
const standardInput = { path: '-', file: 'stdin' } as const;

/**
 * The texts of what `-f` names: files, and folders with all their `.yaml`, `.yml` and `.json` files, sub-folders included;
 * `-` is standard input. A file is read once, however many names lead to it.
 *
 * @throws AppError `not-found` for a path that does not exist, `invalid-argument` for a folder without manifests and for
 * a file that cannot be read.
 */
export async function readManifestTexts(paths: readonly string[]): Promise<readonly ManifestText[]> {
  const texts: ManifestText[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === standardInput.path) {
      const text = await readable(standardInput.file, () => readFile('/dev/stdin', 'utf8'));
      texts.push({ file: standardInput.file, text });
      continue;
    }
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
    for (const file of files) {
      // A pipe, as of `<(helm template …)`, has no other place than its name.
      const place = await realpath(file).catch(() => file);
      if (seen.has(place)) continue;
      seen.add(place);
      texts.push({ file, text: await readable(file, () => readFile(file, 'utf8')) });
    }
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
  return isFolder ? (await manifestsIn(path)).sort() : [path];
}

/**
 * Links to files are followed: a mounted ConfigMap consists of them. Links to folders are not, as in `kubectl -R`, so a
 * loop ends; nor are folders whose name begins with a dot, where a mounted ConfigMap and git keep everything once more.
 */
async function manifestsIn(folder: string): Promise<string[]> {
  const entries = await readable(folder, () => readdir(folder, { withFileTypes: true }));
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && entry.name !== 'node_modules')
        found.push(...(await manifestsIn(path)));
    } else if (isManifest(entry.name) && (entry.isFile() || (await leadsToFile(path)))) {
      found.push(path);
    }
  }
  return found;
}

async function leadsToFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // A link to nothing; editors leave them behind.
    return false;
  }
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('invalid-argument', `${path} cannot be read: ${reason}. Check its permissions.`, {
      cause,
      param: path,
    });
  }
}
