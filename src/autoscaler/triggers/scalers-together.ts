import { AppError } from '../../contract/app-error.ts';
import type { BeforeDeadline } from './before-deadline.ts';
import { errorStageOf } from './error-stage.ts';
import { holdTrigger, type HeldTrigger } from './held-trigger.ts';
import type { BuildFailure, Scalers } from './scalers.ts';
import type { TriggerEntry } from './trigger-entries.ts';
import type { MetricReading, MetricSpec, Trigger } from './trigger.ts';

export interface ScalersTogetherOptions {
  readonly beforeDeadline: BeforeDeadline;
  readonly closing: (closed: PromiseLike<void>) => void;
  /**
   * A ScaledObject is looked at only once each of its triggers has said what it offers: KEDA needs that for the HPA,
   * and starts no loop before. A ScaledJob has no HPA.
   */
  readonly statesMetricsFirst: boolean;
}

/**
 * As KEDA keeps the scalers of an object: built together, all or none, their authentication resolved then, and kept until
 * an error is left unanswered; the next check builds every one of them anew, healthy or not. A scaler that fails while
 * they are kept is made anew by itself and asked once more.
 *
 * @see docs/decisions/2026-11-23-scalers-are-rebuilt-together.md
 */
export function createScalersTogether(
  entries: readonly TriggerEntry[],
  { beforeDeadline, closing, statesMetricsFirst }: ScalersTogetherOptions,
): Scalers {
  const hold = (trigger: Trigger): HeldTrigger => holdTrigger(trigger, closing);
  const held = new Map<TriggerEntry, HeldTrigger>(entries.map((entry) => [entry, hold(entry.first)]));
  const offered = new Map<TriggerEntry, readonly MetricSpec[]>(
    entries.map((entry) => [entry, entry.first.metrics()]),
  );
  let isBuilt = false;
  let building: Promise<BuildFailure | null> | null = null;

  const connect = (trigger: Trigger, signal: AbortSignal): Promise<void> =>
    trigger.connect
      ? beforeDeadline(signal, (either) => trigger.connect?.(either) ?? Promise.resolve())
      : Promise.resolve();

  const ask = async (
    entry: TriggerEntry,
    trigger: Trigger,
    signal: AbortSignal,
  ): Promise<readonly MetricReading[]> => {
    try {
      return await beforeDeadline(signal, (either, nowMs) => trigger.read(nowMs, either));
    } finally {
      const metrics = trigger.metrics();
      if (metrics.length > 0) offered.set(entry, metrics);
    }
  };

  /** Only what it offers is wanted: that there is no value yet is no reason to wait. */
  const hearMetrics = async (entry: TriggerEntry, trigger: Trigger, signal: AbortSignal): Promise<void> => {
    if (!statesMetricsFirst || offered.get(entry)?.length !== 0) return;
    try {
      await ask(entry, trigger, signal);
    } catch (error) {
      if (signal.aborted || errorStageOf(error) === 'spec') throw error;
    }
  };

  const buildOne = async (entry: TriggerEntry, signal: AbortSignal): Promise<BuildFailure | null> => {
    try {
      const one = held.get(entry) ?? hold(entry.make());
      held.set(entry, one);
      await one.use(async (trigger) => {
        await connect(trigger, signal);
        await hearMetrics(entry, trigger, signal);
      });
      return null;
    } catch (error) {
      if (signal.aborted) throw error;
      return { entry, error };
    }
  };

  const clear = (): void => {
    isBuilt = false;
    for (const one of held.values()) one.giveUp();
    held.clear();
  };

  const buildAll = async (signal: AbortSignal): Promise<BuildFailure | null> => {
    const failures = await Promise.all(entries.map((entry) => buildOne(entry, signal)));
    const failure = failures.find((one) => one !== null) ?? null;
    if (failure) clear();
    // An answer that was still on its way may have thrown them away again.
    else isBuilt = entries.every((entry) => held.has(entry));
    return failure;
  };

  /** The scaler is made anew and asked again; a new one that cannot even be built leaves the old one in place. */
  const askAnew = async (
    entry: TriggerEntry,
    old: HeldTrigger | undefined,
    error: unknown,
    signal: AbortSignal,
  ): Promise<readonly MetricReading[]> => {
    let fresh: HeldTrigger | null = null;
    try {
      fresh = hold(entry.make());
      await fresh.use((trigger) => connect(trigger, signal));
    } catch {
      fresh?.giveUp();
      throw error;
    }
    const isKept = old !== undefined && held.get(entry) === old;
    if (isKept) {
      held.set(entry, fresh);
      old.giveUp();
    }
    try {
      return await fresh.use((trigger) => ask(entry, trigger, signal));
    } finally {
      // Somebody else has thrown the scalers away meanwhile: this one served a single question.
      if (!isKept) fresh.giveUp();
    }
  };

  return {
    build: async (signal) => {
      if (isBuilt) return null;
      // The poll and the HPA may both find nothing built: they wait for the same.
      building ??= buildAll(signal).finally(() => {
        building = null;
      });
      return await building;
    },
    read: async (entry, signal) => {
      const old = held.get(entry);
      try {
        if (old === undefined) throw new AppError('unavailable', 'The scaler was thrown away meanwhile.');
        return await old.use((trigger) => ask(entry, trigger, signal));
      } catch (error) {
        if (signal.aborted) throw error;
        return await askAnew(entry, old, error, signal);
      }
    },
    metrics: (entry) => offered.get(entry) ?? [],
    clear,
    [Symbol.asyncDispose]: () => {
      clear();
      return Promise.resolve();
    },
  };
}
