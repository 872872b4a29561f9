import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { BenchReport } from './report.ts';
import { median } from './statistics.ts';

// What the embedded metrics store costs `sluice up`: an hour of scrapes of a gateway-sized registry, the grammar's load,
// and the query of the built-in manifest. Measured in a process of its own, from a bundle as it is shipped.

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const program = `
import { createMetricsStore } from './src/timeseries/store.ts';
import { labelSet } from './src/timeseries/labels.ts';

const residentMb = () => { globalThis.gc(); globalThis.gc(); return process.memoryUsage().rss / 2 ** 20; };
const heapMb = () => { globalThis.gc(); const { heapUsed, arrayBuffers } = process.memoryUsage(); return (heapUsed + arrayBuffers) / 2 ** 20; };
const before = { resident: residentMb(), heap: heapMb() };
const store = createMetricsStore();
const all = [];
for (const code of ['200', '404', '500']) for (const target of ['a', 'b']) all.push(labelSet([['__name__', 'http_requests_total'], ['job', 'sluice'], ['code', code], ['target', target]]));
for (let n = 0; n < 194; n += 1) all.push(labelSet([['__name__', 'sluice_metric_' + (n % 20)], ['job', 'sluice'], ['le', String(n)]]));
const startMs = 1_700_000_000_000;
for (let scrape = 0; scrape <= 720; scrape += 1) for (const [index, labels] of all.entries()) store.append(labels, startMs + scrape * 5000, scrape * (index + 1));
const filled = { resident: residentMb(), heap: heapMb() };
const loadStart = performance.now();
const { instantQuery, rangeQuery } = await import('./src/timeseries/query.ts');
const query = 'sum(rate(http_requests_total{job="sluice"}[2m]))';
await instantQuery(store, query, startMs + 3_600_000);
const firstMs = performance.now() - loadStart;
const queried = { resident: residentMb(), heap: heapMb() };
const times = [];
for (let run = 0; run < 2000; run += 1) { const t = performance.now(); await instantQuery(store, query, startMs + 3_600_000); times.push(performance.now() - t); }
const ranges = [];
for (let run = 0; run < 20; run += 1) { const t = performance.now(); await rangeQuery(store, query, { startMs, endMs: startMs + 3_600_000, stepMs: 5000 }); ranges.push(performance.now() - t); }
console.log(JSON.stringify({ before, filled, queried, firstMs, times, ranges, stats: store.stats(), after: residentMb() }));
`;

interface Measured {
  readonly before: { readonly resident: number; readonly heap: number };
  readonly filled: { readonly resident: number; readonly heap: number };
  readonly queried: { readonly resident: number; readonly heap: number };
  readonly firstMs: number;
  readonly times: readonly number[];
  readonly ranges: readonly number[];
  readonly stats: { readonly series: number; readonly samples: number; readonly sampleBytes: number };
}

export async function run(): Promise<BenchReport> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-promql-'));
  try {
    await build({
      stdin: { contents: program, resolveDir: root, loader: 'ts' },
      outdir: folder,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      logLevel: 'warning',
    });
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const runs: Measured[] = [];
    for (let index = 0; index < 5; index += 1) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--expose-gc', join(folder, 'stdin.js')],
        { maxBuffer: 16 * 2 ** 20 },
      );
      runs.push(JSON.parse(stdout) as Measured);
    }
    const of = (pick: (run: Measured) => number): number => median(runs.map(pick));
    const stats = runs[0]?.stats;
    return {
      scenario: 'promql',
      figures: [
        { name: 'series', value: stats?.series ?? 0 },
        { name: 'samples (1 h of 5 s)', value: stats?.samples ?? 0 },
        { name: 'sample buffers', value: (stats?.sampleBytes ?? 0) / 2 ** 20, unit: 'MB' },
        {
          name: 'heap and buffers of the filled store',
          value: of((one) => one.filled.heap - one.before.heap),
          unit: 'MB',
        },
        {
          name: 'resident of the filled store',
          value: of((one) => one.filled.resident - one.before.resident),
          unit: 'MB',
        },
        { name: 'parser and evaluation, load and first query', value: of((one) => one.firstMs), unit: 'ms' },
        {
          name: 'parser and evaluation, heap',
          value: of((one) => one.queried.heap - one.filled.heap),
          unit: 'MB',
        },
        {
          name: 'parser and evaluation, resident',
          value: of((one) => one.queried.resident - one.filled.resident),
          unit: 'MB',
        },
        {
          name: 'sum(rate(http_requests_total{job="sluice"}[2m])), median',
          value: of((one) => median(one.times)) * 1000,
          unit: 'µs',
        },
        { name: 'the same over the hour, 721 steps', value: of((one) => median(one.ranges)), unit: 'ms' },
      ],
      notes: [
        'five processes, medians; memory after a full collection; bundled by esbuild as the shipped code is',
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
