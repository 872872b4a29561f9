// Runs every test below src, web and test with Node's own runner. Arguments: file paths or runner flags.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith('-'));
const named = args.filter((arg) => !arg.startsWith('-'));
const files =
  named.length > 0
    ? named
    : ['src', 'web', 'test'].flatMap((dir) => globSync(join(root, dir, '**/*.test.ts')));
const done = spawnSync(process.execPath, ['--test', '--test-concurrency=2', ...flags, ...files], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(done.status ?? 1);
