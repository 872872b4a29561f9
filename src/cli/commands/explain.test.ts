import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Explanation } from '../../contract/explanation.ts';
import { explanationText } from './explain.ts';

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
      changes: [
        { condition: 'nothing arrives for another 60 s', to: 0, explanation: 'The cooldown period is over.' },
      ],
    },
  ],
  conditions: [{ type: 'Active', status: 'False', reason: 'ScalerNotActive' }],
  history: [{ atMs: 500, kind: 'scale', from: 0, to: 1, reason: 'activation', explanation: 'One held.' }],
};

test('an explanation says the count, what holds it, what would change it, and what changed it last', () => {
  const text = explanationText(explanation);
  for (const part of [
    'web: 1 replica wanted (0 to 4), 1 ready; policy instant',
    'trigger s0-prometheus: 0.5 (not active)',
    ': cooling-down\n  Nothing is asked.',
    'If nothing arrives for another 60 s: 0 replicas. The cooldown period is over.',
    'Active=False (ScalerNotActive)',
    '0 → 1  One held.',
  ]) {
    assert.ok(text.includes(part), `${part}\n\n${text}`);
  }
});
