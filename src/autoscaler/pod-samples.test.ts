import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { silentLogger } from '../platform/logger.ts';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { createPodSamples, type PodSamplesOptions } from './pod-samples.ts';
import { processAccounting } from './targets/process-accounting.ts';
import { parseStat } from './targets/process-accounting/linux.ts';
import { accountByPs, parseCpuTime, sumGroups } from './targets/process-accounting/ps.ts';
import type { ReplicaStatus, ScaleTarget } from './targets/scale-target.ts';

function replica(change: Partial<ReplicaStatus>): ReplicaStatus {
  return {
    id: 'web-1',
    target: 'web',
    address: { kind: 'tcp', host: '127.0.0.1', port: 1 },
    state: 'ready',
    slots: 1,
    pid: 7,
    wantedAtMs: 0,
    startedAtMs: 1000,
    readyAtMs: 2000,
    restarts: 0,
    lastExit: null,
    ...change,
  };
}
function targetOf(replicas: () => readonly ReplicaStatus[]): ScaleTarget {
  return {
    name: 'web',
    desired: 1,
    replicas,
    scaleTo: () => {},
    onChange: () => () => {},
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

type Container = PodSamplesOptions['deployment']['main'];

const deploymentOf = (main: Container, ...others: readonly Container[]): PodSamplesOptions['deployment'] => ({
  main,
  containers: [main, ...others],
});

const podRequests: readonly {
  readonly name: string;
  readonly pod: PodSamplesOptions['deployment']['podResources'];
  readonly containers?: readonly Container[];
  readonly want: { readonly cpu: number | null; readonly memory: number | null } | undefined;
}[] = [
  { name: 'nothing is written for the pod', pod: undefined, want: undefined },
  { name: 'an empty section counts as none', pod: { requests: {}, limits: {} }, want: undefined },
  {
    name: 'what is written comes before the containers; what is not is their sum',
    pod: { requests: { cpu: '2' }, limits: {} },
    containers: [
      { name: 'a', requests: { cpu: '100m', memory: '1Ki' } },
      { name: 'b', requests: { memory: '2Ki' } },
      { name: 'c', requests: {} },
    ],
    want: { cpu: 2000, memory: 3 * 1024 * 1000 },
  },
  {
    name: 'a limit stands in only where no container asks',
    pod: { requests: {}, limits: { cpu: '1', memory: '4Ki' } },
    containers: [{ name: 'a', requests: { cpu: '100m' } }],
    want: { cpu: 100, memory: 4 * 1024 * 1000 },
  },
  {
    name: 'nobody asks for memory',
    pod: { requests: { cpu: '500m' }, limits: {} },
    want: { cpu: 500, memory: null },
  },
];
for (const { containers = [{ name: 'app', requests: {} }], name, pod, want } of podRequests) {
  test(`requests of the pod as a whole: ${name}`, () => {
    const [main = { name: 'app', requests: {} }, ...others] = containers;
    const samples = createPodSamples({
      target: targetOf(() => [replica({})]),
      deployment: { ...deploymentOf(main, ...others), ...(pod ? { podResources: pod } : {}) },
      account: () => Promise.resolve(new Map()),
      clock: createVirtualClock(0),
      logger: silentLogger,
    });
    assert.deepEqual(samples.pods()[0]?.requestMilli, want);
  });
}

test('a replica as a pod: cpu from the second measurement on, memory from the first', async () => {
  const clock = createVirtualClock(10_000);
  let now: readonly ReplicaStatus[] = [replica({})];
  let cpuMs = 5000;
  const samples = createPodSamples({
    target: targetOf(() => now),
    deployment: deploymentOf({ name: 'app', requests: { cpu: '250m', memory: '64Mi' } }),
    account: (groups) =>
      Promise.resolve(new Map(groups.map((group) => [group, { cpuMs, memoryBytes: 1024 }]))),
    clock,
    logger: silentLogger,
  });
  const cpu = () => samples.pods()[0]?.containers[0]?.usageMilli.cpu;
  await samples.measure();
  assert.deepEqual(samples.pods()[0], {
    id: 'web-1',
    phase: 'Running',
    deleting: false,
    ready: true,
    readyChangedAtMs: 2000,
    startedAtMs: 1000,
    containers: [
      {
        name: 'app',
        requestMilli: { cpu: 250, memory: 64 * 2 ** 20 * 1000 },
        usageMilli: { cpu: null, memory: 1_024_000 },
      },
    ],
    sampledAtMs: 10_000,
    sampleWindowMs: 0,
  });
  // 3 s of processor time in 15 s are 200 millicores.
  await clock.advance(15_000);
  cpuMs += 3000;
  await samples.measure();
  assert.equal(cpu(), 200);
  assert.equal(samples.pods()[0]?.sampleWindowMs, 15_000);
  // Started again: another process, nothing is known of it yet.
  now = [replica({ pid: 8, state: 'starting', readyAtMs: null, startedAtMs: 24_000 })];
  assert.equal(cpu(), null);
  assert.deepEqual([samples.pods()[0]?.ready, samples.pods()[0]?.readyChangedAtMs], [false, 24_000]);
  await samples.measure();
  assert.equal(cpu(), null);
  now = [replica({ pid: null, state: 'failed' }), replica({ id: 'web-2', state: 'draining' })];
  assert.deepEqual(
    samples.pods().map(({ deleting, phase }) => [phase, deleting]),
    [
      ['Pending', false],
      ['Running', true],
    ],
  );
});

test('a request that is no quantity is refused', () => {
  assert.throws(
    () =>
      createPodSamples({
        target: targetOf(() => []),
        deployment: deploymentOf({ name: 'app', requests: { cpu: 'much' } }),
        account: () => Promise.resolve(new Map()),
        clock: createVirtualClock(0),
        logger: silentLogger,
      }),
    /requests\.cpu: expected a quantity/,
  );
});

test('the whole process group is measured, by /proc and by ps', async () => {
  // A shell that keeps a child busy for good and is then ended by us.
  const child = spawn('/bin/sh', ['-c', '(while :; do :; done) & wait'], { detached: true, stdio: 'ignore' });
  const group = child.pid ?? 0;
  try {
    for (const account of [await processAccounting(), accountByPs]) {
      let cpuMs = 0;
      for (let turn = 0; turn < 400 && cpuMs < 20; turn += 1) {
        const usage = (await account([group])).get(group);
        cpuMs = usage?.cpuMs ?? 0;
        if (usage) assert.ok(usage.memoryBytes > 100_000);
        // ps tells whole seconds on Linux: its clock is a matter of the parser's test.
        if (account === accountByPs && usage) break;
      }
      assert.ok(account === accountByPs || cpuMs >= 20);
    }
    const gone = await (await processAccounting())([2 ** 22 + 1]);
    assert.equal(gone.size, 0);
  } finally {
    process.kill(-group, 'SIGKILL');
  }
});

test('stat and ps lines', () => {
  assert.deepEqual(parseStat('7 (a) b) (c) S 1 42 42 0 -1 4 0 0 0 0 100 20 3 4 20 0 1 0 9 0 0'), {
    group: 42,
    cpuMs: 1270,
  });
  assert.equal(parseStat('nonsense'), null);
  assert.deepEqual(
    ['0:01.50', '01:02:03', '2-00:00:01', '12:34'].map(parseCpuTime),
    [1500, 3_723_000, 172_801_000, 754_000],
  );
  assert.deepEqual(sumGroups('  7 0:01.00 10\n  7 0:02.00 20\n  8 0:09.00 90\n', [7]).get(7), {
    cpuMs: 3000,
    memoryBytes: 30 * 1024,
  });
});

test('a measurement that fails is no sample, and does not stop the next', async () => {
  let fails = true;
  const samples = createPodSamples({
    target: targetOf(() => [replica({})]),
    deployment: deploymentOf({ name: 'app', requests: {} }),
    account: () =>
      fails
        ? Promise.reject(new Error('no ps'))
        : Promise.resolve(new Map([[7, { cpuMs: 1, memoryBytes: 2 }]])),
    clock: createVirtualClock(0),
    logger: silentLogger,
  });
  const memory = () => samples.pods()[0]?.containers[0]?.usageMilli.memory;
  await samples.measure();
  assert.equal(memory(), null);
  fails = false;
  await samples.measure();
  assert.equal(memory(), 2000);
});
