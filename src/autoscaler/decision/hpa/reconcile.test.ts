import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDecisionState } from '../decision-state.ts';
import { defaultHpaPolicy } from '../scale-policy.ts';
import type { HpaMetric } from './hpa-metric.ts';
import { reconcile } from './reconcile.ts';

const nowMs = 1_700_000_000_000;
const unknown: HpaMetric = { type: 'Unknown', name: 'moon', error: 'there is no source of this type' };
const queue = (value: number): HpaMetric => ({
  type: 'External',
  name: 's0-queue',
  targetKind: 'AverageValue',
  targetMilli: 5000,
  valueMilli: value * 1000,
  error: null,
});

const stories = [
  {
    name: 'alone it leaves everything as it is',
    metrics: [unknown],
    replicas: 4,
    active: ['False', 'InvalidMetricSourceType'],
  },
  {
    name: 'beside one that asks for more, more are started',
    metrics: [queue(30), unknown],
    replicas: 6,
    active: ['True', 'ValidMetricFound'],
  },
  {
    name: 'beside one that asks for fewer, nothing changes',
    metrics: [queue(5), unknown],
    replicas: 4,
    active: ['False', 'InvalidMetricSourceType'],
  },
];
for (const { name, metrics, replicas, active } of stories) {
  test(`a metric of an unknown type: ${name}`, () => {
    const outcome = reconcile(
      {
        metrics,
        facts: {
          specReplicas: 4,
          statusReplicas: 4,
          readyReplicas: 4,
          pods: [],
          rules: defaultHpaPolicy,
          tolerances: { up: 0.1, down: 0.1 },
        },
        minReplicas: 1,
        maxReplicas: 10,
        behavior: null,
        hpa: defaultHpaPolicy,
      },
      // Initialised and empty: nothing holds the count up.
      { ...createDecisionState(nowMs).hpa, recommendations: [] },
      nowMs,
    );
    const condition = outcome.conditions.find(({ type }) => type === 'ScalingActive');
    assert.deepEqual(
      [outcome.replicas, condition?.status, condition?.reason],
      [replicas, active[0], active[1]],
    );
  });
}
