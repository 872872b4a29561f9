import { AppError } from '../../contract/app-error.ts';
import type { TriggerReading } from '../decision/load-snapshot.ts';
import { createBeforeDeadline } from './before-deadline.ts';
import { createFailureLog } from './failure-log.ts';
import { errorStageOf, type ErrorStage } from './error-stage.ts';
import { createScalersAlone } from './scalers-alone.ts';
import type { BuildFailure } from './scalers.ts';
import { createScalersTogether } from './scalers-together.ts';
import {
  createTriggerEntries,
  type SkippedTrigger,
  type TriggerEntriesOptions,
  type TriggerEntry,
  type TriggerOwner,
} from './trigger-entries.ts';
import type { MetricReading, MetricSpec } from './trigger.ts';

export interface TriggerSetOptions extends TriggerEntriesOptions {
  /**
   * What an error means for the other triggers of the object. `scaled-object` and `scaled-job`: as in KEDA, all are built
   * together or none; an unanswered error of a ScaledObject throws all of them away. `alone`: nothing.
   */
  readonly rebuild: 'alone' | 'scaled-object' | 'scaled-job';
}

/** On whose behalf triggers are read. */
export interface ReadRequest {
  /** The poll asks all side by side; the HPA one metric after another, under a formula the one composite metric. */
  readonly by: 'poll' | 'hpa';
  /** Does this error stay one, or does fallback answer it? */
  readonly isUnanswered: (reading: TriggerReading) => boolean;
}

/** All triggers of one ScaledObject. */
export interface TriggerSet extends AsyncDisposable {
  readonly skipped: readonly SkippedTrigger[];
  /**
   * Reads all triggers. Never rejects but on abort: an error is a reading. Each call of a trigger has one silent retry,
   * as in KEDA. Where `useCachedMetrics` says so, the HPA is given what the last poll read.
   *
   * @param request left out: a poll whose errors are always answered.
   */
  read(signal: AbortSignal, request?: ReadRequest): Promise<readonly TriggerReading[]>;
  /** Have all triggers been built once? Before that KEDA starts no loop and tries again and again by itself. */
  readonly hasBegun: boolean;
  /** Is there a trigger that the last poll answers for? */
  readonly usesCachedMetrics: boolean;
  /** Is a trigger cpu or memory, so that the replicas' use of them has to be measured? */
  readonly usesResources: boolean;
  /** Calls `onActive` with a trigger's index on each of its pushes, until the signal aborts. Never rejects. */
  watch(onActive: (index: number) => void, signal: AbortSignal): Promise<void>;
}

const plainPoll: ReadRequest = { by: 'poll', isUnanswered: () => false };

/** @throws AppError `invalid-argument` or `unsupported` with the problems of all triggers. */
export async function createTriggerSet(options: TriggerSetOptions): Promise<TriggerSet> {
  const { entries, skipped } = await createTriggerEntries(options);
  return triggerSetOf(entries, options, skipped);
}

/** The triggers of one object, already made. */
export function triggerSetOf(
  entries: readonly TriggerEntry[],
  options: Pick<TriggerSetOptions, 'clock' | 'logger' | 'rebuild'> & {
    readonly spec: {
      readonly name: string;
      readonly scaledObject: Pick<TriggerOwner['scaledObject'], 'scalingModifiers'>;
    };
  },
  skipped: readonly SkippedTrigger[] = [],
): TriggerSet {
  const { clock, logger, rebuild, spec: target } = options;
  const failures = createFailureLog(logger, target.name);
  const asksComposite = Boolean(target.scaledObject.scalingModifiers?.formula);
  const closings = new Set<Promise<void>>();
  const closing = (closed: PromiseLike<void>): void => {
    // One that cannot close must not keep the rest of the autoscaler from it.
    const settled = Promise.resolve(closed)
      .catch((error: unknown) => logger.warn({ event: 'trigger-not-closed', target: target.name, error }))
      .finally(() => closings.delete(settled));
    closings.add(settled);
  };
  const beforeDeadline = createBeforeDeadline(clock);
  const scalers =
    rebuild === 'alone'
      ? createScalersAlone(entries, beforeDeadline, closing)
      : createScalersTogether(entries, {
          beforeDeadline,
          closing,
          statesMetricsFirst: rebuild === 'scaled-object',
        });
  /** What polls have read of triggers with `useCachedMetrics`. It outlives the scalers. */
  let records = new Map<TriggerEntry, readonly TriggerReading[]>();
  const firstBuilt = Promise.withResolvers<void>();
  let hasBegun = rebuild === 'alone';

  const readEntry = async (entry: TriggerEntry, signal: AbortSignal): Promise<readonly TriggerReading[]> => {
    let values: readonly MetricReading[] = [];
    let problem: string | null = null;
    let stage: ErrorStage = 'fetch';
    try {
      if (!onlyResources(entry)) values = await scalers.read(entry, signal);
      failures.answered(entry);
    } catch (error) {
      if (signal.aborted) throw error;
      problem = AppError.from(error).message;
      stage = errorStageOf(error);
      // It had been built: that its connection is lost is an error of asking.
      if (stage === 'build' && rebuild !== 'alone') stage = 'fetch';
      failures.failed(entry, 'trigger-failed', error);
    }
    const metrics = scalers.metrics(entry);
    return offeredBy(entry, metrics).map((metric) => {
      const reading = values.find(({ name }) => name === metric.name);
      if (reading || metric.resource) return readingOf(entry, metric, reading ?? null, null);
      const error = problem ?? 'The trigger gave no value for this metric.';
      return readingOf(entry, metric, null, { error, stage: metrics.length > 0 ? stage : 'spec' });
    });
  };

  const unbuilt = (entry: TriggerEntry, failure: BuildFailure): readonly TriggerReading[] => {
    const isCause = failure.entry === entry;
    const { message } = AppError.from(failure.error);
    const cause = `trigger ${failure.entry.index} (${failure.entry.spec.type}) cannot be built`;
    return offeredBy(entry, scalers.metrics(entry)).map((metric) =>
      metric.resource
        ? readingOf(entry, metric, null, null)
        : readingOf(entry, metric, null, {
            error: isCause ? message : `Not asked: ${cause}.`,
            stage: isCause ? 'build' : 'unbuilt',
          }),
    );
  };

  const build = async (signal: AbortSignal): Promise<BuildFailure | null> => {
    const failure = await scalers.build(signal);
    if (failure === null) {
      hasBegun = true;
      firstBuilt.resolve();
    } else {
      failures.failed(failure.entry, 'triggers-not-built', failure.error);
    }
    return failure;
  };

  /** One request of KEDA's: the scalers are there or built, these entries asked, and an unanswered error clears all. */
  const readTogether = async (
    asked: readonly TriggerEntry[],
    signal: AbortSignal,
    { by, isUnanswered }: ReadRequest,
  ): Promise<readonly TriggerReading[]> => {
    const failure = await build(signal);
    if (failure) return asked.flatMap((entry) => unbuilt(entry, failure));
    const answers = await Promise.all(
      asked.map(async (entry) => {
        const known = by === 'hpa' && entry.spec.useCachedMetrics ? records.get(entry) : undefined;
        return [entry, known ?? (await readEntry(entry, signal))] as const;
      }),
    );
    if (by === 'poll') records = new Map(answers.filter(([{ spec }]) => spec.useCachedMetrics));
    const readings = answers.flatMap(([, own]) => own);
    if (readings.some((reading) => reading.error !== null && isUnanswered(reading))) scalers.clear();
    return readings;
  };

  const watchEntry = async (
    entry: TriggerEntry,
    onActive: (index: number) => void,
    signal: AbortSignal,
  ): Promise<void> => {
    const { first, index } = entry;
    if (!first.watch) return;
    const events = { onActive: () => onActive(index), onChange: () => {} };
    try {
      if (rebuild === 'alone') {
        await first.watch(events, signal);
        return;
      }
      // Its stream lives as long as the loop, whatever becomes of the scalers. There is no loop before they were built.
      await Promise.race([firstBuilt.promise, aborted(signal)]);
      if (signal.aborted) return;
      await using watching = entry.make();
      await watching.watch?.(events, signal);
    } catch (error) {
      // A driver that gives up is a mistake of ours; its trigger is still polled, and the others go on.
      if (!signal.aborted) logger.error({ event: 'trigger-watch-ended', target: target.name, index, error });
    }
  };

  return {
    skipped,
    get hasBegun() {
      return hasBegun;
    },
    usesCachedMetrics: entries.some(({ spec }) => spec.useCachedMetrics),
    usesResources: entries.some(onlyResources),
    watch: async (onActive, signal) => {
      await Promise.all(entries.map((entry) => watchEntry(entry, onActive, signal)));
    },
    read: async (signal, request = plainPoll) => {
      if (request.by === 'poll' || asksComposite || rebuild === 'alone')
        return await readTogether(entries, signal, request);
      const readings: TriggerReading[] = [];
      for (const entry of entries) {
        const own = onlyResources(entry)
          ? await readEntry(entry, signal)
          : await readTogether([entry], signal, request);
        readings.push(...own);
      }
      return readings;
    },
    [Symbol.asyncDispose]: async () => {
      await scalers[Symbol.asyncDispose]();
      await Promise.all(closings);
    },
  };
}

const onlyResources = ({ first }: TriggerEntry): boolean => {
  const metrics = first.metrics();
  return metrics.length > 0 && metrics.every(({ resource }) => resource !== undefined);
};

/** An external scaler that has never said what it offers is still a trigger. */
const offeredBy = ({ index, spec }: TriggerEntry, metrics: readonly MetricSpec[]): readonly MetricSpec[] =>
  metrics.length > 0
    ? metrics
    : [
        {
          name: `s${index}-${spec.type}`,
          target: { kind: 'AverageValue', value: 1 },
          activationThreshold: null,
        },
      ];

function readingOf(
  { index, spec }: TriggerEntry,
  metric: MetricSpec,
  reading: MetricReading | null,
  failure: { readonly error: string; readonly stage: ErrorStage } | null,
): TriggerReading {
  return {
    index,
    name: spec.name,
    metricName: metric.name,
    type: spec.type,
    value: reading?.value ?? null,
    active: reading?.active ?? false,
    target: metric.target,
    activationThreshold: metric.activationThreshold,
    error: failure?.error ?? null,
    ...(failure ? { errorStage: failure.stage } : {}),
    isResource: metric.resource !== undefined,
    ...(metric.resource ? { containerName: metric.resource.containerName } : {}),
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
