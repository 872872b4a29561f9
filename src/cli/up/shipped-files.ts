import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files that belong to Sluice itself, wherever it is installed. */
export interface ShippedFiles {
  /** Program and arguments that stand for `sluice replica`. */
  readonly replica: readonly [string, string];
  readonly worker: readonly [string, string];
  /** Folder of the page. */
  readonly web: string;
  readonly examples: string;
  readonly version: string;
}

/** The package's folder: the nearest one above this file that holds its package.json. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

export function shippedFiles(): ShippedFiles {
  const root = packageRoot();
  const program = (name: string): [string, string] => [
    process.execPath,
    join(root, 'dist', 'node', `${name}.js`),
  ];
  return {
    replica: program('replica'),
    worker: program('worker'),
    web: join(root, 'dist', 'web'),
    examples: join(root, 'examples', 'documents'),
    version: String(
      Reflect.get(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object, 'version'),
    ),
  };
}
