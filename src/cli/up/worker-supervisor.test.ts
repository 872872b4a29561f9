import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventually } from '../../../test/support/sluice-process.ts';
import { systemClock, type Clock } from '../../platform/clock.ts';
import { silentLogger } from '../../platform/logger.ts';
import { superviseWorker } from './worker-supervisor.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-worker-'));
after(() => rmSync(folder, { recursive: true }));

/** The real clock, but no wait longer than a moment. */
const quickClock: Clock = {
  ...systemClock,
  schedule: (_ms, run, options) => systemClock.schedule(1, run, options),
};

/** A worker that notes its start in a file and ends as told. */
function fixture(name: string, script: string) {
  const log = join(folder, `${name}.log`);
  writeFileSync(log, '');
  const groups = new Set<number>();
  const supervisor = superviseWorker({
    command: ['/bin/sh', '-c', script],
    firstArguments: ['first'],
    env: { LOG: log, GATE: join(folder, `${name}.gate`) },
    dataDir: folder,
    guardian: { add: (pgid) => groups.add(pgid), remove: (pgid) => groups.delete(pgid) },
    clock: quickClock,
    logger: silentLogger,
  });
  const starts = (): number => readFileSync(log, 'utf8').split('\n').length - 1;
  return { supervisor, starts, groups, log, gate: join(folder, `${name}.gate`) };
}

test('a worker starts when woken, ends by itself, and starts again when there is work again', async () => {
  const { supervisor, starts, groups } = fixture('once', 'echo started >> "$LOG"');
  assert.equal(starts(), 0);
  supervisor.wake();
  await eventually('the first start', async () => starts() === 1 && groups.size === 0);
  writeFileSync(join(folder, 'work.wake'), '1');
  await eventually('the start by the wake file', async () => starts() >= 2 && groups.size === 0);
  await supervisor[Symbol.asyncDispose]();
});

test('work that arrives while a worker is ending is not forgotten', async () => {
  const script = 'echo started >> "$LOG"; while [ ! -e "$GATE" ]; do sleep 0.02; done';
  const { supervisor, starts, groups, gate } = fixture('busy', script);
  supervisor.wake();
  await eventually('the first start', async () => starts() === 1);
  supervisor.wake();
  assert.equal(starts(), 1);
  writeFileSync(gate, '');
  await eventually('the second start', async () => starts() === 2 && groups.size === 0);
  await supervisor[Symbol.asyncDispose]();
});

test('a worker that fails is started again until it succeeds', async () => {
  const script = 'echo started >> "$LOG"; [ "$(wc -l < "$LOG")" -ge 3 ]';
  const { supervisor, starts, groups } = fixture('failing', script);
  supervisor.wake();
  await eventually('three starts', async () => starts() === 3 && groups.size === 0);
  await supervisor[Symbol.asyncDispose]();
  assert.equal(starts(), 3);
});

test('what is for the start only is repeated until it was done, then never again', async () => {
  const script = 'echo "$0" >> "$LOG"; [ "$(wc -l < "$LOG")" -ge 2 ]';
  const { supervisor, starts, groups, log } = fixture('first', script);
  supervisor.wake();
  await eventually('two starts', async () => starts() === 2 && groups.size === 0);
  supervisor.wake();
  await eventually('a third', async () => starts() === 3 && groups.size === 0);
  await supervisor[Symbol.asyncDispose]();
  const [first, second, third] = readFileSync(log, 'utf8').split('\n');
  assert.deepEqual([first, second], ['first', 'first']);
  assert.notEqual(third, 'first');
});

test('disposing stops the worker', async () => {
  const { supervisor, starts, groups, gate } = fixture('stopped', 'echo started >> "$LOG"; exec sleep 600');
  supervisor.wake();
  await eventually('the start', async () => starts() === 1);
  await supervisor[Symbol.asyncDispose]();
  assert.equal(groups.size, 0);
  assert.equal(existsSync(gate), false);
});
