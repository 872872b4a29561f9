import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceConfig } from '../src/contract/config.ts';
import { configEnvironment } from '../src/platform/config-environment.ts';
import { cleanEnvironment, programs, temporaryFolder } from '../test/support/sluice-process.ts';
import type { BenchFigure, BenchReport } from './report.ts';
import { median, percentile } from './statistics.ts';

// Spawn -> first cited answer of a real replica over the example index, beside an empty Node HTTP server whose first
// answer is timed the same way. Both are asked through a Unix socket, by the same code, in turn, so that a slow moment
// of the machine hits both. The compile cache is warm after the first run, which is not counted: that is how it runs.

const emptyServer = `require('node:http').createServer((q, s) => s.end('{}')).listen(process.env.SLUICE_SOCKET)`;
const question = JSON.stringify({
  messages: [{ role: 'user', content: 'What does a passage through Saltmere Sea Lock cost in 2026?' }],
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

function ask(socketPath: string, method: string, path: string, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { socketPath, method, path, headers: { 'content-type': 'application/json' } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (piece: string) => {
          text += piece;
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Asks until the socket is there and says 200; a refused connect costs well under a millisecond. */
async function untilReady(socketPath: string, path: string, child: ChildProcess): Promise<void> {
  for (;;) {
    const answer = await ask(socketPath, 'GET', path).catch(() => null);
    if (answer?.status === 200) return;
    if (child.exitCode !== null)
      throw new Error(`the process ended with ${child.exitCode} before it was ready`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

interface Timing {
  readonly readyMs: number;
  readonly answerMs: number;
}

async function once(
  args: readonly string[],
  env: Record<string, string>,
  probe: string,
  check: (body: string) => void,
): Promise<Timing> {
  const folder = temporaryFolder();
  const socketPath = join(folder, 's');
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...cleanEnvironment(), ...env, SLUICE_SOCKET: socketPath },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  try {
    await untilReady(socketPath, probe, child);
    const readyMs = performance.now() - started;
    const { body } = await ask(socketPath, 'POST', '/v1/chat/completions', question);
    const answerMs = performance.now() - started;
    check(body);
    return { readyMs, answerMs };
  } finally {
    child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An answer only counts with a verified citation. */
function mustBeCited(body: string): void {
  const completion = JSON.parse(body) as { sluice?: { citations?: { verified: boolean }[] } };
  if (!completion.sluice?.citations?.some(({ verified }) => verified))
    throw new Error(`no verified citation: ${body}`);
}

function figures(name: string, timings: readonly Timing[]): BenchFigure[] {
  const answers = timings.map(({ answerMs }) => answerMs);
  return [
    {
      name: `${name}: spawn -> ready, median`,
      value: median(timings.map(({ readyMs }) => readyMs)),
      unit: 'ms',
    },
    { name: `${name}: spawn -> first answer, median`, value: median(answers), unit: 'ms' },
    { name: `${name}: spawn -> first answer, p95`, value: percentile(answers, 0.95), unit: 'ms' },
  ];
}

export async function run(args: readonly string[]): Promise<BenchReport> {
  const runs = Number(args[0] ?? 30);
  const dataDir = temporaryFolder();
  try {
    const ingested = spawnSync(
      process.execPath,
      [programs.sluice, 'ingest', programs.examples, '--data-dir', dataDir],
      {
        env: cleanEnvironment(),
        encoding: 'utf8',
      },
    );
    if (ingested.status !== 0) throw new Error(`ingest failed: ${ingested.stderr}`);
    const replicas: Timing[] = [];
    const empties: Timing[] = [];
    // As `sluice up` starts its replicas: with the configuration that it has checked.
    const env = configEnvironment(SluiceConfig.parse({ dataDir, logLevel: 'warn' }), {});
    for (let index = 0; index <= runs; index += 1) {
      const empty = await once(['-e', emptyServer], {}, '/', () => {});
      const replica = await once([programs.replica], env, '/readyz', mustBeCited);
      if (index === 0) continue;
      empties.push(empty);
      replicas.push(replica);
    }
    const ratio =
      median(replicas.map(({ answerMs }) => answerMs)) / median(empties.map(({ answerMs }) => answerMs));
    return {
      scenario: 'cold-start',
      figures: [
        ...figures('replica', replicas),
        ...figures('empty Node HTTP server', empties),
        { name: 'replica / empty server, first answer', value: ratio },
        { name: 'runs', value: runs },
      ],
      notes: [
        'each answer must hold a verified citation, else the run fails',
        'both kinds run in turn, are probed every 2 ms over a Unix socket, and the first pair is not counted',
      ],
    };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
