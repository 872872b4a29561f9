import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVirtualClock } from '../../../platform/virtual-clock.ts';
import { testScaleTarget } from '../conformance.ts';
import { createMemoryTarget } from './memory.ts';

testScaleTarget('memory', async () => {
  const clock = createVirtualClock(1000);
  const drained: string[] = [];
  const ends: (() => void)[] = [];
  const target = createMemoryTarget({
    name: 'web',
    clock,
    startMs: 100,
    stopMs: 10,
    drain: (id, signal) => {
      drained.push(id);
      return new Promise((resolve, reject) => {
        ends.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    },
  });
  return {
    target,
    drained,
    finishDrains: () => {
      for (const end of ends.splice(0)) end();
    },
    crash: ({ id }) => target.crash(id),
    until: async (done, what) => {
      for (let turn = 0; turn < 1000 && !done(); turn += 1) await clock.advance(10);
      assert.ok(done(), `waited for ${what}`);
    },
  };
});

test('starts that fail come ever more slowly: 250, 500, 1000 ms', async () => {
  const clock = createVirtualClock();
  const target = createMemoryTarget({ name: 'web', clock });
  target.failStarts(true);
  target.scaleTo(1, []);
  const failedAtMs: number[] = [];
  target.onChange(() => {
    if (target.replicas()[0]?.state === 'failed') failedAtMs.push(clock.now());
  });
  await clock.advance(2000);
  assert.deepEqual(failedAtMs, [0, 250, 750, 1750]);
  target.failStarts(false);
  await clock.advance(2000);
  assert.equal(target.replicas()[0]?.state, 'ready');
  const disposed = target[Symbol.asyncDispose]();
  await clock.advance(1);
  await disposed;
});
