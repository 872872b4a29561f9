import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVirtualClock } from './virtual-clock.ts';

test('time passes only when advanced, in order, and callbacks may schedule more', async () => {
  const clock = createVirtualClock(1000);
  const seen: string[] = [];
  clock.schedule(20, () => seen.push(`b at ${clock.now()}`));
  clock.schedule(10, () => {
    seen.push(`a at ${clock.now()}`);
    clock.schedule(5, () => seen.push(`c at ${clock.now()}`));
  });
  await clock.advance(15);
  assert.deepEqual(seen, ['a at 1010', 'c at 1015']);
  await clock.advance(100);
  assert.deepEqual(seen, ['a at 1010', 'c at 1015', 'b at 1020']);
  assert.equal(clock.now(), 1115);
});

test('a sleep ends in time or with the signal, and a cancelled call never runs', async () => {
  const clock = createVirtualClock();
  const controller = new AbortController();
  const slept = clock.sleep(10);
  const stopped = clock.sleep(10, controller.signal);
  clock.schedule(10, () => assert.fail('was cancelled'))();
  controller.abort(new Error('stop'));
  await assert.rejects(stopped, /stop/);
  await clock.advance(10);
  await slept;
  assert.equal(clock.waiting, 0);
});
