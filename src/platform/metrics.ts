/** A small metrics registry in Prometheus terms. @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  inc(labels?: Labels, by?: number): void;
}
export interface Gauge {
  set(value: number, labels?: Labels): void;
}
export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

/** One sample as a scrape sees it. */
export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface MetricsRegistry {
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** A gauge whose samples are computed when asked for. */
  gaugeFrom(name: string, help: string, collect: () => Iterable<readonly [Labels, number]>): void;
  /** @param buckets upper bounds, rising; +Inf is added. */
  histogram(name: string, help: string, buckets: readonly number[]): Histogram;
  samples(): Sample[];
  /** Text format 0.0.4. */
  text(): string;
}

/** Seconds: from a fast answer to a long cold start. */
export const durationBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  collect(): Sample[];
}

const escapeValue = (text: string): string =>
  text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');

function keyOf(labels: Labels): string {
  const names = Object.keys(labels).sort();
  return names.map((name) => `${name}="${escapeValue(labels[name] ?? '')}"`).join(',');
}

function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}

/** @param constLabels added to every sample, for example `{ job: 'sluice' }`. */
export function createMetrics(constLabels: Labels = {}): MetricsRegistry {
  const families = new Map<string, Family>();

  const add = (family: Family): void => {
    if (families.has(family.name)) throw new Error(`metric ${family.name} is registered twice`);
    families.set(family.name, family);
  };

  const values = (name: string, help: string, type: 'counter' | 'gauge') => {
    const series = new Map<string, { labels: Labels; value: number }>();
    add({
      name,
      help,
      type,
      collect: () => [...series.values()].map(({ labels, value }) => ({ name, labels, value })),
    });
    return (labels: Labels, next: (before: number) => number): void => {
      const key = keyOf(labels);
      const found = series.get(key);
      if (found) found.value = next(found.value);
      else series.set(key, { labels: { ...constLabels, ...labels }, value: next(0) });
    };
  };

  return {
    counter: (name, help) => {
      const update = values(name, help, 'counter');
      return { inc: (labels = {}, by = 1) => update(labels, (before) => before + by) };
    },
    gauge: (name, help) => {
      const update = values(name, help, 'gauge');
      return { set: (value, labels = {}) => update(labels, () => value) };
    },
    gaugeFrom: (name, help, collect) =>
      add({
        name,
        help,
        type: 'gauge',
        collect: () =>
          [...collect()].map(([labels, value]) => ({ name, labels: { ...constLabels, ...labels }, value })),
      }),
    histogram: (name, help, buckets) => {
      const series = new Map<string, { labels: Labels; counts: number[]; sum: number; count: number }>();
      const bounds = [...buckets, Infinity];
      add({
        name,
        help,
        type: 'histogram',
        collect: () =>
          [...series.values()].flatMap(({ labels, counts, sum, count }) => [
            ...bounds.map((bound, index) => ({
              name: `${name}_bucket`,
              labels: { ...labels, le: numberText(bound) },
              value: counts[index] ?? 0,
            })),
            { name: `${name}_sum`, labels, value: sum },
            { name: `${name}_count`, labels, value: count },
          ]),
      });
      return {
        observe: (value, labels = {}) => {
          const key = keyOf(labels);
          let found = series.get(key);
          if (!found) {
            found = { labels: { ...constLabels, ...labels }, counts: bounds.map(() => 0), sum: 0, count: 0 };
            series.set(key, found);
          }
          found.sum += value;
          found.count += 1;
          for (const [index, bound] of bounds.entries()) {
            if (value <= bound) found.counts[index] = (found.counts[index] ?? 0) + 1;
          }
        },
      };
    },
    samples: () => [...families.values()].flatMap((family) => family.collect()),
    text: () =>
      [...families.values()]
        .map((family) => {
          const lines = family
            .collect()
            .map(({ name, labels, value }) => {
              const key = keyOf(labels);
              return `${name}${key ? `{${key}}` : ''} ${numberText(value)}\n`;
            })
            .join('');
          return `# HELP ${family.name} ${family.help}\n# TYPE ${family.name} ${family.type}\n${lines}`;
        })
        .join(''),
  };
}
