import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { followSignal } from './follow-signal.ts';

test('what follows a signal aborts with its reason, at once when that has aborted before', () => {
  const source = new AbortController();
  const [follower, late] = [new AbortController(), new AbortController()];
  followSignal(source.signal, follower);
  const reason = new Error('enough');
  source.abort(reason);
  assert.equal(follower.signal.reason, reason);
  followSignal(source.signal, late);
  assert.equal(late.signal.reason, reason);
});

test('who has stopped following hears nothing and leaves nothing behind', () => {
  const source = new AbortController();
  const follower = new AbortController();
  followSignal(source.signal, follower)();
  assert.equal(getEventListeners(source.signal, 'abort').length, 0);
  source.abort();
  assert.equal(follower.signal.aborted, false);
});
