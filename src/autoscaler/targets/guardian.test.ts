import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../platform/clock.ts';
import { silentLogger } from '../../platform/logger.ts';
import { createGuardian } from './guardian.ts';

/** Exists and is no zombie: without an init that reaps, an ended orphan keeps its number. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return true;
}

async function isRunning(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const child = spawn('ps', ['-o', 'stat=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const piece of child.stdout) text += String(piece);
  return text.trim() !== '' && !text.trim().startsWith('Z');
}

async function waitUntilGone(pids: readonly number[]): Promise<number[]> {
  let left = [...pids];
  for (let turn = 0; turn < 100 && left.length > 0; turn += 1) {
    await systemClock.sleep(50);
    const running = await Promise.all(left.map(isRunning));
    left = left.filter((_pid, index) => running[index]);
  }
  return left;
}

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`a parent ended by ${signal} leaves no child, grandchild, deaf child or socket folder`, async () => {
    const parent = spawn(
      process.execPath,
      [fileURLToPath(new URL('./fixtures/guarded-parent.ts', import.meta.url))],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    const line = await new Promise<string>((resolve) => {
      parent.stdout.once('data', (data: Buffer) => resolve(data.toString()));
    });
    const { pids, folder } = JSON.parse(line) as { pids: number[]; folder: string };
    assert.equal(pids.length, 4);
    assert.deepEqual(await Promise.all(pids.map(isRunning)), [true, true, true, true]);
    parent.kill(signal);
    const left = await waitUntilGone(pids);
    for (const pid of left) process.kill(pid, 'SIGKILL');
    assert.deepEqual(left, []);
    for (let turn = 0; turn < 40 && existsSync(folder); turn += 1) await systemClock.sleep(50);
    assert.equal(existsSync(folder), false);
  });
}

test('a removed group is left alone when the guardian goes', async () => {
  const guardian = createGuardian({ logger: silentLogger, graceMs: 100 });
  const child = spawn('sleep', ['30'], { detached: true, stdio: 'ignore' });
  assert.ok(child.pid);
  guardian.add(child.pid);
  guardian.remove(child.pid);
  await guardian[Symbol.asyncDispose]();
  assert.equal(await isRunning(child.pid), true);
  child.kill('SIGKILL');
});

test('a group number that would mean everybody is refused', async () => {
  await using guardian = createGuardian({ logger: silentLogger });
  assert.throws(() => guardian.add(1), { code: 'invalid-argument' });
  assert.throws(() => guardian.add(-5), { code: 'invalid-argument' });
  assert.throws(() => guardian.addSocketFolder('relative'), { code: 'invalid-argument' });
});
