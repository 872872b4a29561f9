import { AppError } from '../contract/app-error.ts';
import type { Labels, MetricsRegistry } from '../platform/metrics.ts';
import { readBoundedText } from './bounded-text.ts';
import { type Exposition, expositionFormat, parseExposition } from './exposition.ts';
import { labelSet, metricNameLabel } from './labels.ts';

/** Where samples come from. */
export interface ScrapeTarget {
  /** Names the target among others, for example its URL. */
  readonly name: string;
  /** Added to every series: `job` and `instance`, as in Prometheus. */
  readonly labels: Labels;
  /** With true a label of the page wins over one of {@link labels}; with false it is kept as `exported_<name>`. */
  readonly honorLabels: boolean;
  /** @throws AppError when the page cannot be fetched or read. */
  read(signal: AbortSignal): Promise<Exposition> | Exposition;
}

/** Reads a registry of this process, without a text in between. */
export function registryTarget(name: string, registry: MetricsRegistry, labels: Labels = {}): ScrapeTarget {
  // The page is written only when a metric is new: help and type do not change.
  const described = new Set<string>();
  const metadataOf = (names: readonly string[]): Exposition['metadata'] => {
    if (names.every((one) => described.has(one))) return new Map();
    for (const one of names) described.add(one);
    const comments = registry
      .text()
      .split('\n')
      .filter((line) => line.startsWith('#'));
    return parseExposition(comments.join('\n')).metadata;
  };
  return {
    name,
    labels,
    honorLabels: true,
    read: () => {
      const samples = registry.samples();
      return {
        samples: samples.map((sample) => ({
          labels: labelSet([[metricNameLabel, sample.name], ...Object.entries(sample.labels)]),
          value: sample.value,
          tMs: null,
        })),
        metadata: metadataOf(samples.map((sample) => sample.name)),
      };
    },
  };
}

const maxPageBytes = 16 * 1024 * 1024;
const accepted = 'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

/** Reads a metrics page over HTTP, at most 16 MiB of it. @param fetchPage replaced in tests. */
export function httpTarget(url: string, labels: Labels, fetchPage: typeof fetch = fetch): ScrapeTarget {
  return {
    name: url,
    labels,
    honorLabels: false,
    read: async (signal) => {
      const response = await fetchPage(url, { signal, headers: { accept: accepted } }).catch(
        (cause: unknown) => {
          signal.throwIfAborted();
          throw new AppError('unavailable', `Nobody answers at ${url}; a metrics page was expected.`, {
            cause,
          });
        },
      );
      if (!response.ok) {
        await response.body?.cancel();
        throw new AppError(
          'upstream-failed',
          `${url} answered ${response.status}; a metrics page answers 200.`,
        );
      }
      const text = await readBoundedText(response.body, maxPageBytes, `The metrics page ${url}`);
      return parseExposition(text, expositionFormat(response.headers.get('content-type')));
    },
  };
}
