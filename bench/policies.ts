import { join } from 'node:path';
import { builtInManifest } from '../src/autoscaler/manifests/built-in.ts';
import { comparePolicies } from '../src/simulator/compare.ts';
import { createRandom } from '../src/simulator/random.ts';
import { outcomeColumns } from '../src/simulator/report/outcome-columns.ts';
import { loadTraceFile } from '../src/simulator/traces/load-trace.ts';
import { inventedTraces } from './invented-traces.ts';
import type { BenchFigure, BenchReport } from './report.ts';
import { scenarioOf } from './simulated-scenario.ts';

// Policies over the development trace (one hour of real, bursty arrivals with tokens written), read through SLUICE_DATA,
// and over invented ones.

/** KEDA with the metric that fits best: requests held and in flight, one replica for each 8 of them. */
const pendingManifest = builtInManifest.replace(
  /- type: prometheus[\s\S]*?activationThreshold: "1"/,
  '- type: sluice-pending\n      metadata: { threshold: "8" }',
);

/**
 * 90 s is how long Knative keeps its last replica (60 s window and 30 s grace), whatever the ScaledObject says: only
 * there do all three go to zero equally late.
 */
const variants = [
  { name: 'start 0.5 s, cooldown 300 s', startMs: 500, cooldown: 300, manifest: builtInManifest },
  { name: 'start 0.5 s, cooldown 60 s', startMs: 500, cooldown: 60, manifest: builtInManifest },
  {
    name: 'start 0.5 s, cooldown 60 s, by pending requests',
    startMs: 500,
    cooldown: 60,
    manifest: pendingManifest,
  },
  {
    name: 'start 0.5 s, cooldown 90 s, by pending requests',
    startMs: 500,
    cooldown: 90,
    manifest: pendingManifest,
  },
  { name: 'start 10 s, cooldown 300 s', startMs: 10_000, cooldown: 300, manifest: builtInManifest },
  {
    name: 'start 10 s, cooldown 90 s, by pending requests',
    startMs: 10_000,
    cooldown: 90,
    manifest: pendingManifest,
  },
  {
    name: 'start 10 s, cooldown 60 s, by pending requests',
    startMs: 10_000,
    cooldown: 60,
    manifest: pendingManifest,
  },
];

export async function run(): Promise<BenchReport> {
  const data = process.env['SLUICE_DATA'];
  return {
    scenario: 'policies',
    figures: [...(data === undefined ? [] : await overRealTrace(data)), ...(await overInventedTraces())],
    notes: [
      '8 slots a replica, 0 to 20 replicas, 4 starting at once, 20 ms a token; the same requests and service times for every policy',
      'all policies have the same gateway: requests are packed, idle replicas stop first; knative knows of load without delay',
      'knative does not read the ScaledObject: it keeps its own defaults and stops its last replica after 60 + 30 s',
      ...(data === undefined
        ? ['SLUICE_DATA is not set, so the development trace is left out: the traces here are invented']
        : []),
    ],
  };
}

async function overRealTrace(data: string): Promise<readonly BenchFigure[]> {
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
      bounded(manifest, cooldown),
    );
    const outcomes = await comparePolicies(scenario, {
      policies: ['keda', 'instant', 'knative', 'static', 'clairvoyant'],
    });
    for (const outcome of outcomes) {
      const cells = columns.map(({ cell, title }) => `${title} ${cell(outcome)}`);
      figures.push({ name: `${name}: ${outcome.policy}`, value: cells.join(', ') });
    }
  }
  return figures;
}

async function overInventedTraces(): Promise<readonly BenchFigure[]> {
  const figures: BenchFigure[] = [];
  for (const [name, arrivals] of Object.entries(inventedTraces())) {
    for (const startMs of [500, 2000, 10_000, 30_000, 60_000]) {
      const model = { slots: 8, start: { kind: 'constant', ms: startMs } } as const;
      const scenario = await scenarioOf(arrivals, model, bounded(pendingManifest, 90));
      const outcomes = await comparePolicies(scenario, { policies: ['instant', 'knative'] });
      const told = outcomes.map(
        ({ policy, replicaHours, waitMs }) =>
          `${policy} ${replicaHours.toFixed(2)} h, wait p95 ${Math.round(waitMs.p95)} ms`,
      );
      figures.push({ name: `invented, ${name}, start ${startMs / 1000} s`, value: told.join('; ') });
    }
  }
  return figures;
}

const bounded = (manifest: string, cooldown: number): string =>
  manifest.replace('maxReplicaCount: 10', `maxReplicaCount: 20\n  cooldownPeriod: ${cooldown}`);
