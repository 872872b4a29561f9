import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVirtualClock } from '../../platform/virtual-clock.ts';
import { collectWhenIdle } from './collect-when-idle.ts';

test('garbage is collected after the start and after each return to zero, never while replicas run', async () => {
  const clock = createVirtualClock();
  let replicas = 0;
  let collected = 0;
  const watch = collectWhenIdle(
    clock,
    () => replicas === 0,
    () => {
      collected += 1;
    },
  );
  await clock.advance(4999);
  assert.equal(collected, 0);
  await clock.advance(1);
  assert.equal(collected, 1);
  // Quiet: nothing more to collect.
  await clock.advance(60_000);
  assert.equal(collected, 1);
  // One comes and works.
  replicas = 1;
  watch.changed();
  await clock.advance(60_000);
  assert.equal(collected, 1);
  // It goes; another change within the five seconds starts them anew.
  replicas = 0;
  watch.changed();
  await clock.advance(3000);
  watch.changed();
  await clock.advance(4000);
  assert.equal(collected, 1);
  await clock.advance(1000);
  assert.equal(collected, 2);
  // Stopped.
  watch.changed();
  await watch[Symbol.asyncDispose]();
  await clock.advance(60_000);
  assert.equal(collected, 2);
});
