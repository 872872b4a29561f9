import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplicaStatus, ScaleTarget } from './scale-target.ts';

/** What a driver gives the suite. */
export interface TargetHarness {
  readonly target: ScaleTarget;
  /** Lets time pass until `done`, or fails after a while. */
  readonly until: (done: () => boolean, what: string) => Promise<void>;
  /** Ends a replica's process from outside. */
  readonly crash: (replica: ReplicaStatus) => void;
  /** Replica ids whose drain has begun, in order; `finishDrains` lets all of them end. */
  readonly drained: readonly string[];
  readonly finishDrains: () => void;
}

/** The rules of `ScaleTarget`, run by every driver. */
export function testScaleTarget(name: string, open: () => Promise<TargetHarness>): void {
  const states = (target: ScaleTarget): string[] =>
    target
      .replicas()
      .map(({ state }) => state)
      .sort();
  const idsOf = (target: ScaleTarget): string[] => target.replicas().map(({ id }) => id);

  const story = (title: string, tell: (harness: TargetHarness) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      const harness = await open();
      try {
        await tell(harness);
      } finally {
        let isGone = false;
        void harness.target[Symbol.asyncDispose]().then(() => {
          isGone = true;
        });
        await harness.until(() => {
          harness.finishDrains();
          return isGone;
        }, 'all replicas to be gone after disposing');
        assert.deepEqual(harness.target.replicas(), []);
      }
    });
  };

  story('0 -> 2 -> 1 -> 0, each step on its own', async ({ target, until, finishDrains }) => {
    assert.equal(target.desired, 0);
    assert.deepEqual(target.replicas(), []);

    target.scaleTo(2, []);
    // Wanted at once, ready later.
    assert.equal(target.desired, 2);
    assert.deepEqual(states(target), ['starting', 'starting']);
    await until(() => states(target).join() === 'ready,ready', 'two ready replicas');
    for (const replica of target.replicas()) {
      assert.ok(replica.readyAtMs !== null && replica.readyAtMs >= replica.wantedAtMs);
      assert.equal(replica.target, target.name);
      assert.ok(replica.slots >= 1);
    }
    assert.equal(new Set(idsOf(target)).size, 2);

    // The named one goes, not the other.
    const [first, second] = idsOf(target);
    target.scaleTo(1, [first ?? '']);
    assert.deepEqual(states(target), ['draining', 'ready']);
    finishDrains();
    await until(() => target.replicas().length === 1, 'one replica');
    assert.deepEqual(idsOf(target), [second]);

    target.scaleTo(0, []);
    finishDrains();
    await until(() => target.replicas().length === 0, 'no replica');
  });

  story('the same count again changes nothing and tells nobody', async ({ target, until }) => {
    target.scaleTo(1, []);
    await until(() => states(target).join() === 'ready', 'a ready replica');
    const before = target.replicas();
    let calls = 0;
    const stop = target.onChange(() => {
      calls += 1;
    });
    target.scaleTo(1, []);
    target.scaleTo(1, ['no-such-replica']);
    assert.equal(calls, 0);
    assert.deepEqual(target.replicas(), before);
    stop();
  });

  story('listeners hear of each change until they stop', async ({ target, until }) => {
    const seen: string[] = [];
    const stop = target.onChange(() => seen.push(states(target).join()));
    target.scaleTo(1, []);
    await until(() => states(target).join() === 'ready', 'a ready replica');
    assert.equal(seen[0], 'starting');
    assert.equal(seen.at(-1), 'ready');
    stop();
    const heard = seen.length;
    target.scaleTo(2, []);
    assert.equal(seen.length, heard);
  });

  story('a snapshot does not change later', async ({ target, until }) => {
    target.scaleTo(1, []);
    const before = target.replicas();
    await until(() => states(target).join() === 'ready', 'a ready replica');
    assert.equal(before[0]?.state, 'starting');
  });

  story('a ready replica drains before it stops', async ({ target, until, drained, finishDrains }) => {
    target.scaleTo(1, []);
    await until(() => states(target).join() === 'ready', 'a ready replica');
    const [id] = idsOf(target);
    target.scaleTo(0, []);
    await until(() => drained.length === 1, 'the drain to begin');
    assert.deepEqual(drained, [id]);
    assert.deepEqual(states(target), ['draining']);
    finishDrains();
    await until(() => target.replicas().length === 0, 'no replica');
  });

  story('a draining replica that is wanted again is taken back', async ({ target, until, drained }) => {
    target.scaleTo(1, []);
    await until(() => states(target).join() === 'ready', 'a ready replica');
    const [id] = idsOf(target);
    target.scaleTo(0, []);
    await until(() => drained.length === 1, 'the drain to begin');
    target.scaleTo(1, []);
    assert.deepEqual(states(target), ['ready']);
    assert.deepEqual(idsOf(target), [id]);
  });

  story('a replica that exits although it is wanted comes back', async ({ target, until, crash }) => {
    target.scaleTo(1, []);
    await until(() => states(target).join() === 'ready', 'a ready replica');
    const [replica] = target.replicas();
    assert.ok(replica);
    crash(replica);
    await until(() => (target.replicas()[0]?.restarts ?? 0) === 1, 'a restart');
    await until(() => states(target).join() === 'ready', 'a ready replica again');
    assert.equal(target.desired, 1);
    assert.ok(target.replicas()[0]?.lastExit);
  });

  story('a start that is no longer wanted is given up', async ({ target, until }) => {
    target.scaleTo(3, []);
    target.scaleTo(0, []);
    await until(() => target.replicas().length === 0, 'no replica');
  });

  story('a count that is no count is refused', async ({ target }) => {
    assert.throws(() => target.scaleTo(-1, []), { code: 'invalid-argument' });
    assert.throws(() => target.scaleTo(1.5, []), { code: 'invalid-argument' });
    assert.equal(target.desired, 0);
  });
}
