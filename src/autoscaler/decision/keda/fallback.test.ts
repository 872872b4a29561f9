import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricTarget } from '../load-snapshot.ts';
import type { FallbackPolicy, FormulaPolicy } from '../scale-policy.ts';
import type { FallbackContext, MetricAnswer } from './fallback.ts';
import { fallbackAnswer, isFallbackValid, isFallingBack, nextHealth } from './fallback.ts';

const policy: FallbackPolicy = { failureThreshold: 3, replicas: 6, behavior: 'static' };
const formula: FormulaPolicy = { formula: 'a', target: '4', activationTarget: 0, metricType: 'AverageValue' };
const average: MetricTarget = { kind: 'AverageValue', value: 2.5 };

const answers: readonly {
  readonly name: string;
  readonly failures?: number;
  readonly target?: MetricTarget;
  readonly context?: Partial<FallbackContext>;
  readonly want: MetricAnswer;
}[] = [
  { name: 'at the threshold the error still stands', failures: 3, want: { kind: 'error', message: 'down' } },
  { name: 'beyond it, target times replicas', want: { kind: 'fallback', value: 15, replicas: 6 } },
  {
    name: 'without a fallback the error stands',
    context: { fallback: null },
    want: { kind: 'error', message: 'down' },
  },
  {
    name: 'current replicas',
    context: { fallback: { ...policy, behavior: 'currentReplicas' } },
    want: { kind: 'fallback', value: 25, replicas: 10 },
  },
  {
    name: 'the higher of both',
    context: { fallback: { ...policy, behavior: 'currentReplicasIfHigher' } },
    want: { kind: 'fallback', value: 25, replicas: 10 },
  },
  {
    name: 'the lower of both',
    context: { fallback: { ...policy, behavior: 'currentReplicasIfLower' } },
    want: { kind: 'fallback', value: 15, replicas: 6 },
  },
  {
    name: 'an unreadable count leaves the error',
    context: { fallback: { ...policy, behavior: 'currentReplicas' }, specReplicas: null },
    want: { kind: 'error', message: 'down' },
  },
  {
    name: 'Value is divided by the ready replicas',
    target: { kind: 'Value', value: 10 },
    context: { readyReplicas: 4 },
    want: { kind: 'fallback', value: 15, replicas: 6 },
  },
  {
    name: 'Value is cut to thousandths',
    target: { kind: 'Value', value: 10 },
    context: { readyReplicas: 7 },
    want: { kind: 'fallback', value: 8.571, replicas: 6 },
  },
  {
    name: 'Value without a ready replica leaves the error',
    target: { kind: 'Value', value: 10 },
    context: { readyReplicas: 0 },
    want: { kind: 'error', message: 'down' },
  },
  {
    name: 'a formula uses its own target',
    context: { formula },
    want: { kind: 'fallback', value: 24, replicas: 6 },
  },
  {
    name: 'a target of 0.7 loses nothing',
    target: { kind: 'AverageValue', value: 0.7 },
    context: { fallback: { ...policy, replicas: 3 } },
    want: { kind: 'fallback', value: 2.1, replicas: 3 },
  },
  {
    name: 'a formula target of 2.5 disables behavior scalingModifiers as well',
    context: {
      formula: { ...formula, target: '2.5' },
      fallback: { ...policy, behavior: 'scalingModifiers' },
    },
    want: { kind: 'error', message: 'down' },
  },
  {
    name: 'a formula target of 2.5 silently disables it',
    context: { formula: { ...formula, target: '2.5' } },
    want: { kind: 'error', message: 'down' },
  },
  {
    name: 'behavior scalingModifiers gives nil',
    context: { formula, fallback: { ...policy, behavior: 'scalingModifiers' } },
    want: { kind: 'nil' },
  },
];

for (const { name, failures, target, context, want } of answers) {
  test(`fallback: ${name}`, () => {
    const full = { fallback: policy, formula: null, specReplicas: 10, readyReplicas: 10, ...context };
    assert.deepEqual(fallbackAnswer('down', failures ?? 4, target ?? average, full), want);
  });
}

test('fallback: failures add up and a success clears them', () => {
  const context = { fallback: policy, formula: null };
  const once = nextHealth(undefined, true, context);
  const twice = nextHealth(once, true, context);
  assert.deepEqual(twice, { numberOfFailures: 2, status: 'Failing' });
  assert.deepEqual(nextHealth(twice, false, context), { numberOfFailures: 0, status: 'Happy' });
});

test('fallback: without a valid fallback the count stays as it was', () => {
  const failing = { numberOfFailures: 2, status: 'Failing' } as const;
  const invalid = { ...policy, failureThreshold: -1 };
  for (const fallback of [null, invalid]) {
    assert.deepEqual(nextHealth(failing, false, { fallback, formula: null }), failing);
    assert.deepEqual(nextHealth(failing, true, { fallback, formula: null }), failing);
  }
});

test('fallback: negative numbers are not valid', () => {
  assert.equal(isFallbackValid({ ...policy, failureThreshold: -1 }, null), false);
  assert.equal(isFallbackValid({ ...policy, replicas: -1 }, null), false);
});

test('fallback: the condition looks at every metric', () => {
  const health = {
    a: { numberOfFailures: 0, status: 'Happy' },
    b: { numberOfFailures: 4, status: 'Failing' },
  } as const;
  assert.equal(isFallingBack(health, policy, null), true);
  assert.equal(isFallingBack({ a: health.a }, policy, null), false);
  assert.equal(isFallingBack(health, null, null), false);
});
