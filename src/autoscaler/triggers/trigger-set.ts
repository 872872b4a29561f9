import { AppError } from '../../contract/app-error.ts';
import type { LoadReport } from '../../contract/load.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { TriggerReading } from '../decision/load-snapshot.ts';
import type { ManifestSet } from '../manifests/manifest-set.ts';
import type { TriggerSpec } from '../manifests/scaled-object.ts';
import type { TargetSpec } from '../manifests/target-spec.ts';
import { resolveAuthParams } from './auth-params.ts';
import { loadTriggerDriver } from './catalog.ts';
import { errorStageOf, type ErrorStage } from './error-stage.ts';
import { resolvedFetch } from './resolved-fetch.ts';
import type { MetricReading, MetricSpec, PodView, Trigger, TriggerDependencies } from './trigger.ts';

/** What has triggers: a ScaledObject's target, or the jobs of a ScaledJob. */
export interface TriggerOwner extends Pick<
  TargetSpec,
  'name' | 'triggerEnvironment' | 'containerEnvironments'
> {
  readonly scaledObject: Pick<
    TargetSpec['scaledObject'],
    'name' | 'namespace' | 'scalingModifiers' | 'source' | 'triggers'
  >;
}

export interface TriggerSetOptions {
  readonly spec: TriggerOwner;
  readonly manifests: Pick<ManifestSet, 'configMaps' | 'triggerAuthentications'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly load: () => LoadReport;
  readonly query: TriggerDependencies['query'];
  /** @defaultValue the global one, after a look-up of the host's name */
  readonly fetch?: typeof fetch;
  /** Every replica of every target; only `kubernetes-workload` asks. @defaultValue none */
  readonly pods?: () => readonly PodView[];
  /** A trigger type of KEDA's that is not read here: `refuse` the start, or `skip` it with a warning. */
  readonly unsupported: 'refuse' | 'skip';
}

/** A trigger that is left out, for the status. */
export interface SkippedTrigger {
  readonly index: number;
  readonly spec: TriggerSpec;
  readonly reason: string;
}

/** All triggers of one ScaledObject. */
export interface TriggerSet extends AsyncDisposable {
  readonly skipped: readonly SkippedTrigger[];
  /**
   * Reads all triggers side by side. Never rejects but on abort: an error is a reading. Each call of a trigger has one
   * silent retry, as in KEDA.
   *
   * @param cached readings of the last poll, taken instead of a call where `useCachedMetrics` says so.
   */
  read(signal: AbortSignal, cached?: readonly TriggerReading[]): Promise<readonly TriggerReading[]>;
  /** Is there a trigger that the last poll answers for? */
  readonly usesCachedMetrics: boolean;
  /** Is a trigger cpu or memory, so that the replicas' use of them has to be measured? */
  readonly usesResources: boolean;
  /** Calls `onActive` with a trigger's index on each of its pushes, until the signal aborts. Never rejects. */
  watch(onActive: (index: number) => void, signal: AbortSignal): Promise<void>;
}

/** Longer than any driver's own time-out; a parameter `timeout` may ask for more only up to here. */
const maxReadMs = 30_000;

interface Entry {
  readonly index: number;
  readonly spec: TriggerSpec;
  readonly trigger: Trigger;
}

/** @throws AppError `invalid-argument` or `unsupported` with the problems of all triggers. */
export async function createTriggerSet(options: TriggerSetOptions): Promise<TriggerSet> {
  const { clock, logger, spec: target } = options;
  const entries: Entry[] = [];
  const skipped: SkippedTrigger[] = [];
  const errors: AppError[] = [];
  for (const [index, spec] of target.scaledObject.triggers.entries()) {
    try {
      const create = await loadTriggerDriver(spec.type);
      const { namespace } = target.scaledObject;
      const trigger = create(spec, {
        index,
        target: target.name,
        namespace,
        objectName: target.scaledObject.name,
        authParams: resolveAuthParams(
          spec,
          target.scaledObject.namespace,
          options.manifests,
          target.triggerEnvironment,
          target.containerEnvironments,
        ),
        resolvedEnv: target.triggerEnvironment,
        // Pods of a cluster have identities; the manifests' reader refuses any other here.
        podIdentity: 'none',
        formulaInput: Boolean(target.scaledObject.scalingModifiers?.formula),
        configMap: (kind, name) =>
          options.manifests.configMaps.find(
            (object) => object.kind === kind && object.name === name && object.namespace === namespace,
          )?.data ?? null,
        pods: options.pods ?? (() => []),
        load: options.load,
        query: options.query,
        fetch: options.fetch ?? resolvedFetch,
        clock,
        logger,
      });
      entries.push({ index, spec, trigger });
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (error.code !== 'unsupported' || options.unsupported === 'refuse') {
        errors.push(error);
      } else {
        logger.warn({
          event: 'trigger-skipped',
          target: target.name,
          index,
          type: spec.type,
          reason: error.message,
        });
        skipped.push({ index, spec, reason: error.message });
      }
    }
  }
  const [first] = errors;
  if (first) {
    const { file, line } = target.scaledObject.source;
    const messages = errors.map(({ message }) => `${file}:${line}: ${message}`).join('\n');
    throw new AppError(first.code, messages, { param: file });
  }

  /** A driver that does not listen to its signal holds up neither the others nor the end. */
  const readOnce = async ({ trigger }: Entry, signal: AbortSignal): Promise<readonly MetricReading[]> => {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const tooLong = clock.sleep(maxReadMs, either).then(() => {
      throw new AppError('deadline-exceeded', `The trigger gave no value within ${maxReadMs / 1000} s.`);
    });
    try {
      return await Promise.race([trigger.read(clock.now(), either), tooLong]);
    } finally {
      over.abort();
      // The wait has been called off.
      tooLong.catch(() => {});
    }
  };

  const readTwice = async (entry: Entry, signal: AbortSignal): Promise<readonly MetricReading[]> => {
    try {
      return await readOnce(entry, signal);
    } catch (error) {
      // KEDA builds a scaler once a check: only asking has the retry.
      if (signal.aborted || errorStageOf(error) === 'build') throw error;
      try {
        return await readOnce(entry, signal);
      } catch (again) {
        if (errorStageOf(again) === 'fetch') throw again;
        // It was built, then asked in vain; that building it again fails as well is still an error of asking.
        throw AppError.from(error);
      }
    }
  };

  const readEntry = async (entry: Entry, signal: AbortSignal): Promise<readonly TriggerReading[]> => {
    const { index, spec, trigger } = entry;
    let values: readonly MetricReading[] = [];
    let problem: string | null = null;
    let errorStage: ErrorStage = 'fetch';
    try {
      if (!onlyResources(trigger)) values = await readTwice(entry, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      problem = AppError.from(error).message;
      errorStage = errorStageOf(error);
      logger.warn({ event: 'trigger-failed', target: target.name, index, type: spec.type, error });
    }
    const metrics = trigger.metrics();
    // An external scaler that has never said what it offers is still a trigger with an error.
    const offered = metrics.length > 0 ? metrics : [unknownMetric(index, spec.type)];
    return offered.map((metric) => {
      const reading = values.find(({ name }) => name === metric.name);
      const isResource = metric.resource !== undefined;
      const isAnswered = isResource || reading !== undefined;
      return {
        index,
        name: spec.name,
        metricName: metric.name,
        type: spec.type,
        value: reading?.value ?? null,
        active: reading?.active ?? false,
        target: metric.target,
        activationThreshold: metric.activationThreshold,
        error: isAnswered ? null : (problem ?? 'The trigger gave no value for this metric.'),
        ...(isAnswered ? {} : { errorStage: metrics.length > 0 ? errorStage : 'spec' }),
        isResource,
        ...(metric.resource ? { containerName: metric.resource.containerName } : {}),
      };
    });
  };

  return {
    skipped,
    usesCachedMetrics: entries.some(({ spec }) => spec.useCachedMetrics),
    usesResources: entries.some(({ trigger }) => onlyResources(trigger)),
    watch: async (onActive, signal) => {
      await Promise.all(
        entries.map(async ({ index, trigger }) => {
          try {
            await trigger.watch?.({ onActive: () => onActive(index), onChange: () => {} }, signal);
          } catch (error) {
            // A driver that gives up is a mistake of ours; its trigger is still polled, and the others go on.
            if (!signal.aborted)
              logger.error({ event: 'trigger-watch-ended', target: target.name, index, error });
          }
        }),
      );
    },
    read: async (signal, cached = []) => {
      const knownOf = ({ index, spec }: Entry): readonly TriggerReading[] =>
        spec.useCachedMetrics ? cached.filter((reading) => reading.index === index) : [];
      const readings = await Promise.all(
        entries.map(async (entry) => {
          const known = knownOf(entry);
          return known.length > 0 ? known : await readEntry(entry, signal);
        }),
      );
      return readings.flat();
    },
    [Symbol.asyncDispose]: async () => {
      const closed = await Promise.allSettled(entries.map(({ trigger }) => trigger[Symbol.asyncDispose]()));
      for (const result of closed) {
        // One that cannot close must not keep the rest of the autoscaler from it.
        if (result.status === 'rejected') {
          logger.warn({ event: 'trigger-not-closed', target: target.name, error: result.reason });
        }
      }
    },
  };
}

const onlyResources = (trigger: Trigger): boolean => {
  const metrics = trigger.metrics();
  return metrics.length > 0 && metrics.every(({ resource }) => resource !== undefined);
};

/** Stands for what an unreachable external scaler would offer. */
const unknownMetric = (index: number, type: string): MetricSpec => ({
  name: `s${index}-${type}`,
  target: { kind: 'AverageValue', value: 1 },
  activationThreshold: null,
});
