import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { missingEntries } from '../scripts/complete-lock.mjs';

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, { resolved?: string; dev?: boolean; license?: string }>;
};

test('the lock file names the packages of every platform (node scripts/complete-lock.mjs adds them)', () => {
  assert.deepEqual(Object.keys(missingEntries(lock)), []);
});

test('the lock file names no registry host', () => {
  const named = Object.entries(lock.packages).flatMap(([path, { resolved }]) =>
    resolved?.startsWith('http') ? [path] : [],
  );
  assert.deepEqual(named, []);
});

test('what is shipped has a permissive licence', () => {
  const permissive =
    /^(MIT|MIT-0|ISC|Apache-2\.0|0BSD|BSD|PSF-2\.0|BSD-2-Clause|BSD-3-Clause|BlueOak-1\.0\.0|Unlicense|Zlib|Python-2\.0|MIT OR Apache|\((MIT|BSD).*\))/;
  const other = Object.entries(lock.packages)
    .filter(
      ([path, { dev, license }]) => path !== '' && !dev && license !== undefined && !permissive.test(license),
    )
    .map(([path, { license }]) => `${path}: ${license}`);
  assert.deepEqual(other, []);
});
