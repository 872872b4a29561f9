import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barLine, createProgressBar } from './progress-bar.ts';

test('a bar shows share, count and what is worked on, within the width', () => {
  assert.equal(barLine(1, 4, 'a.pdf', 60), '█████░░░░░░░░░░░░░░░  25% 1/4 a.pdf');
  assert.equal(barLine(0, 0, 'nothing to do', 60).includes('100%'), true);
  assert.equal(barLine(1, 2, 'x'.repeat(200), 60).length, 60);
});

test('nothing is drawn where there is no terminal', () => {
  const bar = createProgressBar({ isTerminal: false, columns: 80, write: () => assert.fail('wrote') });
  bar.update(1, 2, 'a');
  bar.clear();
});

test('the same line is drawn once and cleared at the end', () => {
  const written: string[] = [];
  const bar = createProgressBar({ isTerminal: true, columns: 80, write: (text) => written.push(text) });
  bar.update(1, 2, 'a');
  bar.update(1, 2, 'a');
  bar.clear();
  assert.equal(written.length, 2);
});
