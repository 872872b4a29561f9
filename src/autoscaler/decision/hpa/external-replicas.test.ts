import assert from 'node:assert/strict';
import { test } from 'node:test';
import { averageValueReplicas, valueReplicas } from './external-replicas.ts';
import { servedMilli, toInt32, truncatedMilli } from './quantity.ts';
import { isWithinTolerance, tolerancesOf } from './tolerance.ts';
import { defaultHpaPolicy } from '../scale-policy.ts';

const tolerances = { up: 0.1, down: 0.1 };

const averages = [
  { name: '44 of 4 on 10 stays at 10', value: 44, target: 4, status: 10, want: 10 },
  { name: '45 of 4 on 10 grows to 12', value: 45, target: 4, status: 10, want: 12 },
  { name: '36 of 4 on 10 is still within', value: 36, target: 4, status: 10, want: 10 },
  { name: '35 of 4 on 10 shrinks to 9', value: 35, target: 4, status: 10, want: 9 },
  { name: 'with nothing running the load alone decides', value: 12, target: 5, status: 0, want: 3 },
  { name: 'nothing to do asks for 0', value: 0, target: 5, status: 3, want: 0 },
  { name: 'nothing to do and nothing running asks for 0', value: 0, target: 5, status: 0, want: 0 },
  { name: 'the count saturates at 32 bits', value: 9.2e15, target: 1, status: 1, want: 2_147_483_647 },
];
for (const { name, value, target, status, want } of averages) {
  test(`AverageValue: ${name}`, () => {
    const got = averageValueReplicas(value * 1000, target * 1000, status, tolerances);
    assert.equal(got.kind === 'replicas' ? got.replicas : got.message, want);
  });
}

test('AverageValue: within tolerance it answers status.replicas and says so', () => {
  const got = averageValueReplicas(50_000, 5000, 10, tolerances);
  assert.deepEqual(got, {
    kind: 'replicas',
    replicas: 10,
    withinTolerance: true,
    currentMilli: 5000,
    utilizationPercent: null,
  });
});

const valuesCases = [
  {
    name: 'multiplies the ready replicas',
    value: 20,
    target: 10,
    spec: 4,
    pods: { total: 4, ready: 3 },
    want: 6,
  },
  {
    name: 'without a ready one it is 0',
    value: 20,
    target: 10,
    spec: 4,
    pods: { total: 4, ready: 0 },
    want: 0,
  },
  {
    name: 'within tolerance it keeps spec.replicas',
    value: 11,
    target: 10,
    spec: 4,
    pods: { total: 4, ready: 1 },
    want: 4,
  },
  {
    name: 'without any replica it fails',
    value: 20,
    target: 10,
    spec: 4,
    pods: { total: 0, ready: 0 },
    want: /no replica exists/,
  },
];
for (const { name, value, target, spec, pods, want } of valuesCases) {
  test(`Value: ${name}`, () => {
    const got = valueReplicas(value * 1000, target * 1000, spec, pods, tolerances);
    if (want instanceof RegExp) assert.match(got.kind === 'error' ? got.message : '', want);
    else assert.equal(got.kind === 'replicas' ? got.replicas : got.message, want);
  });
}

test('tolerance: both ends are within, NaN is not', () => {
  assert.deepEqual(
    [0.9, 1.1, 0.8999, 1.1001, Number.NaN].map((ratio) => isWithinTolerance(ratio, tolerances)),
    [true, true, false, false, false],
  );
});

test('tolerance: per direction from Kubernetes 1.33 on', () => {
  const open = { stabilizationWindowSeconds: null, selectPolicy: null, policies: null };
  const behavior = { scaleUp: { ...open, tolerance: 0 }, scaleDown: { ...open, tolerance: null } };
  const hpa = { ...defaultHpaPolicy, behavior };
  const compat = { keda: '2.20', freezeTrap: true } as const;
  assert.deepEqual(tolerancesOf(hpa, { ...compat, kubernetes: '1.33' }), { up: 0, down: 0.1 });
  assert.deepEqual(tolerancesOf(hpa, { ...compat, kubernetes: '1.32' }), { up: 0.1, down: 0.1 });
});

test('quantity: three decimals, halves to even, nothing below zero', () => {
  const pairs: readonly (readonly [number, number])[] = [
    [1.5, 1500],
    [2.8666, 2867],
    [0.0625, 62],
    [0.1875, 188],
    [0.0005, 1],
    [-3, 0],
    [Number.NaN, 0],
    [Infinity, 0],
  ];
  assert.deepEqual(
    pairs.map(([value]) => servedMilli(value)),
    pairs.map(([, want]) => want),
  );
  assert.equal(truncatedMilli(2.8669), 2866);
  assert.equal(toInt32(-0.5), 0);
});
