import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isKnownExtension } from './choose-parser.ts';

/** `unsupported` names a file of a format that no parser reads. `unreadable` names a file or folder that could not be looked into: what was known below it must be kept. */
export type WalkedEntry =
  | { readonly kind: 'file'; readonly path: string; readonly relative: string }
  | { readonly kind: 'unsupported'; readonly relative: string }
  | { readonly kind: 'unreadable'; readonly relative: string; readonly cause: unknown };

/**
 * Documents below a folder, by name, folders after files. Left out: names that begin with a dot, `node_modules`,
 * symbolic links that lead out of the root, folders seen before (links in a circle).
 *
 * @param root as `realpath` gives it.
 */
export async function* walkFolder(root: string): AsyncGenerator<WalkedEntry> {
  const seen = new Set<string>([root]);
  const waiting: { readonly path: string; readonly relative: string }[] = [{ path: root, relative: '' }];
  for (let folder = waiting.shift(); folder; folder = waiting.shift()) {
    const { path, relative } = folder;
    let names: string[];
    try {
      names = (await readdir(path)).sort();
    } catch (cause) {
      yield { kind: 'unreadable', relative, cause };
      continue;
    }
    for (const name of names) {
      if (name.startsWith('.') || name === 'node_modules') continue;
      const below = relative === '' ? name : `${relative}/${name}`;
      let real: string;
      let found: Awaited<ReturnType<typeof stat>>;
      try {
        real = await realpath(join(path, name));
        found = await stat(real);
      } catch (cause) {
        yield { kind: 'unreadable', relative: below, cause };
        continue;
      }
      if (!real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) continue;
      if (found.isDirectory() && !seen.has(real)) {
        seen.add(real);
        waiting.push({ path: real, relative: below });
      } else if (found.isFile()) {
        if (isKnownExtension(name)) yield { kind: 'file', path: real, relative: below };
        else yield { kind: 'unsupported', relative: below };
      }
    }
  }
}
