import type { VectorSample } from '../autoscaler/triggers/trigger.ts';
import { AppError } from '../contract/app-error.ts';
import { labelEntries, labelSet, metricNameLabel, type LabelSet } from '../timeseries/labels.ts';
import { instantQuery } from '../timeseries/query.ts';
import { createMetricsStore } from '../timeseries/store.ts';
import { mayAskFor, queryReachMs } from './query-needs.ts';
import type { World } from './simulated-policy.ts';

/** What the gateway's request counter is called where the queries were written. */
export interface MetricNames {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** As the gateway's metrics reach the embedded store. */
export const gatewayMetricNames: MetricNames = {
  name: 'http_requests_total',
  labels: { job: 'sluice' },
};

/** A metrics store that is scraped from a simulated world. */
export interface SimulatedMetrics {
  /** One scrape. */
  append(world: World): void;
  query(promql: string, atMs: number): Promise<readonly VectorSample[]>;
  /** Queries that were asked and never gave a series. */
  emptyQueries(): readonly string[];
}

const gauges: readonly (readonly [name: string, value: (world: World) => number])[] = [
  ['sluice_requests_pending', ({ pending }) => pending],
  ['sluice_requests_in_flight', ({ inFlight }) => inFlight],
];

/** A rate needs two scrapes, so the first answers of any query may be empty. */
const emptyTimes = 4;

/**
 * The gateway's series as they change with a world; PromQL is evaluated by the embedded store's own evaluator.
 *
 * @param queries all that will be asked: series and samples that none of them can reach are not kept.
 */
export function createSimulatedMetrics(
  target: string,
  names: MetricNames,
  queries: readonly string[],
): SimulatedMetrics {
  const store = createMetricsStore({ retentionMs: Math.max(1, queryReachMs(queries)) });
  /** How often a query was asked; Infinity once it found something. */
  const asked = new Map<string, number>();
  const labels = (name: string, more: Readonly<Record<string, string>> = {}): LabelSet =>
    labelSet(Object.entries({ target, ...more, ...names.labels, [metricNameLabel]: name }));
  const every: readonly (readonly [name: string, series: LabelSet, value: (world: World) => number])[] = [
    [names.name, labels(names.name, { method: 'POST' }), (world) => world.arrivals],
    // The gateway has the series of common methods from the start.
    [names.name, labels(names.name, { method: 'GET' }), () => 0],
    ...gauges.map(([name, value]) => [name, labels(name), value] as const),
  ];
  const kept = every.filter(([name]) => mayAskFor(name, queries));

  return {
    append: (world) => {
      const atMs = world.startMs + world.nowMs;
      for (const [, series, value] of kept) store.append(series, atMs, value(world));
    },
    query: async (promql, atMs) => {
      const value = await instantQuery(store, promql, atMs, { maxSamples: Infinity });
      if (value.kind !== 'vector') {
        throw new AppError(
          'upstream-failed',
          `The query gave a ${value.kind}, expected an instant vector. Wrap a scalar in vector(…).`,
        );
      }
      asked.set(promql, value.samples.length > 0 ? Infinity : (asked.get(promql) ?? 0) + 1);
      return value.samples.map((sample) => ({
        labels: Object.fromEntries(labelEntries(sample.labels)),
        value: sample.value,
      }));
    },
    emptyQueries: () =>
      [...asked].flatMap(([query, times]) => (times !== Infinity && times >= emptyTimes ? [query] : [])),
  };
}
