import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeDataDir } from './make-data-dir.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-data-dir-'));
after(() => rmSync(folder, { recursive: true }));

test('a data directory is made with what is above it, once', () => {
  const path = join(folder, 'a', 'b');
  makeDataDir(path);
  makeDataDir(path);
  assert.ok(statSync(path).isDirectory());
});

test('a data directory that cannot be made is named, with what to do', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below')]) {
    assert.throws(() => makeDataDir(path), {
      code: 'invalid-argument',
      message: /file.*\(E\w+\).*--data-dir/,
    });
  }
});
