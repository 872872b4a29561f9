import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../platform/clock.ts';
import { silentLogger } from '../platform/logger.ts';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { createJobScaler } from './job-scaler.ts';
import { toJobSpecs } from './manifests/job-spec.ts';
import { parseManifests } from './manifests/parse-manifests.ts';
import { createGuardian } from './targets/guardian.ts';
import { createJobTarget } from './targets/drivers/job.ts';
import type { JobStatus, JobTarget } from './targets/job-target.ts';
import { idleReport } from './triggers/conformance.ts';

const manifest = (command: string, extra = '', annotations = ''): string => `
apiVersion: keda.sh/v1alpha1
kind: ScaledJob
metadata: { name: resize, namespace: default${annotations} }
spec:
  jobTargetRef:
    backoffLimit: 1
    template:
      spec:
        containers:
          - name: main
            command: [/bin/sh, -c, '${command}']
            env: [{ name: WORD, value: hello }]
  pollingInterval: 10
  maxReplicaCount: 5
  ${extra}
  triggers:
    - { type: metrics-api, metadata: { url: 'http://queue/length', valueLocation: n, targetValue: '2' } }
`;

async function specOf(text: string) {
  const manifests = await parseManifests([{ file: 'test', text }]);
  const [spec] = toJobSpecs(manifests);
  assert.ok(spec);
  return { manifests, spec };
}

/** Jobs that end when the test says so. */
function scriptedTarget(now: () => number) {
  let jobs: JobStatus[] = [];
  const target: JobTarget = {
    name: 'resize',
    jobs: () => jobs,
    create: (count, generation) => {
      for (let index = 0; index < count; index += 1) {
        jobs.push({
          name: `job-${jobs.length + 1}`,
          generation,
          state: 'running',
          pid: 1,
          createdAtMs: now(),
          startedAtMs: now(),
          finishedAtMs: null,
          tries: 1,
          message: null,
        });
      }
    },
    remove: (names) => {
      jobs = jobs.filter(({ name }) => !names.includes(name));
    },
    onChange: () => () => {},
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const finish = (name: string, state: 'succeeded' | 'failed'): void => {
    jobs = jobs.map((job) => (job.name === name ? { ...job, state, pid: null, finishedAtMs: now() } : job));
  };
  return { target, finish, names: () => jobs.map(({ name, state }) => `${name} ${state}`) };
}

async function story(extra = '', annotations = '', generation = 1) {
  const clock = createVirtualClock(1_800_000_000_000);
  const { manifests, spec } = await specOf(manifest('true', extra, annotations));
  const scripted = scriptedTarget(() => clock.now());
  const world = { length: 0 };
  const scaler = await createJobScaler({
    spec,
    target: scripted.target,
    generation,
    manifests,
    load: () => idleReport,
    query: () => Promise.resolve([]),
    clock,
    logger: silentLogger,
    fetch: () => Promise.resolve(Response.json({ n: world.length })),
  });
  /** Time for an answer over `fetch`, which is no matter of the clock. */
  const advance = async (ms: number): Promise<void> => {
    await clock.advance(ms);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...scripted, scaler, world, advance };
}

test('a queue becomes jobs, at each poll what is missing, and never more than the maximum', async () => {
  const { advance, finish, names, scaler, world } = await story();
  await advance(0);
  assert.deepEqual(names(), []);
  // Five messages at two a job: three jobs. They run on, so the next poll adds none.
  world.length = 5;
  await advance(10_000);
  assert.equal(names().length, 3);
  await advance(10_000);
  assert.equal(names().length, 3);
  world.length = 100;
  await advance(10_000);
  assert.equal(names().length, 5);
  finish('job-1', 'succeeded');
  await advance(10_000);
  assert.equal(names().filter((name) => name.endsWith('running')).length, 5);
  assert.match(scaler.history().at(-1)?.decision.explanation ?? '', /1 more/);
  const { jobs, lastDecision, maxReplicas, scaledJob } = scaler.status();
  assert.deepEqual([scaledJob, maxReplicas, jobs.length], ['resize', 5, 6]);
  // The newest first.
  assert.deepEqual([jobs[0]?.name, jobs.at(-1)?.state], ['job-6', 'succeeded']);
  assert.deepEqual([lastDecision?.create, lastDecision?.reason], [1, 'load']);
  await scaler[Symbol.asyncDispose]();
});

test('finished jobs beyond the limits are forgotten, the newest stay', async () => {
  const { advance, finish, names, scaler, world } = await story(
    'successfulJobsHistoryLimit: 1\n  failedJobsHistoryLimit: 0',
  );
  world.length = 6;
  await advance(10_000);
  world.length = 0;
  finish('job-1', 'succeeded');
  await advance(10);
  finish('job-2', 'succeeded');
  finish('job-3', 'failed');
  await advance(10_000);
  assert.deepEqual(names(), ['job-2 succeeded']);
  await scaler[Symbol.asyncDispose]();
});

test('rollout: jobs of an older generation go, unless it is gradual', async () => {
  for (const [extra, want] of [
    ['', 0],
    ['rollout: { strategy: gradual }', 2],
  ] as const) {
    const clock = createVirtualClock(0);
    const { manifests, spec } = await specOf(manifest('true', extra));
    const { names, target } = scriptedTarget(() => clock.now());
    target.create(2, 1);
    const scaler = await createJobScaler({
      spec,
      target,
      generation: 2,
      manifests,
      load: () => idleReport,
      query: () => Promise.resolve([]),
      clock,
      logger: silentLogger,
      fetch: () => Promise.resolve(Response.json({ n: 0 })),
    });
    assert.equal(names().length, want);
    await scaler[Symbol.asyncDispose]();
  }
});

test('paused: nothing is polled', async () => {
  const { advance, names, scaler, world } = await story(
    '',
    `, annotations: { autoscaling.keda.sh/paused: 'true' }`,
  );
  world.length = 50;
  await advance(30_000);
  assert.deepEqual(names(), []);
  await scaler[Symbol.asyncDispose]();
});

test('a job without a command is refused with its place', async () => {
  const text = manifest('true').replace("command: [/bin/sh, -c, 'true']", 'image: demo');
  await assert.rejects(specOf(text), /test:2: .*containers\[main\]\.command: expected the command/);
});

async function realTarget(command: string, options: { readonly maxRunning?: number } = {}, job = '') {
  const { spec } = await specOf(manifest(command).replace('backoffLimit: 1', `backoffLimit: 1${job}`));
  const guardian = createGuardian({ logger: silentLogger });
  const clock = createVirtualClock(0);
  const lines: string[] = [];
  const target = createJobTarget({
    launch: { ...spec.launch, terminationGracePeriodMs: 2000 },
    // Retries on the virtual clock, processes in real time.
    clock: {
      ...systemClock,
      now: () => clock.now(),
      schedule: (ms, run, more) =>
        ms >= 10_000 ? clock.schedule(ms, run, more) : systemClock.schedule(ms, run, more),
    },
    logger: silentLogger,
    guardian,
    onOutput: (_job, _stream, line) => lines.push(line),
    ...options,
  });
  const until = async (done: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 500 && !done(); turn += 1) await sleep(10);
    assert.ok(done(), JSON.stringify(target.jobs()));
  };
  const states = (): string[] => target.jobs().map(({ state }) => state);
  return { clock, guardian, lines, states, target, until };
}

test('job processes: run to their end with the environment, and their outcome is kept', async () => {
  const { guardian, lines, states, target, until } = await realTarget('echo $WORD $(WORD) $SLUICE_JOB_NAME');
  target.create(2, 1);
  await until(() => states().every((state) => state === 'succeeded'));
  const [first] = target.jobs();
  assert.ok(lines.includes(`hello hello ${first?.name}`), lines.join());
  assert.deepEqual([first?.tries, first?.message, first?.pid], [1, '"/bin/sh" exited with code 0.', null]);
  target.remove([first?.name ?? '']);
  assert.equal(target.jobs().length, 1);
  await target[Symbol.asyncDispose]();
  await guardian[Symbol.asyncDispose]();
});

test('job processes: a failed one is tried again after 10 s, up to the back-off limit', async () => {
  const { clock, guardian, states, target, until } = await realTarget('exit 3');
  target.create(1, 1);
  await until(() => target.jobs()[0]?.message !== null);
  // Between two tries it is still unfinished.
  assert.deepEqual([states()[0], target.jobs()[0]?.pid, target.jobs()[0]?.tries], ['running', null, 1]);
  await clock.advance(10_000);
  await until(() => states()[0] === 'failed');
  assert.deepEqual(
    [target.jobs()[0]?.tries, target.jobs()[0]?.message],
    [2, '"/bin/sh" exited with code 3.'],
  );
  await target[Symbol.asyncDispose]();
  await guardian[Symbol.asyncDispose]();
});

test('job processes: more than there is room for wait; removing and disposing stop what runs', async () => {
  const { guardian, states, target, until } = await realTarget('exec sleep 60', { maxRunning: 1 });
  target.create(3, 1);
  assert.deepEqual(states(), ['running', 'pending', 'pending']);
  const pid = target.jobs()[0]?.pid ?? 0;
  target.remove([target.jobs()[0]?.name ?? '', target.jobs()[1]?.name ?? '']);
  await until(() => states()[0] === 'running');
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  await target[Symbol.asyncDispose]();
  assert.deepEqual(states(), []);
  await guardian[Symbol.asyncDispose]();
});

test('job processes: one that is not over within activeDeadlineSeconds is stopped and has failed, without another try', async () => {
  const { clock, guardian, states, target, until } = await realTarget(
    'exec sleep 60',
    {},
    '\n    activeDeadlineSeconds: 20',
  );
  target.create(1, 1);
  await clock.advance(20_000);
  await until(() => states()[0] === 'failed');
  const [job] = target.jobs();
  assert.equal(job?.tries, 1);
  assert.equal(
    job?.message,
    'It did not end within 20 s (activeDeadlineSeconds). "/bin/sh" was ended by SIGTERM.',
  );
  await target[Symbol.asyncDispose]();
  await guardian[Symbol.asyncDispose]();
});

test('a Job of several pods is run as one process, with a warning', async () => {
  const text = manifest('true').replace('backoffLimit: 1', 'backoffLimit: 1\n    parallelism: 3');
  const { manifests } = await specOf(text);
  assert.match(manifests.warnings[0]?.message ?? '', /expected 1, received 3: a job is one process/);
});
