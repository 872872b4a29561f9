import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../platform/clock.ts';
import { createSqliteIndex } from '../index/drivers/sqlite.ts';
import { openIngestion } from './open-ingestion.ts';

const scope = { tenant: 'local', collection: 'default' };
const program = fileURLToPath(new URL('testing/worker-process.ts', import.meta.url));
const words = ['heron', 'badger', 'otter', 'falcon', 'marten', 'lynx'];
const never = 1_000;

/** Two batches of chunks: 70 sections of a paragraph each, one of which has a word that no other document has. */
const textOf = (word: string): string =>
  Array.from(
    { length: 70 },
    (_, section) =>
      `## Section ${section}\n\n${'Water flows through the canal and past the gate. '.repeat(5)}${section === 69 ? `Here lives the ${word}.` : ''}`,
  ).join('\n\n');

describe('worker processes', () => {
  let root = '';
  const children: ChildProcess[] = [];
  before(async () => (root = await mkdtemp(join(tmpdir(), 'sluice-worker-'))));
  after(async () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    await rm(root, { recursive: true, force: true });
  });

  const start = (dataDir: string, hangAfter: number): ChildProcess => {
    const child = spawn(process.execPath, [program, dataDir, String(hangAfter)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr?.resume();
    children.push(child);
    return child;
  };
  const hangs = async (child: ChildProcess): Promise<void> => {
    const [said] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    assert.match(said.toString(), /hanging/);
  };
  const submitAll = async (dataDir: string): Promise<string[]> => {
    const { catalogue, blobs } = openIngestion(dataDir, systemClock);
    await using _catalogue = catalogue;
    const ids: string[] = [];
    for (const word of words) {
      async function* bytes(): AsyncGenerator<Uint8Array> {
        yield Buffer.from(textOf(word));
      }
      const staged = await blobs.stage(`${word}.md`, bytes(), 1_000_000);
      const { document } = await catalogue.submit(
        {
          ...scope,
          source: `${word}.md`,
          mediaType: 'text/markdown',
          version: staged.version,
          bytes: staged.bytes,
          origin: null,
        },
        () => staged.place(),
      );
      ids.push(document.id);
    }
    return ids;
  };

  test('kill -9 half-way: a second worker finishes everything, each document is searchable once and whole', async () => {
    const dataDir = join(root, 'killed');
    const ids = await submitAll(dataDir);
    const first = start(dataDir, 2);
    await hangs(first);
    first.kill('SIGKILL');
    await once(first, 'exit');

    await using index = createSqliteIndex({ path: join(dataDir, 'index.sqlite'), embedder: 'hanging' });
    const { catalogue } = openIngestion(dataDir, systemClock);
    await using _catalogue = catalogue;
    const states = async (): Promise<string[]> =>
      Promise.all(ids.map(async (id) => (await catalogue.get('local', id))?.state ?? 'gone'));
    const half = (await states()).indexOf('ingesting');
    assert.deepEqual((await states()).sort(), ['ingesting', 'queued', 'queued', 'queued', 'ready', 'ready']);
    assert.equal(await index.version(scope, ids[half] ?? ''), null, 'the half document is not searchable');

    const second = start(dataDir, never);
    const [code] = (await once(second, 'exit')) as [number | null];
    assert.equal(code, 0);
    assert.deepEqual(new Set(await states()), new Set(['ready']));
    assert.equal(await catalogue.pendingJobs(), 0);
    for (const [position, word] of words.entries()) {
      const id = ids[position] ?? '';
      const view = await catalogue.get('local', id);
      const searchable = await index.version(scope, id);
      assert.equal(searchable?.version, view?.version);
      assert.equal(searchable?.chunks, view?.chunks);
      const { hits } = await index.search({ ...scope, text: word, leg: 'lexical' }, 10);
      const holding = hits.filter(({ chunk }) => chunk.text.includes(word));
      assert.deepEqual(
        holding.map(({ documentId }) => documentId),
        [id],
      );
    }
  });

  test('SIGTERM: the job is free at once, its attempt does not count, and the worker ends well', async () => {
    const dataDir = join(root, 'stopped');
    await submitAll(dataDir);
    const worker = start(dataDir, 1);
    await hangs(worker);
    worker.kill('SIGTERM');
    const [code] = (await once(worker, 'exit')) as [number | null];
    assert.equal(code, 0);
    const { catalogue } = openIngestion(dataDir, systemClock);
    await using _catalogue = catalogue;
    const attempts: number[] = [];
    for (
      let lease = await catalogue.lease('next', 60_000);
      lease;
      lease = await catalogue.lease('next', 60_000)
    )
      attempts.push(lease.attempt);
    assert.deepEqual(attempts, [1, 1, 1, 1, 1]);
  });
});
