import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from './clock.ts';

const thirtyDaysMs = 30 * 86_400_000;

test('a wait longer than a timer can hold does not ring at once, and ends in parts', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let rung = 0;
  systemClock.schedule(thirtyDaysMs, () => (rung += 1));
  const cancel = systemClock.schedule(thirtyDaysMs, () => (rung += 100));
  context.mock.timers.tick(2 ** 31 - 1);
  assert.equal(rung, 0);
  cancel();
  context.mock.timers.tick(thirtyDaysMs - 2 ** 31);
  assert.equal(rung, 0);
  context.mock.timers.tick(1);
  assert.equal(rung, 1);
});

test('a sleep of thirty days ends with its signal', async () => {
  const stopped = new AbortController();
  const sleeping = systemClock.sleep(thirtyDaysMs, stopped.signal);
  const reason = new Error('stopped');
  const first = await Promise.race([sleeping, systemClock.sleep(5).then(() => 'still asleep')]);
  assert.equal(first, 'still asleep');
  stopped.abort(reason);
  await assert.rejects(sleeping, reason);
});
