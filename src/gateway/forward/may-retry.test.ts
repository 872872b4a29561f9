import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayRetry, type AttemptFailure, type RetryFacts } from './may-retry.ts';

const facts: RetryFacts = { method: 'GET', hasKey: false, replayable: true, attempts: 1, maxAttempts: 3 };
const cases: readonly {
  name: string;
  reason: AttemptFailure['reason'];
  facts?: Partial<RetryFacts>;
  want: boolean;
}[] = [
  { name: 'nothing was sent: any method', reason: 'not-connected', facts: { method: 'POST' }, want: true },
  { name: 'nothing was sent: however often', reason: 'not-connected', facts: { attempts: 9 }, want: true },
  {
    name: 'nothing was sent now, but an earlier replica ate the body',
    reason: 'not-connected',
    facts: { replayable: false },
    want: false,
  },
  {
    name: 'the replica did not begin with it: any method',
    reason: 'not-begun',
    facts: { method: 'POST' },
    want: true,
  },
  {
    name: 'the replica did not begin with it: too often',
    reason: 'not-begun',
    facts: { attempts: 3 },
    want: false,
  },
  { name: 'something was sent: an idempotent method', reason: 'no-answer', want: true },
  { name: 'something was sent: POST', reason: 'no-answer', facts: { method: 'POST' }, want: false },
  {
    name: 'something was sent: POST with an idempotency key',
    reason: 'no-answer',
    facts: { method: 'POST', hasKey: true },
    want: true,
  },
  {
    name: 'something was sent: too much of the body',
    reason: 'no-answer',
    facts: { method: 'PUT', replayable: false },
    want: false,
  },
  { name: 'something was sent: too often', reason: 'no-answer', facts: { attempts: 3 }, want: false },
  { name: 'no head in time', reason: 'too-slow', want: false },
  { name: 'no time is left', reason: 'past-deadline', want: false },
  { name: 'the client stopped sending', reason: 'silent-client', want: false },
  { name: 'an answer that cannot be passed on', reason: 'bad-answer', want: false },
];
for (const { name, reason, facts: given, want } of cases) {
  test(`retry: ${name}: ${want ? 'again' : 'not again'}`, () =>
    assert.equal(mayRetry({ kind: 'failed', reason, error: null }, { ...facts, ...given }), want));
}
