import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { systemClock } from '../platform/clock.ts';
import { createSqliteIndex } from './index/drivers/sqlite.ts';
import { openIngestion } from './ingestion/open-ingestion.ts';

const program = fileURLToPath(new URL('worker.ts', import.meta.url));
const LogLine = z.looseObject({
  event: z.string(),
  source: z.string().optional(),
  outcome: z.string().optional(),
});

describe('the worker process', () => {
  let root = '';
  before(async () => (root = await mkdtemp(join(tmpdir(), 'sluice-worker-main-'))));
  after(() => rm(root, { recursive: true, force: true }));

  test('puts a folder into the index, says what failed, and ends well when told to', async () => {
    const folder = join(root, 'documents');
    const dataDir = join(root, 'data');
    await mkdir(folder);
    await writeFile(join(folder, 'gate.md'), '# Gate\n\nThe heron stands at the gate.\n');
    await writeFile(join(folder, 'torn.pdf'), '%PDF-1.4\n torn in half');
    const worker = spawn(process.execPath, [program, '--sync', folder], {
      cwd: root,
      env: { PATH: process.env['PATH'], SLUICE_DATA_DIR: dataDir },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const outcomes: (string | undefined)[] = [];
    for await (const text of createInterface({ input: worker.stderr })) {
      const { event, source, outcome } = LogLine.parse(JSON.parse(text));
      if (event !== 'job-ended') continue;
      outcomes.push(`${source} ${outcome}`);
      // Once: a second signal ends a process that does not listen any more.
      if (outcomes.length === 2) worker.kill('SIGTERM');
    }
    if (worker.exitCode === null) await once(worker, 'exit');
    assert.equal(worker.exitCode, 0);
    assert.deepEqual(outcomes, ['gate.md ready', 'torn.pdf failed']);

    const { catalogue } = openIngestion(dataDir, systemClock);
    await using _catalogue = catalogue;
    const documents = await catalogue.list('local', 'default');
    assert.match(documents.find(({ source }) => source === 'torn.pdf')?.error ?? '', /^torn\.pdf is damaged/);
    await using index = createSqliteIndex({ path: join(dataDir, 'knowledge.sqlite'), embedder: null });
    const { hits } = await index.search(
      { tenant: 'local', collection: 'default', text: 'heron', leg: 'lexical' },
      5,
    );
    assert.deepEqual(
      hits.map(({ source }) => source),
      ['gate.md'],
    );
  });

  test('a wrong configuration ends it with a sentence', async () => {
    const worker = spawn(process.execPath, [program], {
      cwd: root,
      env: { PATH: process.env['PATH'], SLUICE_INGESTION_MAX_PAGES: 'many' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    for await (const piece of worker.stderr) said += String(piece);
    if (worker.exitCode === null) await once(worker, 'exit');
    assert.equal(worker.exitCode, 1);
    assert.match(said, /^sluice worker: .*ingestion\.maxPages/s);
  });
});
