import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { createSqliteIndex } from './index/drivers/sqlite.ts';
import { lockPassages } from './testing/replica-services.ts';

interface Ready {
  readonly event: string;
  readonly address: { readonly port: number };
  readonly readyMs: number;
}

function start(folder: string, env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      SLUICE_DATA_DIR: folder,
      SLUICE_REPLICA_ID: 'r7',
      NODE_COMPILE_CACHE: join(folder, 'cache'),
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
}

async function readyOf(child: ChildProcess): Promise<Ready> {
  assert.ok(child.stderr);
  for await (const line of createInterface({ input: child.stderr })) {
    const event = JSON.parse(line) as Ready;
    if (event.event === 'replica-ready') return event;
  }
  throw new Error('the replica ended before it was ready');
}

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-replica-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('a replica opens its stores, answers with a verified citation, takes an upload, and stops cleanly', async () => {
  await inFolder(async (folder) => {
    {
      await using index = createSqliteIndex({ path: join(folder, 'knowledge.sqlite'), embedder: null });
      for (const { id, text, title, source } of lockPassages) {
        const chunk = {
          id,
          position: 0,
          headingPath: [],
          text,
          start: 0,
          end: text.length,
          page: null,
          boxes: [],
          vector: null,
        };
        await index.replaceDocument(
          { tenant: 'local', collection: 'default', documentId: id, version: 'v', source, title, text },
          [chunk],
        );
      }
    }
    const child = start(folder);
    const exited = once(child, 'exit');
    try {
      const { address } = await readyOf(child);
      const base = `http://127.0.0.1:${address.port}`;
      const body = JSON.stringify({
        messages: [{ role: 'user', content: 'When was the north lock built?' }],
      });
      const response = await fetch(`${base}/v1/chat/completions`, { method: 'POST', body });
      const text = await response.text();
      assert.equal(response.headers.get('x-sluice-replica'), 'r7');
      assert.match(text, /built in 1931/);
      assert.match(text, /"verified":true/);
      const form = new FormData();
      form.append('file', new Blob(['Ducks live on the lock.']), 'ducks.txt');
      assert.equal((await fetch(`${base}/v1/documents`, { method: 'POST', body: form })).status, 202);
      assert.ok(existsSync(join(folder, 'work.wake')), 'the upload woke the worker');
    } finally {
      child.kill('SIGTERM');
      assert.deepEqual(await exited, [0, null]);
    }
  });
});

test('a bad port and a bad setting are told in a sentence, with exit code 1', async () => {
  await inFolder(async (folder) => {
    const cases = [
      { env: { PORT: 'http' }, want: /PORT: expected 0 to 65535, received http/ },
      { env: { SLUICE_MODEL_PROVIDER: 'guess' }, want: /model\.provider/ },
    ];
    for (const { env, want } of cases) {
      const child = start(folder, env);
      assert.ok(child.stderr);
      const said = Array.fromAsync(child.stderr.setEncoding('utf8'));
      assert.deepEqual(await once(child, 'exit'), [1, null]);
      assert.match((await said).join(''), want);
    }
  });
});
