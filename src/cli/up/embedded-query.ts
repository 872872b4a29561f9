import type { VectorSample } from '../../autoscaler/triggers/trigger.ts';
import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Scraper } from '../../timeseries/scrape.ts';
import type { MetricsStore } from '../../timeseries/store.ts';

/**
 * Answers a trigger's PromQL from the embedded store, with a scrape of this moment first: the store then knows of the
 * requests that have just arrived.
 *
 * @returns a function that throws AppError `invalid-argument` when the result is no vector.
 */
export function embeddedQuery(
  store: MetricsStore,
  scraper: Pick<Scraper, 'scrapeNow'>,
  clock: Clock,
): (promql: string, atMs: number) => Promise<readonly VectorSample[]> {
  return async (promql, atMs) => {
    const [{ instantQuery }, { labelEntries }] = await Promise.all([
      import('../../timeseries/query.ts'),
      import('../../timeseries/labels.ts'),
    ]);
    await scraper.scrapeNow();
    const value = await instantQuery(store, promql, Math.max(atMs, clock.now()));
    if (value.kind !== 'vector') {
      throw new AppError(
        'invalid-argument',
        `The query gives a ${value.kind}, expected a vector: wrap it in vector().`,
      );
    }
    return value.samples.map(({ labels, value: number }) => ({
      labels: Object.fromEntries(labelEntries(labels)),
      value: number,
    }));
  };
}
