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
import type { MetricReading, Trigger, TriggerDependencies } from './trigger.ts';

export interface TriggerSetOptions {
  readonly spec: TargetSpec;
  readonly manifests: Pick<ManifestSet, 'configMaps' | 'triggerAuthentications'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly load: () => LoadReport;
  readonly query: TriggerDependencies['query'];
  /** @defaultValue the global one */
  readonly fetch?: typeof fetch;
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
      const trigger = create(spec, {
        index,
        target: target.name,
        authParams: resolveAuthParams(
          spec,
          target.scaledObject.namespace,
          options.manifests,
          target.triggerEnvironment,
        ),
        resolvedEnv: target.triggerEnvironment,
        load: options.load,
        query: options.query,
        fetch: options.fetch ?? fetch,
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
      if (signal.aborted) throw error;
      return readOnce(entry, signal);
    }
  };

  const readEntry = async (entry: Entry, signal: AbortSignal): Promise<readonly TriggerReading[]> => {
    const { index, spec, trigger } = entry;
    let values: readonly MetricReading[] = [];
    let problem: string | null = null;
    try {
      values = await readTwice(entry, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      problem = AppError.from(error).message;
      logger.warn({ event: 'trigger-failed', target: target.name, index, type: spec.type, error });
    }
    return trigger.metrics().map((metric) => {
      const reading = values.find(({ name }) => name === metric.name);
      return {
        index,
        name: spec.name,
        metricName: metric.name,
        type: spec.type,
        value: reading?.value ?? null,
        active: reading?.active ?? false,
        target: metric.target,
        activationThreshold: metric.activationThreshold,
        error: reading ? null : (problem ?? 'The trigger gave no value for this metric.'),
        isResource: false,
      };
    });
  };

  return {
    skipped,
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
      await Promise.all(entries.map(({ trigger }) => trigger[Symbol.asyncDispose]()));
    },
  };
}
