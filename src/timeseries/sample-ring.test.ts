import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWindow, SampleRing } from './sample-ring.ts';

test('samples stay in order while the ring wraps, grows and shrinks', () => {
  const ring = new SampleRing();
  let oldest = 0;
  for (let tMs = 0; tMs < 1000; tMs += 1) {
    ring.push(tMs, tMs * 2);
    // Drops at uneven moments, so that first and last slot take every position.
    if (tMs % 7 === 0) {
      oldest = Math.floor(tMs / 2);
      ring.dropBefore(oldest);
    }
  }
  assert.equal(ring.size, 1000 - oldest);
  assert.equal(ring.firstMs, oldest);
  assert.equal(ring.lastMs, 999);
  for (let index = 0; index < ring.size; index += 1) {
    assert.equal(ring.timeAt(index), oldest + index);
    assert.equal(ring.valueAt(index), (oldest + index) * 2);
  }
  assert.equal(ring.dropBefore(998), 998 - oldest);
  assert.ok(ring.bytes <= 1024, `two samples hold ${ring.bytes} bytes`);
  assert.deepEqual([ring.timeAt(0), ring.timeAt(1)], [998, 999]);
});

test('countUpTo is the index after the last sample at or before a time', () => {
  const ring = new SampleRing();
  for (const tMs of [10, 20, 30]) ring.push(tMs, 0);
  const cases = [
    [9, 0],
    [10, 1],
    [19, 1],
    [20, 2],
    [30, 3],
    [31, 3],
  ] as const;
  for (const [tMs, want] of cases) assert.equal(ring.countUpTo(tMs), want, `at ${tMs}`);
});

test('a stale marker is told from NaN, survives growth, and is left out of windows', () => {
  const ring = new SampleRing();
  ring.push(1, Number.NaN);
  ring.pushStale(2);
  for (let tMs = 3; tMs < 100; tMs += 1) ring.push(tMs, 0);
  assert.equal(ring.isStaleAt(0), false);
  assert.equal(ring.isStaleAt(1), true);
  assert.ok(Number.isNaN(ring.valueAt(1)));
  const window = createWindow(1);
  ring.copyInto(window, 0, 4);
  assert.deepEqual([...window.timesMs.subarray(0, window.length)], [1, 3, 4]);
});

test('a new series costs little', () => {
  assert.ok(new SampleRing().bytes <= 128);
});
