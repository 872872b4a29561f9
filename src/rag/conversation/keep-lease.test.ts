import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVirtualClock } from '../../platform/virtual-clock.ts';
import { keepLease } from './keep-lease.ts';

test('the lease is prolonged every two seconds until disposed; one failing beat does not lose it', async () => {
  const clock = createVirtualClock(1000);
  const renewed: number[] = [];
  const renew = async (_turn: string, { untilMs }: { untilMs: number }): Promise<boolean> => {
    renewed.push(untilMs);
    if (renewed.length === 2) throw new Error('busy');
    return true;
  };
  {
    using kept = keepLease({ renew }, clock, 't', 'r1/a');
    await clock.advance(6000);
    assert.deepEqual(renewed, [9000, 11_000, 13_000]);
    assert.equal(kept.lost.aborted, false);
  }
  await clock.advance(10_000);
  assert.equal(renewed.length, 3);
  assert.equal(clock.waiting, 0);
});

test('a lease taken over aborts the answer and is not asked for again', async () => {
  const clock = createVirtualClock();
  using kept = keepLease({ renew: async () => false }, clock, 't', 'r1/a');
  await clock.advance(2000);
  assert.equal(kept.lost.aborted, true);
  assert.match(String(kept.lost.reason), /taken over/);
  assert.equal(clock.waiting, 0);
});
