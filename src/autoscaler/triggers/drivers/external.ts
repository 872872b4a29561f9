import type { ScaledObjectRef, ScalerMetricSpec } from '../../external-scaler/messages.ts';
import * as messages from '../../external-scaler/messages.ts';
import { createScalerClient } from '../../external-scaler/external-scaler-client.ts';
import { AppError } from '../../../contract/app-error.ts';
import { checkedValues } from '../checked-values.ts';
import { specError } from '../error-stage.ts';
import { metricTarget } from '../trigger-parameters.ts';
import type { CreateTrigger, MetricReading, TriggerDependencies } from '../trigger.ts';
import type { TriggerSpec } from '../../manifests/scaled-object.ts';

const firstRetryMs = 2000;
const lastRetryMs = 60_000;

/**
 * Somebody's gRPC server: types `external` and `external-push`. It says itself what it offers, so an unreachable one is
 * an error of its specification, which fallback never sees. `external-push` keeps streams open besides.
 *
 * @see https://keda.sh/docs/latest/concepts/external-scalers/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const { clock, index, logger, target } = dependencies;
  const values = checkedValues(spec, dependencies);
  const [ca, cert, key] = [values.text('caCert'), values.text('tlsClientCert'), values.text('tlsClientKey')];
  const unsafeSsl = values.flag('unsafeSsl');
  const hasTls = values.flag('enableTLS') || unsafeSsl || ca !== '' || cert !== '';
  const client = createScalerClient({
    address: values.text('scalerAddress'),
    tls: hasTls ? { ca, cert, key, unsafeSsl } : null,
  });
  const ref = refOf(spec, dependencies);
  const encodedRef = messages.encodeRef(ref);
  let offered: readonly ScalerMetricSpec[] = [];

  const nameOf = ({ metricName }: ScalerMetricSpec): string => `s${index}-${metricName}`;

  const askSpecs = async (signal: AbortSignal): Promise<void> => {
    let specs: readonly ScalerMetricSpec[];
    try {
      specs = messages.decodeMetricSpecs(await client.ask('GetMetricSpec', encodedRef, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      throw specError(AppError.from(error).message);
    }
    if (specs.length === 0)
      throw specError(`The external scaler at ${values.text('scalerAddress')} offers no metric.`);
    offered = specs;
  };

  const readMetric = async (metric: ScalerMetricSpec, signal: AbortSignal): Promise<MetricReading> => {
    const request = messages.encodeMetricsRequest({ ref, metricName: metric.metricName });
    const answers = messages.decodeMetricValues(await client.ask('GetMetrics', request, signal));
    if (answers.length === 0) {
      throw new AppError(
        'upstream-failed',
        `The external scaler at ${values.text('scalerAddress')} gave no value for ${metric.metricName}.`,
      );
    }
    // As the HPA: all values of a metric are summed.
    const value = answers.reduce((sum, answer) => sum + answer.value, 0);
    const active = messages.decodeIsActive(await client.ask('IsActive', encodedRef, signal));
    return { name: nameOf(metric), value, active };
  };

  /** Keeps one stream open. Ends with the signal, or when the server does not have the method. */
  const keepStream = async (
    method: 'StreamIsActive' | 'StreamMetricSpec',
    onMessage: (message: Uint8Array) => void,
    signal: AbortSignal,
  ): Promise<void> => {
    let waitMs = firstRetryMs;
    while (!signal.aborted) {
      try {
        await client.listen(
          method,
          encodedRef,
          (message) => {
            waitMs = firstRetryMs;
            onMessage(message);
          },
          signal,
        );
      } catch (error) {
        if (signal.aborted) return;
        const { code, message } = AppError.from(error);
        // Optional in the contract: older scalers do not have it.
        if (method === 'StreamMetricSpec' && code === 'unsupported') return;
        logger.warn({ event: 'external-stream-lost', target, index, method, waitMs, reason: message });
      }
      try {
        await clock.sleep(waitMs, signal);
      } catch {
        // Only the signal ends the wait early.
        return;
      }
      waitMs = Math.min(waitMs * 2, lastRetryMs);
    }
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
      await askSpecs(signal);
      const readings: MetricReading[] = [];
      for (const metric of offered) readings.push(await readMetric(metric, signal));
      return readings;
    },
    ...(spec.type === 'external-push'
      ? {
          watch: async ({ onActive, onChange }, signal) => {
            await Promise.all([
              keepStream(
                'StreamIsActive',
                (message) => {
                  // Only polls find out that there is nothing to do.
                  if (messages.decodeIsActive(message)) onActive();
                },
                signal,
              ),
              keepStream(
                'StreamMetricSpec',
                (message) => {
                  const specs = messages.decodeMetricSpecs(message);
                  if (specs.length === 0) return;
                  offered = specs;
                  onChange();
                },
                signal,
              ),
            ]);
          },
        }
      : {}),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
};

/** Metadata as the server gets it: as written, `…FromEnv` under its own key with the variable's value, unset ones left out. */
function refOf(
  spec: TriggerSpec,
  { namespace, objectName, resolvedEnv }: TriggerDependencies,
): ScaledObjectRef {
  const scalerMetadata: Record<string, string> = {};
  for (const [key, text] of Object.entries(spec.metadata)) {
    const value = key.endsWith('FromEnv') ? (resolvedEnv[text] ?? '') : text;
    if (value !== '' || !key.endsWith('FromEnv')) scalerMetadata[key] = value;
  }
  return { name: objectName, namespace, scalerMetadata };
}
