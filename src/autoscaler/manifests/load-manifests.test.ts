import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { readManifestTexts } from './load-manifests.ts';

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-manifests-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a loop of links ends, a link to a file is followed, a file with several names is read once', () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'deep'));
    await writeFile(join(folder, 'a.yaml'), 'a: 1');
    await symlink(folder, join(folder, 'deep', 'self'));
    await symlink(join(folder, 'a.yaml'), join(folder, 'deep', 'again.yaml'));
    await symlink(join(folder, 'absent'), join(folder, 'nothing.yaml'));
    const texts = await readManifestTexts([folder, join(folder, 'a.yaml')]);
    assert.deepEqual(
      texts.map(({ file, text }) => [relative(folder, file), text]),
      [['a.yaml', 'a: 1']],
    );
  }));

test('a mounted ConfigMap is read once, through its links', () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, '..2026_11_23'));
    await writeFile(join(folder, '..2026_11_23', 'a.yaml'), 'a: 1');
    await symlink('..2026_11_23', join(folder, '..data'));
    await symlink(join('..data', 'a.yaml'), join(folder, 'a.yaml'));
    const texts = await readManifestTexts([folder]);
    assert.deepEqual(
      texts.map(({ file }) => relative(folder, file)),
      ['a.yaml'],
    );
  }));

test('what cannot be read is named', () =>
  inFolder(async (folder) => {
    // A folder in the place of a file fails for every user, as missing permissions do for most.
    await assert.rejects(readManifestTexts([join(folder, 'a.yaml')]), /There is no file or folder .*a\.yaml/);
    await mkdir(join(folder, 'a.yaml'));
    await assert.rejects(readManifestTexts([folder]), /holds no \.yaml, \.yml or \.json file/);
  }));
