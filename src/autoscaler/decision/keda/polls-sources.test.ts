import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kedaPolicyOf } from '../decision-fixture.ts';
import type { KedaPolicy } from '../scale-policy.ts';
import { pollsSources } from './polls-sources.ts';

const newest = { kubernetes: '1.37', keda: '2.21', freezeTrap: true } as const;
const alone: Partial<KedaPolicy> = { compat: newest, minReplicas: 1 };
const facts = { usesCachedMetrics: false, isHpaActive: true };

const rows = [
  { name: '2.20 always asks', policy: { minReplicas: 1 }, facts, want: true },
  { name: '2.21 leaves it to an active HPA', policy: alone, facts, want: false },
  {
    name: '2.21 asks while the HPA is not active',
    policy: alone,
    facts: { ...facts, isHpaActive: false },
    want: true,
  },
  {
    name: '2.21 asks for cached metrics',
    policy: alone,
    facts: { ...facts, usesCachedMetrics: true },
    want: true,
  },
  { name: '2.21 asks when it may go to zero', policy: { ...alone, minReplicas: 0 }, facts, want: true },
  {
    name: '2.21 asks when it may go to idle',
    policy: { ...alone, minReplicas: 2, idleReplicas: 0 },
    facts,
    want: true,
  },
];
for (const row of rows) {
  test(`polls sources: ${row.name}`, () => {
    assert.equal(pollsSources(kedaPolicyOf(row.policy), row.facts), row.want);
  });
}
