import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadReport } from '../../contract/load.ts';
import { silentLogger } from '../../platform/logger.ts';
import { createVirtualClock } from '../../platform/virtual-clock.ts';
import type { TriggerSpec } from '../manifests/scaled-object.ts';
import { loadTriggerDriver } from './catalog.ts';
import type { TriggerDependencies } from './trigger.ts';

/** A trigger entry with everything optional left out. */
export function triggerSpec(type: string, metadata: Readonly<Record<string, string>>): TriggerSpec {
  return { type, name: null, metadata, authenticationRef: null, metricType: null, useCachedMetrics: false };
}

export const idleReport: LoadReport = {
  target: 'web',
  atMs: 0,
  pending: 0,
  inFlight: 0,
  arrivals: 0,
  lastActivityMs: null,
  inFlightByReplica: new Map(),
};

/** Dependencies that answer nothing, for tests to change. */
export function triggerDependencies(change: Partial<TriggerDependencies> = {}): TriggerDependencies {
  return {
    index: 0,
    target: 'web',
    namespace: 'default',
    objectName: 'web',
    authParams: {},
    resolvedEnv: {},
    podIdentity: 'none',
    formulaInput: false,
    configMap: () => null,
    pods: () => [],
    load: () => idleReport,
    query: () => Promise.resolve([]),
    fetch: () => Promise.reject(new TypeError('no network in tests')),
    clock: createVirtualClock(1_800_000_000_000),
    logger: silentLogger,
    ...change,
  };
}

/**
 * The rules of `Trigger`, run by every driver.
 *
 * @param number that KEDA gives the metric of the trigger at index 3.
 */
export function testTrigger(
  type: string,
  metadata: Readonly<Record<string, string>>,
  dependencies: Partial<TriggerDependencies> = {},
  number = 3,
): void {
  const nowMs = 1_800_000_000_000;
  const make = async (index: number, given = metadata) => {
    const create = await loadTriggerDriver(type);
    return create(triggerSpec(type, given), triggerDependencies({ ...dependencies, index }));
  };

  test(`${type}: metrics are the same every time, and named s<index>-…`, async () => {
    await using trigger = await make(3);
    assert.equal(trigger.type, type);
    // External scalers are asked what they offer.
    if (trigger.metrics().length === 0) await trigger.read(nowMs, new AbortController().signal);
    assert.ok(trigger.metrics().length >= 1);
    assert.deepEqual(trigger.metrics(), trigger.metrics());
    for (const { name, target } of trigger.metrics()) {
      assert.match(name, new RegExp(`^s${number}-[^/.:%()]+$`));
      assert.ok(target.value > 0);
      assert.equal(target.kind, 'AverageValue');
    }
  });

  test(`${type}: reads every metric, in order, with finite values`, async () => {
    await using trigger = await make(0);
    const readings = await trigger.read(nowMs, new AbortController().signal);
    assert.deepEqual(
      readings.map(({ name }) => name),
      trigger.metrics().map(({ name }) => name),
    );
    for (const { value } of readings) assert.ok(Number.isFinite(value));
  });

  test(`${type}: thrown away and made again it reads as before, connected first or not`, async () => {
    const { signal } = new AbortController();
    const first = await make(0);
    const before = await first.read(nowMs, signal);
    await first[Symbol.asyncDispose]();
    // Who throws it away need not know whether somebody has before.
    await first[Symbol.asyncDispose]();
    await using again = await make(0);
    await again.connect?.(signal);
    await again.connect?.(signal);
    const after = await again.read(nowMs, signal);
    assert.deepEqual(
      after.map(({ name }) => name),
      before.map(({ name }) => name),
    );
    assert.deepEqual(again.metrics(), first.metrics());
  });

  test(`${type}: without parameters it refuses to be made, naming itself and every problem`, async () => {
    await assert.rejects(
      make(1, {}),
      (error: Error & { code?: string; details?: { problems?: unknown[] } }) => {
        assert.equal(error.code, 'invalid-argument');
        assert.match(error.message, new RegExp(`Trigger 1 \\(${type}\\) of web`));
        assert.ok((error.details?.problems ?? []).length >= 1);
        return true;
      },
    );
  });
}
