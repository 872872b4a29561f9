import { join } from 'node:path';
import { builtInManifest } from '../src/autoscaler/manifests/built-in.ts';
import { comparePolicies } from '../src/simulator/compare.ts';
import { createRandom } from '../src/simulator/random.ts';
import { outcomeColumns } from '../src/simulator/report/outcome-columns.ts';
import { loadTraceFile } from '../src/simulator/traces/load-trace.ts';
import type { BenchFigure, BenchReport } from './report.ts';
import { scenarioOf } from './simulated-scenario.ts';

// Policies over the development trace (one hour of real, bursty arrivals with tokens written), read through SLUICE_DATA.

/** KEDA with the metric that fits best: requests held and in flight, one replica for each 8 of them. */
const pendingManifest = builtInManifest.replace(
  /- type: prometheus[\s\S]*?activationThreshold: "1"/,
  '- type: sluice-pending\n      metadata: { threshold: "8" }',
);

const variants = [
  { name: 'start 0.5 s, cooldown 300 s', startMs: 500, cooldown: 300, manifest: builtInManifest },
  { name: 'start 0.5 s, cooldown 60 s', startMs: 500, cooldown: 60, manifest: builtInManifest },
  {
    name: 'start 0.5 s, cooldown 60 s, by pending requests',
    startMs: 500,
    cooldown: 60,
    manifest: pendingManifest,
  },
  { name: 'start 10 s, cooldown 300 s', startMs: 10_000, cooldown: 300, manifest: builtInManifest },
  {
    name: 'start 10 s, cooldown 60 s, by pending requests',
    startMs: 10_000,
    cooldown: 60,
    manifest: pendingManifest,
  },
];

export async function run(): Promise<BenchReport> {
  const data = process.env['SLUICE_DATA'];
  if (data === undefined) throw new Error('Set SLUICE_DATA to the folder of the development data.');
  const { arrivals } = await loadTraceFile(join(data, 'traces', 'azure_llm_2023_code_1s.csv.gz'), null, {
    random: createRandom(1),
    target: null,
    intervalMs: null,
    durationColumn: { name: 'out_tokens', msPerUnit: 20 },
    values: null,
  });
  const columns = outcomeColumns(false);
  const figures: BenchFigure[] = [];
  for (const { cooldown, manifest, name, startMs } of variants) {
    const scenario = await scenarioOf(
      arrivals,
      { start: { kind: 'constant', ms: startMs } },
      manifest.replace('maxReplicaCount: 10', `maxReplicaCount: 20\n  cooldownPeriod: ${cooldown}`),
    );
    const outcomes = await comparePolicies(scenario, {
      policies: ['keda', 'instant', 'knative', 'static', 'clairvoyant'],
    });
    for (const outcome of outcomes) {
      const cells = columns.map(({ cell, title }) => `${title} ${cell(outcome)}`);
      figures.push({ name: `${name}: ${outcome.policy}`, value: cells.join(', ') });
    }
  }
  return {
    scenario: 'policies',
    figures,
    notes: [
      '8 slots a replica, 0 to 20 replicas, 4 starting at once, 20 ms a token; the same requests and service times for every policy',
      'all policies have the same gateway: requests are packed, idle replicas stop first; knative knows of load without delay',
      'knative does not read the ScaledObject: it keeps its own defaults and stops its last replica after 60 + 30 s',
    ],
  };
}
