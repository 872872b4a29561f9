import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podOf } from '../decision-fixture.ts';
import type { PodSample } from '../load-snapshot.ts';
import { groupPods } from './group-pods.ts';
import type { HpaMetric } from './hpa-metric.ts';
import { metricProposal } from './metric-proposal.ts';

const nowMs = 10_000_000;
const rules = { cpuInitializationPeriodMs: 300_000, initialReadinessDelayMs: 30_000 };
const pod = (id: string, usageMilli: number | null, overrides?: Partial<PodSample>): PodSample =>
  podOf(id, { usageMilli, requestMilli: 1000 }, { sampledAtMs: nowMs, ...overrides });
const pending = { phase: 'Pending' } as const;

const utilization: HpaMetric = {
  type: 'Resource',
  name: 's0-cpu',
  resource: 'cpu',
  containerName: null,
  target: { kind: 'Utilization', percent: 50 },
  error: null,
};
const average: HpaMetric = { ...utilization, target: { kind: 'AverageValue', milli: 500 } };

const rows: readonly {
  readonly name: string;
  readonly metric?: HpaMetric;
  readonly pods: readonly PodSample[];
  readonly want: number | RegExp;
}[] = [
  { name: 'twice the target doubles', pods: [pod('a', 1000), pod('b', 1000)], want: 4 },
  { name: 'near the target keeps', pods: [pod('a', 540), pod('b', 540)], want: 2 },
  {
    name: 'the percentage is cut before it is compared: 55.9 % counts as 55',
    pods: [pod('a', 559), pod('b', 559)],
    want: 2,
  },
  {
    name: 'plain averages are not cut to percent: 551 of 500 grows',
    metric: average,
    pods: [pod('a', 551), pod('b', 551)],
    want: 3,
  },
  { name: 'a missing sample counts nothing on the way up', pods: [pod('a', 1500), pod('b', null)], want: 3 },
  {
    name: 'a missing sample counts the whole request on the way down',
    pods: [pod('a', 0), pod('b', null), pod('c', 0)],
    want: 2,
  },
  {
    name: 'a plain missing sample counts the target on the way down',
    metric: average,
    pods: [pod('a', 0), pod('b', null)],
    want: 1,
  },
  { name: 'a starting pod damps the way up', pods: [pod('a', 1000), pod('b', null, pending)], want: 2 },
  {
    name: 'a starting pod does not damp the way down',
    pods: [pod('a', 100), pod('b', 100), pod('c', null, pending)],
    want: 1,
  },
  {
    name: 'failed and stopping pods are left out',
    pods: [pod('a', 1000), pod('b', 0, { phase: 'Failed' }), pod('c', 0, { deleting: true })],
    want: 2,
  },
  { name: 'no sample at all fails', pods: [pod('a', null)], want: /no replica gave a sample/ },
  { name: 'no pod at all fails', pods: [], want: /no replica exists/ },
  {
    name: 'a pod without a request fails',
    pods: [pod('a', 100), podOf('b', { usageMilli: 1, requestMilli: null }, { sampledAtMs: nowMs })],
    want: /replica b has no request for cpu/,
  },
  {
    name: 'a request of the pod as a whole outweighs those of its containers',
    pods: [pod('a', 1000, { requestMilli: { cpu: 4000, memory: null } })],
    want: 1,
  },
  {
    name: 'and stands in for them',
    pods: [
      podOf(
        'a',
        { usageMilli: 1000, requestMilli: null },
        { sampledAtMs: nowMs, requestMilli: { cpu: 1000, memory: null } },
      ),
    ],
    want: 2,
  },
  {
    name: 'a container that is named has only its own',
    metric: { ...utilization, type: 'ContainerResource', containerName: 'main' },
    pods: [
      podOf(
        'a',
        { usageMilli: 1000, requestMilli: null },
        { sampledAtMs: nowMs, requestMilli: { cpu: 1000, memory: null } },
      ),
    ],
    want: /replica a has no request for cpu/,
  },
  {
    name: 'one container is looked at alone',
    metric: { ...utilization, type: 'ContainerResource', containerName: 'main' },
    pods: [pod('a', 1000)],
    want: 2,
  },
  {
    name: 'a container nobody has fails',
    metric: { ...utilization, type: 'ContainerResource', containerName: 'other' },
    pods: [pod('a', 1000)],
    want: /no replica gave a sample/,
  },
];

for (const { name, metric, pods, want } of rows) {
  test(`per pod: ${name}`, () => {
    const facts = {
      specReplicas: pods.length,
      statusReplicas: pods.length,
      readyReplicas: pods.length,
      pods,
      rules,
      tolerances: { up: 0.1, down: 0.1 },
    };
    const got = metricProposal(metric ?? utilization, facts, nowMs);
    if (want instanceof RegExp) assert.match(got.kind === 'error' ? got.message : '', want);
    else assert.equal(got.kind === 'replicas' ? got.replicas : got.message, want);
  });
}

test('groups: cpu does not trust a young pod until a whole sample lies after readiness', () => {
  const samples = new Map([['a', 1]]);
  const young = (sinceReadyMs: number, ready = true): PodSample =>
    pod('a', 1, { startedAtMs: nowMs - 100_000, readyChangedAtMs: nowMs - sinceReadyMs, ready });
  const unready = (of: PodSample, resource: 'cpu' | 'memory' = 'cpu'): number =>
    groupPods([of], samples, resource, rules, nowMs).unready.length;
  assert.equal(unready(young(10_000)), 1);
  assert.equal(unready(young(20_000)), 0);
  assert.equal(unready(young(20_000, false)), 1);
  assert.equal(unready(young(10_000), 'memory'), 0);
});

test('groups: an old pod that lost readiness counts, one that never had it does not', () => {
  const samples = new Map([['a', 1]]);
  const old = (changedAfterMs: number): PodSample =>
    pod('a', 1, { startedAtMs: 0, readyChangedAtMs: changedAfterMs, ready: false });
  assert.equal(groupPods([old(29_999)], samples, 'cpu', rules, nowMs).unready.length, 1);
  assert.equal(groupPods([old(30_000)], samples, 'cpu', rules, nowMs).readyCount, 1);
});
