import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { AppError } from '../../../contract/app-error.ts';
import { conformance, documentOf } from '../conformance.ts';
import type { PassageIndex } from '../passage-index.ts';
import { createMemoryIndex } from './memory.ts';
import { createSqliteIndex } from './sqlite.ts';

const here = { tenant: 'acme', collection: 'handbook' };

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-index-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function temporaryIndex(embedder: string | null): Promise<PassageIndex> {
  const folder = await temporaryFolder();
  const index = createSqliteIndex({ path: join(folder.path, 'knowledge.sqlite'), embedder });
  return {
    ...index,
    [Symbol.asyncDispose]: async () => {
      await index[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

conformance('sqlite with an embedder', () => temporaryIndex('memory'));
conformance('sqlite without an embedder', () => temporaryIndex(null));

test('scores and order equal those of the memory driver on any documents and queries', async () => {
  const word = fc.constantFrom('boat', 'sail', 'lock', 'water', 'gate', '船', '船闸', '3.5', 'the', 'keeper');
  const words = fc.array(word, { minLength: 1, maxLength: 12 }).map((list) => list.join(' '));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.array(words, { maxLength: 4 })), {
        maxLength: 8,
      }),
      fc.array(fc.record({ text: words, weight: fc.integer({ min: 1, max: 3 }) }), {
        minLength: 1,
        maxLength: 2,
      }),
      async (writes, parts) => {
        await using sqlite = await temporaryIndex(null);
        await using memory = createMemoryIndex();
        const answers = [];
        for (const index of [sqlite, memory]) {
          for (const [place, [id, texts]] of writes.entries()) {
            await index.replaceDocument(...documentOf(id, texts, { version: `v${place}` }));
          }
          await index.removeDocument(here, 'd');
          const { hits, generation } = await index.search({ ...here, text: '', parts, leg: 'lexical' }, 50);
          answers.push({ generation, hits: hits.map(({ id, score }) => `${id} ${score.toFixed(9)}`).sort() });
        }
        assert.deepEqual(answers[0], answers[1]);
      },
    ),
    { numRuns: 40 },
  );
});

test('a reader on another thread sees the old version or the new one, never both and never neither', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'knowledge.sqlite');
  const versions = 60;
  const texts = (version: number): string[] => Array.from({ length: 5 }, () => `boat version ${version}`);
  await using index = createSqliteIndex({ path, embedder: null });
  await index.replaceDocument(...documentOf('a', texts(0), { version: 'v0' }));

  const writer = new Worker(
    `import { workerData } from 'node:worker_threads';
     const { createSqliteIndex } = await import(workerData.driver);
     const { documentOf } = await import(workerData.conformance);
     const index = createSqliteIndex({ path: workerData.path, embedder: null });
     for (let version = 1; version <= ${versions}; version += 1) {
       const texts = Array.from({ length: 5 }, () => 'boat version ' + version);
       await index.replaceDocument(...documentOf('a', texts, { version: 'v' + version }));
     }
     await index[Symbol.asyncDispose]();`,
    {
      eval: true,
      execArgv: ['--input-type=module'],
      workerData: {
        path,
        driver: new URL('sqlite.ts', import.meta.url).href,
        conformance: new URL('../conformance.ts', import.meta.url).href,
      },
    },
  );
  const ended: { code: number | null; failure: unknown } = { code: null, failure: null };
  writer.once('error', (error) => {
    ended.failure = error;
  });
  writer.once('exit', (code) => {
    ended.code = code;
  });
  let generation = 0;
  const seen = new Set<string>();
  while (generation <= versions && ended.code === null) {
    const result = await index.search({ ...here, text: 'boat', leg: 'lexical' }, 20);
    assert.equal(result.hits.length, 5);
    assert.ok(result.generation >= generation);
    generation = result.generation;
    const held = new Set(result.hits.map(({ documentVersion }) => documentVersion));
    assert.deepEqual([...held], [`v${generation - 1}`]);
    for (const version of held) seen.add(version);
    if (generation === versions + 1) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (ended.code === null) await once(writer, 'exit');
  assert.deepEqual(ended, { code: 0, failure: null });
  assert.ok(seen.size > 1, 'the reader ran while the writer wrote');
});

test('an index made with other dictionaries is analysed again at the next write', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'knowledge.sqlite');
  {
    await using old = createSqliteIndex({ path, embedder: null, icu: '1.0' });
    await old.replaceDocument(...documentOf('a', ['船闸管理员', 'lock keeper']));
    await old.replaceDocument(...documentOf('a', ['other tenant'], { tenant: 'other' }));
  }
  await using index = createSqliteIndex({ path, embedder: null, icu: '2.0' });
  const before = await index.search({ ...here, text: 'keeper 船闸', leg: 'lexical' }, 10);
  await index.replaceDocument(...documentOf('b', ['boat']));
  await index.removeDocument(here, 'b');
  const after = await index.search({ ...here, text: 'keeper 船闸', leg: 'lexical' }, 10);
  assert.equal(after.hits.length, 2);
  assert.deepEqual(after.hits, before.hits);
  assert.equal((await index.termStatistics(here, ['keeper'])).frequency.get('keeper'), 1);
});

test('vectors of another embedder are not mixed in', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'knowledge.sqlite');
  const vectors = [Float32Array.of(1, 0)];
  {
    await using one = createSqliteIndex({ path, embedder: 'one' });
    await one.replaceDocument(...documentOf('a', ['x'], { vectors }));
  }
  await using two = createSqliteIndex({ path, embedder: 'two' });
  await assert.rejects(
    two.replaceDocument(...documentOf('b', ['y'], { vectors })),
    (error) => error instanceof AppError && error.code === 'conflict' && error.message.includes('one'),
  );
  await using none = createSqliteIndex({ path, embedder: null });
  await none.removeDocument(here, 'a');
  assert.equal(await none.version(here, 'a'), null);
});

test('a closed index says so', async () => {
  await using folder = await temporaryFolder();
  const index = createSqliteIndex({ path: join(folder.path, 'knowledge.sqlite'), embedder: null });
  await index[Symbol.asyncDispose]();
  await assert.rejects(index.version(here, 'a'), { code: 'unavailable' });
});
