import type { VectorSample } from '../autoscaler/triggers/trigger.ts';
import { AppError } from '../contract/app-error.ts';
import { labelEntries, labelSet, metricNameLabel, type LabelSet } from '../timeseries/labels.ts';
import { instantQuery } from '../timeseries/query.ts';
import { createMetricsStore } from '../timeseries/store.ts';
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

/** A rate needs two scrapes, so the first answers of any query may be empty. */
const emptyTimes = 4;

/** Weekly comparisons (`offset 1w`) are the longest that are usual. */
const retentionMs = 15 * 86_400_000;

/** The gateway's series as they change with a world; PromQL is evaluated by the embedded store's own evaluator. */
export function createSimulatedMetrics(target: string, names: MetricNames): SimulatedMetrics {
  const store = createMetricsStore({ retentionMs });
  /** How often a query was asked; Infinity once it found something. */
  const asked = new Map<string, number>();
  const labels = (name: string, more: Readonly<Record<string, string>> = {}): LabelSet =>
    labelSet(Object.entries({ target, ...more, ...names.labels, [metricNameLabel]: name }));
  const requests = labels(names.name, { method: 'POST' });
  // The gateway has the series of common methods from the start.
  const others = labels(names.name, { method: 'GET' });
  const pending = labels('sluice_requests_pending');
  const inFlight = labels('sluice_requests_in_flight');

  return {
    append: (world) => {
      const atMs = world.startMs + world.nowMs;
      store.append(requests, atMs, world.arrivals);
      store.append(others, atMs, 0);
      store.append(pending, atMs, world.pending);
      store.append(inFlight, atMs, world.inFlight);
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
