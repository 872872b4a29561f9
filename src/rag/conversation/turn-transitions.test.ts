import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFinal, mayMove, mayRetry, shownState, type StoredState } from './turn-transitions.ts';

const states: readonly StoredState[] = [
  'received',
  'retrieving',
  'generating',
  'answered',
  'failed',
  'abandoned',
];

test('a turn moves forward one state at a time, and may fail or be abandoned until it is answered', () => {
  const table = states.map((from) => [from, states.filter((to) => mayMove(from, to))]);
  assert.deepEqual(table, [
    ['received', ['received', 'retrieving', 'failed', 'abandoned']],
    ['retrieving', ['received', 'generating', 'failed', 'abandoned']],
    ['generating', ['received', 'answered', 'failed', 'abandoned']],
    ['answered', []],
    ['failed', ['received']],
    ['abandoned', ['received']],
  ]);
});

test('only a turn under way without a living lease shows as interrupted', () => {
  for (const state of states) {
    assert.equal(shownState(state, 100, 99), state);
    for (const lease of [100, null])
      assert.equal(shownState(state, lease, 100), isFinal(state) ? state : 'interrupted');
  }
});

test('answered turns and those under way cannot be retried', () => {
  assert.deepEqual(
    states.filter((state) => mayRetry(state, 100, 99)),
    ['failed', 'abandoned'],
  );
  assert.equal(mayRetry('generating', 100, 100), true);
  assert.equal(mayRetry('answered', null, 100), false);
});
