import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Explanation } from '../../contract/explanation.ts';
import { explanationText } from './explain.ts';

const clockTime = (atMs: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }).format(atMs);

const explanation: Explanation = {
  atMs: 2000,
  status: {
    target: 'web',
    policy: 'instant',
    minReplicas: 0,
    maxReplicas: 4,
    desiredReplicas: 1,
    replicas: [{ id: 'a', state: 'ready', pid: 1, inFlight: 0, startedAtMs: 0, readyAtMs: 1, restarts: 0 }],
    pending: 0,
    inFlight: 0,
    arrivals: 7,
    cooldownEndsAtMs: 62_000,
    triggers: [
      {
        name: 's0-prometheus',
        type: 'prometheus',
        active: false,
        value: 0.5,
        threshold: 5,
        activationThreshold: 1,
        error: null,
      },
    ],
    lastDecision: null,
  },
  decisions: [
    {
      atMs: 1000,
      kind: 'hold',
      from: 1,
      to: 1,
      reason: 'cooling-down',
      explanation: 'Nothing is asked.',
      clock: 'instant',
      nextAtMs: null,
      changes: [
        {
          condition: 'nothing arrives for another 60 s',
          atMs: 61_000,
          to: 0,
          explanation: 'The cooldown period is over.',
        },
      ],
    },
  ],
  scaledObject: {
    namespace: 'default',
    name: 'web',
    status: {
      hpaName: 'keda-hpa-web',
      lastActiveTime: null,
      originalReplicaCount: 0,
      pausedReplicaCount: null,
      externalMetricNames: ['s0-prometheus'],
      resourceMetricNames: [],
      health: { 's0-prometheus': { numberOfFailures: 2, status: 'Failing' } },
    },
  },
  conditions: [{ type: 'Active', status: 'False', reason: 'ScalerNotActive' }],
  history: [{ atMs: 500, kind: 'scale', from: 0, to: 1, reason: 'activation', explanation: 'One held.' }],
};

test('an explanation says the count, what holds it, what would change it, and what changed it last', () => {
  const text = explanationText(explanation);
  for (const part of [
    'web: 1 replica wanted (0 to 4), 1 ready; policy instant',
    'trigger s0-prometheus: 0.5, not active (active above 1), threshold 5',
    ': cooling-down\n  Nothing is asked.',
    `If nothing arrives for another 60 s (until ${clockTime(61_000)}): 0 replicas. The cooldown period is over.`,
    'Active=False (ScalerNotActive)',
    'failures in a row, as fallback counts them: s0-prometheus 2',
    '0 → 1  One held.',
  ]) {
    assert.ok(text.includes(part), `${part}\n\n${text}`);
  }
});

test('a clock that ticks says when it decides next, and a value is rounded', () => {
  const [decision] = explanation.decisions;
  const [trigger] = explanation.status.triggers;
  assert.ok(decision && trigger);
  const text = explanationText({
    ...explanation,
    status: {
      ...explanation.status,
      policy: 'keda',
      triggers: [{ ...trigger, value: 2.867_238_513, active: true }],
    },
    decisions: [{ ...decision, clock: 'keda-poll', nextAtMs: 31_000 }],
  });
  assert.ok(text.includes(`KEDA's poll, last at ${clockTime(1000)}, next at ${clockTime(31_000)}: `), text);
  assert.ok(text.includes('The HPA has not synced yet'), text);
  assert.ok(text.includes('trigger s0-prometheus: 2.867, active (active above 1), threshold 5'), text);
});
