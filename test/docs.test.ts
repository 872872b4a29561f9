import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { configurationPage } from '../scripts/configuration-page.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

test('docs/configuration.md is what the schema says (node scripts/configuration-page.ts writes it)', () => {
  assert.equal(read('docs/configuration.md'), configurationPage());
});

test('every link between our own pages leads somewhere', () => {
  const pages = ['*.md', 'docs/**/*.md', 'deploy/**/*.md'].flatMap((pattern) =>
    globSync(pattern, { cwd: root }),
  );
  assert.ok(pages.length > 3);
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
      .map((link) => link[1] ?? '')
      .filter((link) => !existsSync(resolve(root, dirname(page), link)))
      .map((link) => `${page} -> ${link}`),
  );
  assert.deepEqual(broken, []);
});
