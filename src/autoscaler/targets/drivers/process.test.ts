import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '../../../platform/clock.ts';
import { silentLogger, type Logger } from '../../../platform/logger.ts';
import type { Probe } from '../../manifests/deployment.ts';
import type { LaunchSpec } from '../../manifests/target-spec.ts';
import { testScaleTarget } from '../conformance.ts';
import { createGuardian } from '../guardian.ts';
import type { ScaleTarget } from '../scale-target.ts';
import { createProcessTarget, type ProcessTargetOptions } from './process.ts';

const guardian = createGuardian({ logger: silentLogger });
after(() => guardian[Symbol.asyncDispose]());

const server = `
const { createServer } = require('node:http');
createServer((request, response) => response.end(request.url)).listen(process.env.SLUICE_SOCKET ?? process.env.PORT);
console.log('listening');
`;

const launch = (change: Partial<LaunchSpec> = {}): LaunchSpec => ({
  name: 'web',
  namespace: 'default',
  command: [process.execPath, '-e', server],
  environment: [],
  workingDir: null,
  manifestFile: 'test.yaml',
  listens: 'port',
  readinessProbe: null,
  terminationGracePeriodMs: 2000,
  slots: 4,
  ...change,
});

const open = (change: Partial<LaunchSpec>, options: Partial<ProcessTargetOptions> = {}): ScaleTarget =>
  createProcessTarget({
    launch: launch(change),
    clock: systemClock,
    logger: silentLogger,
    guardian,
    drain: () => Promise.resolve(),
    ...options,
  });

async function until(done: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 1500 && !done(); turn += 1) await systemClock.sleep(10);
  assert.ok(done(), `waited for ${what}`);
}

const isReady = (target: ScaleTarget) => () => target.replicas()[0]?.state === 'ready';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

testScaleTarget('process', async () => {
  const drained: string[] = [];
  const ends: (() => void)[] = [];
  const target = open(
    {},
    {
      drain: (id) => {
        drained.push(id);
        return new Promise((resolve) => ends.push(resolve));
      },
    },
  );
  return {
    target,
    drained,
    until,
    crash: ({ pid }) => process.kill(pid ?? Number.NaN, 'SIGKILL'),
    finishDrains: () => {
      for (const end of ends.splice(0)) end();
    },
  };
});

test('a replica gets its port by PORT, in arguments too, and answers there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const file = join(folder, 'out');
  await using target = open({
    command: [
      '/bin/sh',
      '-c',
      `echo "$0 $1 $A $POD" > ${file}; exec '${process.execPath}' -e "$SCRIPT"`,
      '$(PORT)',
      '$PORT',
    ],
    environment: [
      { name: 'SCRIPT', value: server },
      { name: 'A', value: 'port $(PORT)' },
      { name: 'POD', fieldPath: 'metadata.name' },
      { name: 'PORT', value: '8080' },
    ],
  });
  target.scaleTo(1, []);
  await until(isReady(target), 'a ready replica');
  const [replica] = target.replicas();
  assert.ok(replica?.address.kind === 'tcp');
  const { port } = replica.address;
  assert.equal(readFileSync(file, 'utf8').trim(), `${port} ${port} port ${port} ${replica.id}`);
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/hello`)).text(), '/hello');
  await rm(folder, { recursive: true });
});

test("Sluice's own replica listens on a socket in a private folder, which goes with the target", async () => {
  const target = open(
    { command: ['sluice', '-e', server], listens: 'socket', environment: [{ name: 'PORT', value: '8080' }] },
    { sluiceCommand: [process.execPath] },
  );
  target.scaleTo(1, []);
  await until(isReady(target), 'a ready replica');
  const [replica] = target.replicas();
  assert.ok(replica?.address.kind === 'unix');
  assert.match(replica.address.path, /sluice-[^/]+\/web-[0-9a-f]{6}-0\.sock$/);
  const { path } = replica.address;
  await target[Symbol.asyncDispose]();
  assert.throws(() => readFileSync(path), { code: 'ENOENT' });
});

test('an http probe decides: 503 is not ready, 200 is, and failing again takes the replica out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const flag = join(folder, 'ready');
  const probing = `
    const { existsSync } = require('node:fs');
    require('node:http').createServer((request, response) => {
      response.statusCode = existsSync(${JSON.stringify(flag)}) ? 200 : 503;
      response.end();
    }).listen(process.env.PORT, () => console.log('up'));`;
  const lines: string[] = [];
  await using target = open(
    {
      command: [process.execPath, '-e', probing],
      readinessProbe: {
        action: { kind: 'http', path: '/readyz', port: 'serving', headers: {} },
        initialDelayMs: 0,
        periodMs: 20,
        timeoutMs: 1000,
        failureThreshold: 2,
        successThreshold: 1,
      },
    },
    { onOutput: (_replica, _stream, line) => lines.push(line) },
  );
  target.scaleTo(1, []);
  await until(() => lines.includes('up'), 'the server to listen');
  await systemClock.sleep(50);
  assert.equal(target.replicas()[0]?.state, 'starting');
  const { writeFile } = await import('node:fs/promises');
  await writeFile(flag, '');
  await until(isReady(target), 'a ready replica');
  await rm(flag);
  await until(() => target.replicas()[0]?.state === 'starting', 'an unready replica');
  await rm(folder, { recursive: true });
});

/** Serves, names what it is asked on stdout, and blocks its event loop for ever once `/hang` is asked. */
const hanging = (more = ''): string => `
  ${more}
  require('node:http').createServer((request, response) => {
    require('node:fs').writeSync(1, request.url + '\\n');
    if (request.url === '/hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    response.end();
  }).listen(process.env.PORT);`;

const httpProbe = (path: string, change: Partial<Probe> = {}): Probe => ({
  action: { kind: 'http', path, port: 'serving', headers: {} },
  initialDelayMs: 0,
  periodMs: 20,
  timeoutMs: 5000,
  failureThreshold: 3,
  successThreshold: 1,
  ...change,
});

const hangs: readonly { name: string; more: string; want: RegExp }[] = [
  {
    name: 'one without a handler goes at SIGTERM',
    more: '',
    want: /was ended by SIGTERM: liveness probe failed 3 times in a row: GET \/healthz gave no answer within 0\.3 s\. It is started again\.$/,
  },
  {
    name: 'one that cannot hear SIGTERM any more goes at SIGKILL after the grace period',
    more: "process.on('SIGTERM', () => process.exit(0));",
    want: /was ended by SIGKILL: liveness probe failed 3 times in a row: GET \/healthz gave no answer within 0\.3 s\. It is started again\.$/,
  },
];

for (const { name, more, want } of hangs) {
  test(`a replica that hangs is ended and started again: ${name}`, async () => {
    const events: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      child: () => logger,
      warn: ({ event, message, reason }) => {
        events.push(`${event} ${String(message ?? reason)}`);
      },
    };
    await using target = open(
      {
        command: [process.execPath, '-e', hanging(more)],
        // The default readiness probe only connects, which the kernel answers for a program that hangs.
        livenessProbe: httpProbe('/healthz', { timeoutMs: 300 }),
        terminationGracePeriodMs: 200,
      },
      { logger, onOutput: () => undefined },
    );
    const seen: string[] = [];
    target.onChange(() => {
      const [replica] = target.replicas();
      if (replica) seen.push(`${replica.restarts} ${replica.state}`);
    });
    target.scaleTo(1, []);
    await until(isReady(target), 'a ready replica');
    const [first] = target.replicas();
    assert.ok(first?.address.kind === 'tcp');
    const hung = fetch(`http://127.0.0.1:${first.address.port}/hang`);
    await Promise.all([
      assert.rejects(hung, 'the request goes with the process'),
      until(() => target.replicas()[0]?.restarts === 1 && isReady(target)(), 'the next process to be ready'),
    ]);
    const [second] = target.replicas();
    assert.equal(second?.id, first.id);
    assert.notEqual(second.pid, first.pid);
    assert.match(second.lastExit?.message ?? '', want);
    assert.deepEqual(seen, [
      '0 starting',
      '0 starting',
      '0 ready',
      '0 starting',
      '1 failed',
      '1 starting',
      '1 ready',
    ]);
    assert.equal(events.length, 2);
    assert.match(events[0] ?? '', /^replica-not-alive liveness probe failed 3 times in a row: GET \/healthz/);
    assert.equal(events[1], `replica-exited ${second.lastExit?.message}`);
  });
}

test('a draining replica is not asked whether it lives; one that is taken back is', async () => {
  const asked: string[] = [];
  let drained = (): void => undefined;
  await using target = open(
    {
      command: [process.execPath, '-e', hanging()],
      readinessProbe: httpProbe('/readyz'),
      livenessProbe: httpProbe('/healthz'),
    },
    {
      onOutput: (_replica, _stream, line) => asked.push(line),
      drain: () => new Promise((resolve) => (drained = resolve)),
    },
  );
  const count = (path: string): number => asked.filter((line) => line === path).length;
  target.scaleTo(1, []);
  await until(() => count('/healthz') >= 2, 'liveness to be asked');
  target.scaleTo(0, []);
  assert.equal(target.replicas()[0]?.state, 'draining');
  const before = { healthz: count('/healthz'), readyz: count('/readyz') };
  await until(() => count('/readyz') >= before.readyz + 10, 'ten more readiness probes');
  // The one that was under way when draining began.
  assert.ok(count('/healthz') <= before.healthz + 1, `${count('/healthz') - before.healthz} probes`);
  target.scaleTo(1, []);
  await until(() => count('/healthz') >= before.healthz + 3, 'liveness to be asked again');
  assert.equal(target.replicas()[0]?.restarts, 0);
  target.scaleTo(0, []);
  drained();
});

test('a program that ends before it is ready: back-off, last stderr lines, a sentence', async () => {
  await using target = open({ command: ['/bin/sh', '-c', 'echo out; echo "no config" >&2; exit 3'] });
  target.scaleTo(1, []);
  await until(() => (target.replicas()[0]?.restarts ?? 0) >= 2, 'two failures');
  const exit = target.replicas()[0]?.lastExit;
  assert.equal(exit?.code, 3);
  assert.deepEqual(exit.stderr, ['no config']);
  assert.match(
    exit.message,
    /^CrashLoopBackOff: "\/bin\/sh" exited with code 3 before it was ready\. It is started again in 0\.\d+ s\.$/,
  );
});

test('a program that does not exist says so', async () => {
  await using target = open({ command: ['no-such-program-here'] });
  target.scaleTo(1, []);
  await until(() => target.replicas()[0]?.lastExit !== null, 'a failure');
  assert.match(
    target.replicas()[0]?.lastExit?.message ?? '',
    /"no-such-program-here" could not be started: there is no such program/,
  );
});

test('a deaf replica is killed after the grace period, its children with it', async () => {
  const lines: string[] = [];
  const target = open(
    {
      command: ['/bin/sh', '-c', "trap '' TERM; sleep 60 & echo $!; while :; do sleep 1; done"],
      terminationGracePeriodMs: 300,
      readinessProbe: {
        action: { kind: 'exec', command: ['true'] },
        initialDelayMs: 0,
        periodMs: 1000,
        timeoutMs: 1000,
        failureThreshold: 1,
        successThreshold: 1,
      },
    },
    { onOutput: (_replica, _stream, line) => lines.push(line) },
  );
  target.scaleTo(1, []);
  await until(() => isReady(target)() && lines.length > 0, 'a ready replica');
  const pid = target.replicas()[0]?.pid ?? 0;
  await target[Symbol.asyncDispose]();
  assert.equal(alive(pid), false);
  // The grandchild may be a zombie for a moment where nobody reaps it.
  await until(() => !alive(Number(lines[0])) || isZombie(Number(lines[0])), 'the grandchild to be gone');
});

function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

test('no more than the start slots allow are starting at once', async () => {
  const { createStartSlots } = await import('../start-slots.ts');
  let most = 0;
  await using target = open({}, { startSlots: createStartSlots(1) });
  target.onChange(() => {
    const starting = target
      .replicas()
      .filter(({ pid, state }) => state === 'starting' && pid !== null).length;
    most = Math.max(most, starting);
  });
  target.scaleTo(3, []);
  await until(() => target.replicas().every(({ state }) => state === 'ready'), 'three ready replicas');
  assert.equal(most, 1);
});
