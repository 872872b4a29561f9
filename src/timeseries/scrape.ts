import { AppError } from '../contract/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import { followSignal } from '../platform/follow-signal.ts';
import type { Logger } from '../platform/logger.ts';
import type { Exposition } from './exposition.ts';
import { type LabelSet, labelEntries, labelSet, labelsKey, labelValue, metricNameLabel } from './labels.ts';
import type { ScrapeTarget } from './scrape-target.ts';
import type { MetricsStore } from './store.ts';

export interface ScraperOptions {
  readonly store: MetricsStore;
  readonly clock: Clock;
  /** Asked anew at each scrape, so that targets may come and go; one that went has its series ended. */
  readonly targets: () => readonly ScrapeTarget[];
  /** Milliseconds from the start of one scrape to the start of the next. @defaultValue 5000 */
  readonly intervalMs?: number;
  /** A target that has not answered by then is down. @defaultValue the interval */
  readonly timeoutMs?: number;
  readonly logger?: Logger;
}

export interface Scraper extends AsyncDisposable {
  /** Scrapes all targets at once, now; while a scrape is running, waits for that one. Never throws: a target that fails is `up 0`. */
  scrapeNow(): Promise<void>;
  /** Ends the loop, waits for a running scrape, and ends all series with stale markers. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What the last scrape of a target left: its series that must be ended when they are not seen again. */
type LiveSeries = Map<string, LabelSet>;

/** Scrapes now and at every interval until disposed. It does not keep the process alive. */
export function startScraper(options: ScraperOptions): Scraper {
  const { store, clock, targets, intervalMs = 5000 } = options;
  const { timeoutMs = intervalMs } = options;
  const live = new Map<string, LiveSeries>();
  /** Why the last scrape of a target failed; not in it while it answers. */
  const failing = new Map<string, string>();
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  let cancelNext: () => void = () => undefined;
  let lastMs = -Infinity;

  /** Once for each reason: a target that is down for a day is one line, not one every interval. */
  const tellFailure = ({ name }: ScrapeTarget, error: string): void => {
    if (failing.get(name) === error) return;
    failing.set(name, error);
    options.logger?.warn({ event: 'scrape-failed', target: name, error });
  };

  const scrapeTarget = async (target: ScrapeTarget, atMs: number): Promise<void> => {
    const startMs = clock.monotonic();
    const page = await readPage(target, timeoutMs, clock, stopping.signal).catch((error: unknown) => {
      if (!stopping.signal.aborted) tellFailure(target, AppError.from(error).message);
      return null;
    });
    if (stopping.signal.aborted) return;
    if (page && failing.delete(target.name))
      options.logger?.info({ event: 'scrape-recovered', target: target.name });
    const seen = page ? storePage(page, target, store, atMs) : new Map<string, LabelSet>();
    const report = {
      up: page ? 1 : 0,
      scrape_duration_seconds: (clock.monotonic() - startMs) / 1000,
      scrape_samples_scraped: page?.samples.length ?? 0,
    };
    for (const [name, value] of Object.entries(report)) {
      const labels = labelSet([[metricNameLabel, name], ...Object.entries(target.labels)]);
      seen.set(labelsKey(labels), labels);
      store.append(labels, atMs, value);
    }
    endMissing(store, live.get(target.name), seen, atMs);
    live.set(target.name, seen);
  };

  const scrapeAll = async (): Promise<void> => {
    // Two scrapes in one millisecond would give two samples one time.
    const atMs = Math.max(clock.now(), lastMs + 1);
    lastMs = atMs;
    const current = targets();
    await Promise.all(current.map((target) => scrapeTarget(target, atMs)));
    for (const [name, series] of live) {
      if (current.some((target) => target.name === name)) continue;
      endMissing(store, series, new Map(), atMs);
      live.delete(name);
      failing.delete(name);
    }
    store.prune(atMs);
  };

  const scrapeNow = (): Promise<void> => {
    running ??= scrapeAll().finally(() => {
      running = null;
    });
    return running;
  };

  const tick = (): void => {
    if (stopping.signal.aborted) return;
    cancelNext = clock.schedule(intervalMs, tick, { background: true });
    void scrapeNow();
  };
  tick();

  return {
    scrapeNow,
    [Symbol.asyncDispose]: async () => {
      if (stopping.signal.aborted) return;
      stopping.abort(new AppError('cancelled', 'The scraper stops.'));
      cancelNext();
      await running;
      const atMs = Math.max(clock.now(), lastMs + 1);
      for (const series of live.values()) endMissing(store, series, new Map(), atMs);
      live.clear();
    },
  };
}

async function readPage(
  target: ScrapeTarget,
  timeoutMs: number,
  clock: Clock,
  stop: AbortSignal,
): Promise<Exposition> {
  const over = new AbortController();
  const { signal } = over;
  const unfollow = followSignal(stop, over);
  const late = (): void =>
    over.abort(new AppError('deadline-exceeded', `${target.name} did not answer within ${timeoutMs} ms.`));
  const cancel = clock.schedule(timeoutMs, late, { background: true });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(AppError.from(signal.reason)), { once: true });
  });
  try {
    return await Promise.race([Promise.resolve(target.read(signal)), aborted]);
  } finally {
    cancel();
    unfollow();
  }
}

/** Stores a page. @returns the series that end when a later page does not have them; those with a time of their own do not. */
function storePage(page: Exposition, target: ScrapeTarget, store: MetricsStore, atMs: number): LiveSeries {
  const seen: LiveSeries = new Map();
  for (const sample of page.samples) {
    const labels = targetLabels(sample.labels, target);
    store.append(labels, sample.tMs ?? atMs, sample.value);
    if (sample.tMs === null) seen.set(labelsKey(labels), labels);
  }
  for (const [metric, metadata] of page.metadata) store.setMetadata(metric, metadata);
  return seen;
}

function targetLabels(labels: LabelSet, target: ScrapeTarget): LabelSet {
  const own = Object.entries(target.labels);
  if (own.every(([name, value]) => labelValue(labels, name) === value)) return labels;
  const merged = new Map(labelEntries(labels));
  for (const [name, value] of own) {
    const given = merged.get(name);
    if (given !== undefined && target.honorLabels) continue;
    if (given !== undefined) merged.set(`exported_${name}`, given);
    merged.set(name, value);
  }
  return labelSet(merged);
}

function endMissing(
  store: MetricsStore,
  before: LiveSeries | undefined,
  now: LiveSeries,
  atMs: number,
): void {
  for (const [key, labels] of before ?? []) {
    if (!now.has(key)) store.appendStale(labels, atMs);
  }
}
