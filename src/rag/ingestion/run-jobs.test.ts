import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AppError } from '../../contract/app-error.ts';
import { createVirtualClock, type VirtualClock } from '../../platform/virtual-clock.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { createMemoryIndex } from '../index/drivers/memory.ts';
import type { PassageIndex } from '../index/passage-index.ts';
import { createBlobStore } from './blob-store.ts';
import type { DocumentCatalogue } from './document-catalogue.ts';
import type { DocumentReader } from './document-reader.ts';
import { createMemoryCatalogue } from './drivers/memory.ts';
import { textParser } from './parsers/text.ts';
import { removeDocument } from './remove-document.ts';
import { runJobs, type JobEvent, type JobServices } from './run-jobs.ts';

const scope = { tenant: 'acme', collection: 'default' };
const limits = { maxTextCharacters: 100_000, maxPages: 10 };

interface World extends JobServices {
  readonly clock: VirtualClock;
  readonly index: PassageIndex;
  readonly catalogue: DocumentCatalogue;
  put(source: string, text: string): Promise<string>;
  run(): Promise<string[]>;
}

/** Embeds nothing; tells when it is asked. */
const embedderThat = (act: () => Promise<void>): Embedder => ({
  name: 'test',
  dimensions: 2,
  embed: async (texts) => {
    await act();
    return texts.map(() => new Float32Array([1, 0]));
  },
  [Symbol.asyncDispose]: async () => {},
});

describe('runJobs', () => {
  let root = '';
  let worlds = 0;
  before(async () => (root = await mkdtemp(join(tmpdir(), 'sluice-jobs-'))));
  after(() => rm(root, { recursive: true, force: true }));

  const build = (makeEmbedder: (world: World) => Embedder | null = () => null): World => {
    worlds += 1;
    const clock = createVirtualClock(1_000);
    const blobs = createBlobStore(join(root, String(worlds)));
    const catalogue = createMemoryCatalogue({ clock, dropBlob: (version) => blobs.drop(version) });
    // In the test's own thread: what is tested here is what becomes of the outcome.
    const reader: DocumentReader = {
      read: (source, bytes, limits) => textParser.parse(bytes, { source, limits }),
      [Symbol.asyncDispose]: async () => {},
    };
    let embedder: Embedder | null | undefined;
    const world: World = {
      clock,
      blobs,
      catalogue,
      reader,
      limits,
      index: createMemoryIndex(),
      get embedder() {
        return (embedder ??= makeEmbedder(world));
      },
      put: async (source, text) => {
        async function* bytes(): AsyncGenerator<Uint8Array> {
          yield Buffer.from(text);
        }
        const staged = await blobs.stage(source, bytes(), 1_000_000);
        const { version, bytes: size } = staged;
        const submission = { ...scope, source, mediaType: 'text/plain', version, bytes: size, origin: null };
        const { document } = await catalogue.submit(submission, () => staged.place());
        return document.id;
      },
      run: async () => {
        const ends: string[] = [];
        const onEvent = (event: JobEvent): void => {
          if (event.type === 'job-ended') ends.push(`${event.lease.source} ${event.outcome}`);
        };
        const state = { running: true };
        const running = runJobs(world, {
          holder: 'test',
          signal: new AbortController().signal,
          onEvent,
        }).finally(() => (state.running = false));
        while (state.running) await clock.advance(250);
        await running;
        return ends;
      },
    };
    return world;
  };

  test('a document becomes searchable with its text; a broken one fails with its reason and stops nobody', async () => {
    const world = build();
    const good = await world.put('good.txt', 'The gate opens at nine.');
    const broken = await world.put('broken.txt', '\u0000\u0001');
    const last = await world.put('last.txt', 'The gate closes at five.');
    assert.deepEqual(await world.run(), ['good.txt ready', 'broken.txt failed', 'last.txt ready']);
    assert.equal((await world.index.text(scope, good))?.text, 'The gate opens at nine.');
    assert.equal((await world.catalogue.get('acme', last))?.chunks, 1);
    const failed = await world.catalogue.get('acme', broken);
    assert.equal(failed?.state, 'failed');
    assert.match(failed.error ?? '', /^broken\.txt is not text/);
  });

  test('changed bytes replace the chunks under the same id; the old bytes are dropped', async () => {
    const world = build();
    const id = await world.put('a.txt', 'The otter swims.');
    await world.run();
    const before = await world.blobs.versions();
    assert.equal(await world.put('a.txt', 'The badger digs.'), id);
    await world.run();
    assert.equal((await world.index.text(scope, id))?.text, 'The badger digs.');
    const otters = await world.index.search({ ...scope, text: 'otter', leg: 'lexical' }, 10);
    assert.deepEqual(otters.hits, []);
    assert.equal((await world.blobs.versions()).length, 1);
    assert.notDeepEqual(await world.blobs.versions(), before);
  });

  test('a crash between the switch and the catalogue: the next worker only notes it', async () => {
    let embedded = 0;
    const world = build(() => embedderThat(async () => void (embedded += 1)));
    const id = await world.put('a.txt', 'The otter swims.');
    const lease = await world.catalogue.lease('died', 10_000);
    assert.ok(lease);
    await world.index.replaceDocument({ ...lease, title: 'a.txt', text: 'The otter swims.' }, []);
    const { generation } = await world.index.search({ ...scope, text: 'otter', leg: 'lexical' }, 1);
    await world.clock.advance(10_000);
    assert.deepEqual(await world.run(), ['a.txt ready']);
    assert.equal(embedded, 0);
    assert.equal((await world.catalogue.get('acme', id))?.state, 'ready');
    assert.equal(
      (await world.index.search({ ...scope, text: 'otter', leg: 'lexical' }, 1)).generation,
      generation,
    );
  });

  test('a deletion while the job runs wins', async () => {
    let id = '';
    const world = build((world) => embedderThat(async () => void (await removeDocument(world, 'acme', id))));
    id = await world.put('a.txt', 'The otter swims.');
    assert.deepEqual(await world.run(), ['a.txt removed']);
    assert.equal(await world.index.version(scope, id), null);
    assert.deepEqual(await world.catalogue.list('acme'), []);
    assert.deepEqual(await world.blobs.versions(), []);
    assert.equal(await world.catalogue.pendingJobs(), 0);
  });

  test('bytes changed while the job runs: the newest are searchable in the end', async () => {
    let changed = false;
    const world = build((world) =>
      embedderThat(async () => {
        if (!changed) await world.put('a.txt', 'The badger digs.');
        changed = true;
      }),
    );
    const id = await world.put('a.txt', 'The otter swims.');
    assert.deepEqual(await world.run(), ['a.txt stopped', 'a.txt ready']);
    assert.equal((await world.index.text(scope, id))?.text, 'The badger digs.');
    assert.equal((await world.blobs.versions()).length, 1);
  });

  test('an embedder that is down is asked again, three times in all, then the document says so', async () => {
    let asked = 0;
    const world = build(() =>
      embedderThat(async () => {
        asked += 1;
        throw new AppError('upstream-failed', 'The embedder at http://127.0.0.1:1 does not answer.');
      }),
    );
    const id = await world.put('a.txt', 'The otter swims.');
    assert.deepEqual(await world.run(), ['a.txt retrying', 'a.txt retrying', 'a.txt failed']);
    assert.equal(asked, 3);
    assert.equal(
      (await world.catalogue.get('acme', id))?.error,
      'a.txt: The embedder at http://127.0.0.1:1 does not answer.',
    );
  });

  test('a removal that was cut off is ended', async () => {
    const world = build();
    const id = await world.put('a.txt', 'The otter swims.');
    await world.run();
    await world.catalogue.remove('acme', id);
    assert.deepEqual(await world.run(), ['a.txt removed']);
    assert.equal(await world.index.version(scope, id), null);
    assert.deepEqual(await world.blobs.versions(), []);
  });
});
