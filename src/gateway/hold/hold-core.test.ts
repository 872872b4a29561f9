import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  emptyHold,
  holdStep,
  nextDeadlineMs,
  type HoldAction,
  type HoldEvent,
  type HoldPolicy,
  type HoldState,
} from './hold-core.ts';

const policy: HoldPolicy = {
  perTarget: { maxPending: 4, maxPendingBytes: 100 },
  total: { maxPending: 6, maxPendingBytes: 120 },
  timeoutMs: 1000,
};

/** Runs events at 0, 1, 2 … ms. */
function play(events: readonly HoldEvent[], rules = policy): { state: HoldState; actions: HoldAction[] } {
  let state = emptyHold;
  const actions: HoldAction[] = [];
  for (const [index, event] of events.entries()) {
    const step = holdStep(state, event, rules, index);
    state = step.state;
    actions.push(...step.actions);
  }
  return { state, actions };
}

const arrive = (id: number, target = 'a', bytes = 0, sinceMs = id): HoldEvent => ({
  type: 'arrive',
  request: { id, target, bytes, sinceMs },
});
const idsOf = (state: HoldState, target: string): number[] =>
  (state.queues.get(target)?.requests ?? []).map(({ id }) => id);

test('hold: slots release the oldest of their own target', () => {
  const { state, actions } = play([
    arrive(1),
    arrive(2, 'b'),
    arrive(3),
    arrive(4),
    { type: 'free', target: 'a', slots: 2 },
  ]);
  assert.deepEqual(actions, [
    { kind: 'release', id: 1 },
    { kind: 'release', id: 3 },
  ]);
  assert.deepEqual([idsOf(state, 'a'), idsOf(state, 'b')], [[4], [2]]);
});

test('hold: a request that comes back after a failed attempt takes its old place', () => {
  const { state } = play([arrive(5), arrive(6), arrive(7, 'a', 0, 1)]);
  assert.deepEqual(idsOf(state, 'a'), [7, 5, 6]);
});

test('hold: the bound of a target refuses the new one and keeps the old ones', () => {
  const { state, actions } = play([1, 2, 3, 4, 5].map((id) => arrive(id)));
  assert.deepEqual(actions, [{ kind: 'refuse', id: 5, reason: 'queue-full' }]);
  assert.deepEqual(idsOf(state, 'a'), [1, 2, 3, 4]);
});

test('hold: a full room makes place for a target that holds less, until both hold the same', () => {
  const { state, actions } = play([
    ...[1, 2, 3, 4].map((id) => arrive(id, 'a')),
    ...[5, 6, 7, 8].map((id) => arrive(id, 'b')),
  ]);
  assert.deepEqual(actions, [
    { kind: 'refuse', id: 4, reason: 'displaced' },
    { kind: 'refuse', id: 8, reason: 'queue-full' },
  ]);
  assert.deepEqual(
    [idsOf(state, 'a'), idsOf(state, 'b')],
    [
      [1, 2, 3],
      [5, 6, 7],
    ],
  );
});

test('hold: bytes are bounded and shared in the same way', () => {
  const { state, actions } = play([
    arrive(1, 'a', 50),
    arrive(2, 'a', 50),
    arrive(3, 'a', 1),
    arrive(4, 'b', 40),
  ]);
  assert.deepEqual(actions, [
    { kind: 'refuse', id: 3, reason: 'queue-full' },
    { kind: 'refuse', id: 2, reason: 'displaced' },
  ]);
  assert.equal(state.bytes, 90);
});

test('hold: a refused arrival displaces nobody', () => {
  const { state, actions } = play([arrive(1, 'a', 70), arrive(2, 'c', 40), arrive(3, 'b', 90)]);
  assert.deepEqual(actions, [{ kind: 'refuse', id: 3, reason: 'queue-full' }]);
  assert.equal(state.pending, 2);
});

test('hold: a request ends at its deadline, not before', () => {
  const { state } = play([arrive(10), arrive(20)]);
  assert.equal(nextDeadlineMs(state, policy), 1010);
  assert.deepEqual(holdStep(state, { type: 'tick' }, policy, 1009).actions, []);
  const due = holdStep(state, { type: 'tick' }, policy, 1010);
  assert.deepEqual(due.actions, [{ kind: 'refuse', id: 10, reason: 'timed-out' }]);
  assert.equal(nextDeadlineMs(due.state, policy), 1020);
  assert.equal(nextDeadlineMs(emptyHold, policy), null);
  assert.equal(nextDeadlineMs(state, { ...policy, timeoutMs: 0 }), null);
});

test('hold: a request with a deadline of its own ends then, whoever came first', () => {
  const own = (id: number, deadlineMs: number): HoldEvent => ({
    type: 'arrive',
    request: { id, target: 'a', bytes: 0, sinceMs: id, deadlineMs },
  });
  const { state } = play([own(1, Infinity), arrive(2), own(3, 500)]);
  assert.equal(nextDeadlineMs(state, policy), 500);
  const due = holdStep(state, { type: 'tick' }, policy, 500);
  assert.deepEqual(due.actions, [{ kind: 'refuse', id: 3, reason: 'timed-out' }]);
  assert.equal(nextDeadlineMs(due.state, policy), 1002);
  const last = holdStep(due.state, { type: 'tick' }, policy, 1002);
  assert.deepEqual(last.actions, [{ kind: 'refuse', id: 2, reason: 'timed-out' }]);
  assert.equal(nextDeadlineMs(last.state, policy), null);
});

const anyEvent = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('arrive' as const),
      target: fc.constantFrom('a', 'b', 'c'),
      bytes: fc.nat(60),
      backMs: fc.nat(50),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('free' as const),
      target: fc.constantFrom('a', 'b', 'c'),
      slots: fc.nat(3),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('leave' as const),
      target: fc.constantFrom('a', 'b', 'c'),
      id: fc.nat(30),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('tick' as const), passMs: fc.nat(900) }) },
);

test('hold: never above a bound, oldest first, every request ends exactly once', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 80 }), (events) => {
      let state = emptyHold;
      let nowMs = 0;
      let nextId = 0;
      const waiting = new Map<number, { target: string; sinceMs: number }>();
      const end = (id: number): { target: string; sinceMs: number } => {
        const request = waiting.get(id);
        assert.ok(request, `request ${id} ended, but was not waiting`);
        waiting.delete(id);
        return request;
      };
      const apply = (event: HoldEvent): void => {
        const step = holdStep(state, event, policy, nowMs);
        state = step.state;
        for (const action of step.actions) {
          const ended = end(action.id);
          if (action.kind !== 'release') continue;
          const older = [...waiting.values()].filter(
            (other) => other.target === ended.target && other.sinceMs < ended.sinceMs,
          );
          assert.deepEqual(older, []);
        }
        assert.equal(state.pending, waiting.size);
        assert.ok(state.pending <= policy.total.maxPending && state.bytes <= policy.total.maxPendingBytes);
        let bytes = 0;
        for (const queue of state.queues.values()) {
          assert.ok(queue.requests.length <= policy.perTarget.maxPending);
          assert.ok(queue.bytes <= policy.perTarget.maxPendingBytes);
          assert.equal(
            queue.bytes,
            queue.requests.reduce((sum, request) => sum + request.bytes, 0),
          );
          bytes += queue.bytes;
        }
        assert.equal(state.bytes, bytes);
      };
      for (const event of events) {
        if (event.type === 'arrive') {
          const sinceMs = Math.max(0, nowMs - event.backMs);
          nextId += 1;
          waiting.set(nextId, { target: event.target, sinceMs });
          apply({
            type: 'arrive',
            request: { id: nextId, target: event.target, bytes: event.bytes, sinceMs },
          });
        } else if (event.type === 'leave') {
          if (waiting.get(event.id)?.target === event.target) end(event.id);
          apply(event);
        } else if (event.type === 'tick') {
          nowMs += event.passMs;
          apply({ type: 'tick' });
          for (const { sinceMs } of waiting.values()) assert.ok(sinceMs + policy.timeoutMs > nowMs);
        } else apply(event);
      }
      apply({ type: 'close' });
      assert.equal(waiting.size, 0);
    }),
    { numRuns: 300 },
  );
});
