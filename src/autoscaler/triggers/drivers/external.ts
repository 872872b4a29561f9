import { isIP } from 'node:net';
import type { ScalerMetricSpec } from '../../external-scaler/messages.ts';
import { AppError } from '../../../contract/app-error.ts';
import { checkedValues } from '../checked-values.ts';
import { specError } from '../error-stage.ts';
import { isUnresolved, resolveHost } from '../resolve-host.ts';
import { metricTarget } from '../trigger-parameters.ts';
import type { CreateTrigger, MetricReading } from '../trigger.ts';
import { createOwnScaler } from './external/own-scaler.ts';
import { asksAddOn, scalerRef } from './external/scaler-ref.ts';
import type { ScalerSource } from './external/scaler-source.ts';

/** A name that nobody has answered for within this is taken to lead nowhere until somebody does. */
const maxLookupMs = 1000;

/**
 * Somebody's gRPC server: types `external` and `external-push`. It says itself what it offers, so an unreachable one is
 * an error of its specification, which fallback never sees. A trigger of the HTTP add-on whose address leads nowhere, as
 * the names of a cluster do outside of it, is answered by this gateway itself; the log says so once.
 *
 * @see https://keda.sh/docs/latest/concepts/external-scalers/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const { clock, gatewayScaler, index, logger, target } = dependencies;
  const values = checkedValues(spec, dependencies);
  const address = values.text('scalerAddress');
  const ref = scalerRef(spec, dependencies);
  let offered: readonly ScalerMetricSpec[] = [];

  const openRemote = async (): Promise<ScalerSource> => {
    const { createRemoteScaler } = await import('./external/remote-scaler.ts');
    return createRemoteScaler(values, ref, clock);
  };
  let remote: Promise<ScalerSource> | null = null;
  const own =
    gatewayScaler && asksAddOn(ref) && (gatewayScaler.isOnly || isName(hostOf(address)))
      ? createOwnScaler(gatewayScaler, ref, clock)
      : null;
  /** Null: not known yet. */
  let isOwn: boolean | null = null;
  let lookup: Promise<void> | null = null;

  const lookUp = async (): Promise<void> => {
    try {
      await resolveHost(hostOf(address));
      isOwn = false;
    } catch (error) {
      isOwn = isUnresolved(error);
      if (!isOwn) return;
      logger.info({ event: 'external-scaler-embedded', target, trigger: index, scalerAddress: address });
    }
  };

  /** Waits for the look-up, but not for ever. */
  const lookedUp = (): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.schedule(maxLookupMs, () => {
        isOwn ??= true;
        resolve();
      });
      void (lookup ??= lookUp()).then(() => {
        cancel();
        resolve();
      });
    });

  const source = async (): Promise<ScalerSource> => {
    if (own && gatewayScaler?.isOnly) return own;
    if (own && isOwn === null) await lookedUp();
    return own && isOwn ? own : (remote ??= openRemote());
  };

  const nameOf = ({ metricName }: ScalerMetricSpec): string => `s${index}-${metricName}`;

  const askSpecs = async (asked: ScalerSource, signal: AbortSignal): Promise<void> => {
    let specs: readonly ScalerMetricSpec[];
    try {
      specs = await asked.metricSpecs(signal);
    } catch (error) {
      if (signal.aborted) throw error;
      throw specError(AppError.from(error).message);
    }
    if (specs.length === 0) throw specError(`${asked.name} offers no metric.`);
    offered = specs;
  };

  const readMetric = async (
    asked: ScalerSource,
    metric: ScalerMetricSpec,
    signal: AbortSignal,
  ): Promise<MetricReading> => {
    const answers = await asked.metricValues(metric.metricName, signal);
    if (answers.length === 0) {
      throw new AppError('upstream-failed', `${asked.name} gave no value for ${metric.metricName}.`);
    }
    // As the HPA: all values of a metric are summed.
    const value = answers.reduce((sum, answer) => sum + answer.value, 0);
    return { name: nameOf(metric), value, active: await asked.isActive(signal) };
  };

  return {
    type: spec.type,
    metrics: () =>
      offered.map((metric) => ({
        name: nameOf(metric),
        target: metricTarget(spec, metric.target),
        activationThreshold: null,
      })),
    read: async (_nowMs, signal) => {
      const asked = await source();
      await askSpecs(asked, signal);
      const readings: MetricReading[] = [];
      for (const metric of offered) readings.push(await readMetric(asked, metric, signal));
      return readings;
    },
    ...(spec.type === 'external-push'
      ? {
          watch: async ({ onActive, onChange }, signal) => {
            const watched = await source();
            await watched.watch(
              {
                onActive,
                onSpecs: (specs) => {
                  offered = specs;
                  onChange();
                },
                onLost: (lost) => logger.warn({ event: 'external-stream-lost', target, index, ...lost }),
              },
              signal,
            );
          },
        }
      : {}),
    [Symbol.asyncDispose]: async () => {
      const opened = await remote;
      await opened?.[Symbol.asyncDispose]();
    },
  };
};

const hostOf = (address: string): string => address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
const isName = (host: string): boolean => isIP(host) === 0 && host !== 'localhost';
