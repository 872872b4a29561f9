import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createBlobStore } from './blob-store.ts';

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('blob store', () => {
  let directory = '';
  before(async () => (directory = await mkdtemp(join(tmpdir(), 'sluice-blobs-'))));
  after(() => rm(directory, { recursive: true, force: true }));

  test('keeps bytes under their checksum once they are placed', async () => {
    const blobs = createBlobStore(join(directory, 'one'));
    const staged = await blobs.stage('a.txt', pieces('he', 'llo'), 5);
    assert.equal(staged.bytes, 5);
    assert.equal(staged.version, createHash('sha256').update('hello').digest('hex'));
    assert.deepEqual(await blobs.versions(), []);
    staged.place();
    assert.deepEqual(await blobs.versions(), [staged.version]);
    assert.equal(Buffer.from(await blobs.read(staged.version)).toString(), 'hello');
    const { bytes, body } = await blobs.stream(staged.version);
    assert.equal(bytes, 5);
    assert.equal(await new Response(body).text(), 'hello');
    blobs.drop(staged.version);
    blobs.drop(staged.version);
    await assert.rejects(blobs.read(staged.version), { code: 'unreadable-document' });
    await assert.rejects(blobs.stream(staged.version), { code: 'not-found' });
  });

  test('stops at the limit and leaves nothing behind', async () => {
    const blobs = createBlobStore(join(directory, 'two'));
    let taken = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        taken += 1;
        yield new Uint8Array(1024 * 1024);
      }
    }
    await assert.rejects(blobs.stage('big.txt', endless(), 2 * 1024 * 1024), {
      code: 'too-large',
      message:
        'big.txt is larger than 2 MiB, the limit for one document. Split it, or raise ingestion.maxDocumentBytes.',
    });
    assert.equal(taken, 3);
    assert.deepEqual(await readdir(join(directory, 'two', 'staging')), []);
  });

  test('notices damage', async () => {
    const blobs = createBlobStore(join(directory, 'three'));
    const staged = await blobs.stage('a.txt', pieces('hello'), 10);
    staged.place();
    await writeFile(join(directory, 'three', staged.version), 'hellO');
    await assert.rejects(blobs.read(staged.version), /damaged/);
  });

  test('never makes a path of anything but a checksum', () => {
    const blobs = createBlobStore(join(directory, 'four'));
    assert.throws(() => blobs.drop('../../x'), /64 hexadecimal digits/);
  });

  test('sweeps what dead processes staged, and nothing younger', async () => {
    const blobs = createBlobStore(join(directory, 'five'));
    await blobs.stage('a.txt', pieces('hello'), 10);
    await blobs.sweepStaging(Date.now(), 60_000);
    assert.equal((await readdir(join(directory, 'five', 'staging'))).length, 1);
    await blobs.sweepStaging(Date.now() + 120_000, 60_000);
    assert.deepEqual(await readdir(join(directory, 'five', 'staging')), []);
  });
});
