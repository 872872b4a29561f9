import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kedaPolicyOf } from '../decision-fixture.ts';
import { notPaused } from '../scale-policy.ts';
import type { KedaPolicy } from '../scale-policy.ts';
import type { ScaleRequest } from './request-scale.ts';
import { requestScale } from './request-scale.ts';

const nowMs = 1_000_000;
const fallback = { failureThreshold: 3, replicas: 4, behavior: 'static' as const };

const rows: readonly {
  readonly name: string;
  readonly request?: Partial<ScaleRequest>;
  readonly policy?: Partial<KedaPolicy>;
  readonly want: readonly [replicas: number, reason: string, refreshes?: boolean];
}[] = [
  {
    name: 'active at zero starts one',
    request: { current: 0, isActive: true },
    want: [1, 'activation', true],
  },
  {
    name: 'active at zero starts the minimum',
    request: { current: 0, isActive: true },
    policy: { minReplicas: 3 },
    want: [3, 'activation', true],
  },
  {
    name: 'active with an error still starts from zero',
    request: { current: 0, isActive: true, isError: true },
    want: [1, 'activation', true],
  },
  {
    name: 'active and running refreshes the clock',
    request: { current: 4, isActive: true },
    want: [4, 'steady', true],
  },
  {
    name: 'a failing neighbour keeps activity from refreshing the clock',
    request: { current: 4, isActive: true, isError: true },
    want: [4, 'partial-trigger-error', false],
  },
  {
    name: 'active below the minimum without idle is left to the HPA',
    request: { current: 1, isActive: true },
    policy: { minReplicas: 2 },
    want: [1, 'steady', true],
  },
  {
    name: 'active below the minimum with idle is raised',
    request: { current: 2, isActive: true },
    policy: { minReplicas: 5, idleReplicas: 2 },
    want: [5, 'activation', true],
  },
  {
    name: 'force-activation counts as active',
    request: { current: 0 },
    policy: { pause: { ...notPaused, forceActivation: true } },
    want: [1, 'forced-activation', true],
  },
  {
    name: 'force-activation keeps from zero',
    request: { current: 2, lastActiveMs: 0 },
    policy: { pause: { ...notPaused, forceActivation: true } },
    want: [2, 'steady', true],
  },
  {
    name: 'paused scale-out keeps zero',
    request: { current: 0, isActive: true },
    policy: { pause: { ...notPaused, scaleOutPaused: true } },
    want: [0, 'scale-out-paused', false],
  },
  {
    name: 'paused does nothing',
    request: { current: 0, isActive: true },
    policy: { pause: { ...notPaused, paused: true } },
    want: [0, 'paused'],
  },
  {
    name: 'an error never scales to zero',
    request: { current: 5, isError: true, lastActiveMs: 0 },
    want: [5, 'trigger-error'],
  },
  {
    name: 'an error waits for fallback',
    request: { current: 5, isError: true, lastActiveMs: 0 },
    policy: { fallback },
    want: [5, 'waiting-for-fallback'],
  },
  {
    name: 'an error with fallback to zero does scale to zero',
    request: { current: 5, isError: true, lastActiveMs: 0 },
    policy: { fallback: { ...fallback, replicas: 0 } },
    want: [0, 'cooldown-elapsed'],
  },
  {
    name: 'five go to zero in one step after the cooldown',
    request: { current: 5, lastActiveMs: nowMs - 300_001 },
    want: [0, 'cooldown-elapsed'],
  },
  {
    name: 'at the very end of the cooldown it still waits',
    request: { current: 5, lastActiveMs: nowMs - 300_000 },
    want: [5, 'cooling-down'],
  },
  {
    name: 'never active: the initial cooldown counts from creation',
    request: { current: 1, createdAtMs: nowMs - 5000 },
    policy: { initialCooldownMs: 10_000 },
    want: [1, 'initial-cooldown'],
  },
  {
    name: 'never active and no initial cooldown goes at once',
    request: { current: 1, createdAtMs: nowMs - 1 },
    want: [0, 'cooldown-elapsed'],
  },
  {
    name: 'once active, the initial cooldown no longer counts',
    request: { current: 1, lastActiveMs: nowMs - 300_001 },
    policy: { initialCooldownMs: 9_999_999 },
    want: [0, 'cooldown-elapsed'],
  },
  {
    name: 'inactive goes to idle, not to the minimum',
    request: { current: 8, lastActiveMs: 0 },
    policy: { minReplicas: 5, idleReplicas: 1 },
    want: [1, 'cooldown-elapsed'],
  },
  {
    name: 'paused scale-in keeps',
    request: { current: 8, lastActiveMs: 0 },
    policy: { pause: { ...notPaused, scaleInPaused: true } },
    want: [8, 'scale-in-paused'],
  },
  {
    name: 'with a minimum the cooldown does nothing',
    request: { current: 8, lastActiveMs: 0 },
    policy: { minReplicas: 2 },
    want: [8, 'inactive'],
  },
  {
    name: 'below the minimum is raised while inactive',
    request: { current: 0 },
    policy: { minReplicas: 2 },
    want: [2, 'below-minimum'],
  },
  {
    name: 'below idle is left alone',
    request: { current: 0 },
    policy: { minReplicas: 5, idleReplicas: 1 },
    want: [0, 'inactive'],
  },
  {
    name: 'an unreadable target decides nothing',
    request: { current: null, isActive: true },
    want: [0, 'target-unreadable'],
  },
];

for (const { name, request, policy, want } of rows) {
  test(`request scale: ${name}`, () => {
    const base = { current: 0, isActive: false, isError: false, lastActiveMs: null, createdAtMs: 0 };
    const got = requestScale({ ...base, ...request }, kedaPolicyOf(policy), nowMs);
    assert.deepEqual([got.replicas, got.reason, got.refreshesActivity], [want[0], want[1], want[2] ?? false]);
  });
}

test('request scale: says when the cooldown ends', () => {
  const request = { current: 1, isActive: false, isError: false, lastActiveMs: nowMs - 1000, createdAtMs: 0 };
  assert.equal(requestScale(request, kedaPolicyOf(), nowMs).cooldownEndsAtMs, nowMs + 299_000);
});

const readiness: readonly {
  readonly name: string;
  readonly request: Partial<ScaleRequest>;
  readonly policy?: Partial<KedaPolicy>;
  readonly want: readonly [status: string, reason: string];
}[] = [
  { name: 'no error', request: { isActive: true }, want: ['True', 'ScaledObjectReady'] },
  {
    name: 'an error that raised the count from zero all the same',
    request: { isActive: true, isError: true },
    want: ['True', 'ScaledObjectReady'],
  },
  {
    name: 'an error beside activity',
    request: { current: 4, isActive: true, isError: true },
    want: ['Unknown', 'PartialTriggerError'],
  },
  {
    name: 'an error alone',
    request: { current: 4, isError: true },
    want: ['False', 'TriggerError'],
  },
  {
    name: 'an error that waits for fallback',
    request: { current: 4, isError: true },
    policy: { fallback },
    want: ['True', 'ScaledObjectReady'],
  },
  {
    name: 'paused',
    request: { current: 4 },
    policy: { pause: { ...notPaused, paused: true } },
    want: ['True', 'ScaledObjectReady'],
  },
  {
    name: 'an unreadable target',
    request: { current: null },
    want: ['False', 'ErrorGettingCurrentReplicas'],
  },
];
for (const { name, request, policy, want } of readiness) {
  test(`request scale: Ready with ${name}`, () => {
    const base = { current: 0, isActive: false, isError: false, lastActiveMs: null, createdAtMs: 0 };
    const { conditions } = requestScale({ ...base, ...request }, kedaPolicyOf(policy), nowMs);
    const ready = conditions.filter(({ type }) => type === 'Ready');
    assert.deepEqual(ready, [{ type: 'Ready', status: want[0], reason: want[1] }]);
  });
}
