import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withinHistoryBudget } from './history-budget.ts';
import { titleOf } from './title-of.ts';

test('the newest messages that fit are kept, oldest first', () => {
  const messages = ['aaaa', 'bbbb', 'cccc'].map((content) => ({ role: 'user' as const, content }));
  assert.deepEqual(
    withinHistoryBudget(messages, 9).map(({ content }) => content),
    ['bbbb', 'cccc'],
  );
  assert.deepEqual(withinHistoryBudget(messages, 3), []);
});

test('a long message is cut', () => {
  const [kept] = withinHistoryBudget([{ role: 'assistant', content: 'x'.repeat(5000) }]);
  assert.equal(kept?.content.length, 2001);
});

test('a title is one line of at most 80 characters, cut at a word', () => {
  assert.equal(titleOf(' What\n is  this? '), 'What is this?');
  const long = titleOf('word '.repeat(40));
  assert.ok(long.length <= 80 && long.endsWith('word…'));
});
