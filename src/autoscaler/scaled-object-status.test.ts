import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScaledObjectView } from '../contract/explanation.ts';
import { failedReading, readingOf } from './decision/decision-fixture.ts';
import { createDecisionState, type DecisionState } from './decision/decision-state.ts';
import { scaledObjectStatus } from './scaled-object-status.ts';

const object = { name: 'web', namespace: 'shop', hpaName: 'keda-hpa-web', annotations: {} };
const state: DecisionState = {
  ...createDecisionState(0),
  lastActiveMs: Date.UTC(2026, 10, 23, 16, 0, 5, 900),
  originalReplicas: 2,
  health: { 's0-redis': { numberOfFailures: 4, status: 'Failing' } },
};
const cpu = readingOf({ index: 1, type: 'cpu', isResource: true });

test('the status of a ScaledObject is spelled as on a cluster', () => {
  const view = scaledObjectStatus(object, state, [failedReading(), cpu]);
  assert.deepEqual(view, {
    namespace: 'shop',
    name: 'web',
    status: {
      hpaName: 'keda-hpa-web',
      lastActiveTime: '2026-11-23T16:00:05Z',
      originalReplicaCount: 2,
      pausedReplicaCount: null,
      externalMetricNames: ['s0-redis'],
      resourceMetricNames: ['cpu'],
      health: { 's0-redis': { numberOfFailures: 4, status: 'Failing' } },
    },
  });
  assert.deepEqual(ScaledObjectView.parse(view), view);
});

test('a paused object has no HPA; one that was never active says so', () => {
  const paused = { ...object, annotations: { 'autoscaling.keda.sh/paused-replicas': '3' } };
  const { status } = scaledObjectStatus(paused, { ...createDecisionState(0), pausedReplicas: 3 }, []);
  assert.deepEqual([status.hpaName, status.lastActiveTime, status.pausedReplicaCount], [null, null, 3]);
});
