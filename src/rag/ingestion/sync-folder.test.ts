import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { createMemoryIndex } from '../index/drivers/memory.ts';
import { createBlobStore } from './blob-store.ts';
import { createMemoryCatalogue } from './drivers/memory.ts';
import { syncFolder, type SyncEvent, type SyncServices } from './sync-folder.ts';

const scope = { tenant: 'acme', collection: 'default' };

describe('syncFolder', () => {
  let root = '';
  let runs = 0;
  let folder = '';
  let services: SyncServices;
  before(async () => (root = await mkdtemp(join(tmpdir(), 'sluice-sync-'))));
  after(() => rm(root, { recursive: true, force: true }));
  beforeEach(async () => {
    runs += 1;
    folder = join(root, String(runs), 'docs');
    await mkdir(folder, { recursive: true });
    const blobs = createBlobStore(join(root, String(runs), 'blobs'));
    services = {
      blobs,
      index: createMemoryIndex(),
      catalogue: createMemoryCatalogue({ clock: systemClock, dropBlob: (version) => blobs.drop(version) }),
      maxDocumentBytes: 100,
    };
  });

  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  };
  const describeEvent = (event: SyncEvent): string => {
    if (event.type === 'found') return `${event.files} files`;
    if (event.type === 'submitted') return `${event.source} ${event.outcome}`;
    return `${event.source} ${event.type}`;
  };
  const sync = async (path = folder): Promise<string[]> => {
    const said: string[] = [];
    for await (const event of syncFolder(services, scope, path)) said.push(describeEvent(event));
    return said;
  };

  test('takes known files, follows changes, removes what is gone', async () => {
    await write('a.md', 'one');
    await write('sub/b.txt', 'two');
    await write('.hidden.md', 'no');
    await write('node_modules/c.md', 'no');
    await write('picture.png', 'no');
    assert.deepEqual(await sync(), ['2 files', 'a.md new', 'picture.png skipped', 'sub/b.txt new']);
    assert.deepEqual(await sync(), [
      '2 files',
      'a.md unchanged',
      'picture.png skipped',
      'sub/b.txt unchanged',
    ]);
    await write('a.md', 'three');
    await rename(join(folder, 'sub/b.txt'), join(folder, 'sub/c.txt'));
    assert.deepEqual(await sync(), [
      '2 files',
      'a.md changed',
      'picture.png skipped',
      'sub/c.txt new',
      'sub/b.txt removed',
    ]);
    assert.deepEqual((await services.catalogue.list('acme')).map(({ source }) => source).sort(), [
      'a.md',
      'sub/c.txt',
    ]);
  });

  test('removes only what came from the same folder', async () => {
    await write('a.md', 'one');
    const other = join(root, String(runs), 'other');
    await mkdir(other);
    await writeFile(join(other, 'b.md'), 'two');
    await sync(other);
    assert.deepEqual(await sync(), ['1 files', 'a.md new']);
    await rm(join(folder, 'a.md'));
    assert.deepEqual(await sync(), ['0 files', 'a.md removed']);
    assert.deepEqual(
      (await services.catalogue.list('acme')).map(({ source }) => source),
      ['b.md'],
    );
  });

  test('a file that is too large is refused, the rest goes on, and its older version stays', async () => {
    await write('a.md', 'one');
    await write('b.md', 'two');
    await sync();
    await write('a.md', 'x'.repeat(101));
    assert.deepEqual(await sync(), ['2 files', 'a.md refused', 'b.md unchanged']);
    assert.equal((await services.catalogue.list('acme')).length, 2);
  });

  test('links out of the folder and in circles are not followed', async () => {
    await write('sub/a.md', 'one');
    await writeFile(join(root, String(runs), 'secret.md'), 'secret');
    await symlink(join(root, String(runs), 'secret.md'), join(folder, 'link.md'));
    await symlink(folder, join(folder, 'sub', 'circle'));
    assert.deepEqual(await sync(), ['1 files', 'sub/a.md new']);
  });

  test('a broken link is reported and keeps what was known under its name', async () => {
    await write('a.md', 'one');
    await sync();
    await rm(join(folder, 'a.md'));
    await symlink(join(folder, 'nowhere'), join(folder, 'a.md'));
    assert.deepEqual(await sync(), ['0 files', 'a.md refused']);
    assert.equal((await services.catalogue.list('acme')).length, 1);
  });

  test(
    'a folder that cannot be opened keeps its documents',
    { skip: process.getuid?.() === 0 && 'root may open everything' },
    async () => {
      await write('sub/a.md', 'one');
      await sync();
      await chmod(join(folder, 'sub'), 0);
      assert.deepEqual(await sync(), ['0 files', 'sub refused']);
      await chmod(join(folder, 'sub'), 0o755);
      assert.equal((await services.catalogue.list('acme')).length, 1);
    },
  );

  test('a missing folder is an error and removes nothing', async () => {
    await write('a.md', 'one');
    await sync();
    await rm(folder, { recursive: true });
    await assert.rejects(sync(), {
      code: 'not-found',
      message: /^There is no folder or file .*docs\. Check the path\.$/,
    });
    assert.equal((await services.catalogue.list('acme')).length, 1);
  });

  test('a single file is taken by its name', async () => {
    await write('sub/a.md', 'one');
    await write('sub/b.md', 'two');
    assert.deepEqual(await sync(join(folder, 'sub/a.md')), ['1 files', 'a.md new']);
  });
});
