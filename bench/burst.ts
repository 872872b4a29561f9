import { Agent, request } from 'node:http';
import { builtInManifest } from '../src/autoscaler/manifests/built-in.ts';
import { programs, startSluice, eventually } from '../test/support/sluice-process.ts';
import type { BenchReport } from './report.ts';
import { median, percentile } from './statistics.ts';

// Many questions at once at zero replicas: how long they are held, and that none is lost. Everything is real: gateway,
// autoscaler, replica processes, index of the examples.

interface Outcome {
  readonly status: number;
  readonly totalMs: number;
  readonly heldMs: number;
  readonly cited: boolean;
}

function ask(url: URL, agent: Agent, question: string): Promise<Outcome> {
  const started = performance.now();
  const body = JSON.stringify({ messages: [{ role: 'user', content: question }] });
  return new Promise((resolve) => {
    const failed = (): void =>
      resolve({ status: 0, totalMs: performance.now() - started, heldMs: 0, cited: false });
    const outgoing = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (piece: string) => {
          text += piece;
        });
        incoming.on('error', failed);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            totalMs: performance.now() - started,
            heldMs: Number(incoming.headers['x-sluice-held-ms'] ?? 0),
            cited: text.includes('"verified":true'),
          }),
        );
      },
    );
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}

const questions = [
  'What does a passage through Saltmere Sea Lock cost in 2026?',
  'What is the depth over the sill of Elder Lock?',
  'Who was the first secretary of the trust?',
  'How long does it take to lower the flood gate at Stonegate?',
];

export async function run(args: readonly string[]): Promise<BenchReport> {
  const requests = Number(args[0] ?? 500);
  await using sluice = await startSluice({
    args: ['--documents', programs.examples],
    manifest: builtInManifest.replace('maxReplicaCount: 10', 'maxReplicaCount: 4\n  cooldownPeriod: 5'),
    env: { SLUICE_LOG_LEVEL: 'error' },
  });
  const agent = new Agent({ keepAlive: false });
  const status = async () =>
    (await (await fetch(`${sluice.adminUrl}/scaling`)).json()) as { targets: { replicas: unknown[] }[] };
  const replicas = async (): Promise<number> => (await status()).targets[0]?.replicas.length ?? 0;
  await eventually('the examples to be searchable', async () => {
    const answer = await fetch(`${sluice.url}/v1/documents`);
    const { data } = (await answer.json()) as { data: { state: string }[] };
    return data.length > 0 && data.every(({ state }) => state === 'ready');
  });
  await eventually('zero replicas', async () => (await replicas()) === 0, 60_000);

  const chat = new URL('/v1/chat/completions', sluice.url);
  const started = performance.now();
  let most = 0;
  const watching = setInterval(() => void replicas().then((now) => (most = Math.max(most, now))), 50);
  const outcomes = await Promise.all(
    Array.from({ length: requests }, (_, index) =>
      ask(chat, agent, questions[index % questions.length] ?? ''),
    ),
  );
  clearInterval(watching);
  const tookMs = performance.now() - started;

  const held = outcomes.map(({ heldMs }) => heldMs);
  const total = outcomes.map(({ totalMs }) => totalMs);
  return {
    scenario: 'burst',
    figures: [
      { name: 'requests at once', value: requests },
      {
        name: 'errors (no answer, or another status than 200)',
        value: outcomes.filter(({ status: code }) => code !== 200).length,
      },
      { name: 'answers with a verified citation', value: outcomes.filter(({ cited }) => cited).length },
      { name: 'most replicas', value: most },
      { name: 'held, median', value: median(held), unit: 'ms' },
      { name: 'held, p95', value: percentile(held, 0.95), unit: 'ms' },
      { name: 'held, p99', value: percentile(held, 0.99), unit: 'ms' },
      { name: 'held, most', value: Math.max(...held), unit: 'ms' },
      { name: 'request -> answer, median', value: median(total), unit: 'ms' },
      { name: 'request -> answer, first', value: Math.min(...total), unit: 'ms' },
      { name: 'all answered after', value: tookMs, unit: 'ms' },
    ],
    notes: ['clients, gateway and replicas share the cores of this machine'],
  };
}
