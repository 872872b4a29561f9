import { AppError } from '../../../../contract/app-error.ts';
import type { Clock } from '../../../../platform/clock.ts';
import {
  createScalerClient,
  type ScalerClientOptions,
} from '../../../external-scaler/external-scaler-client.ts';
import type { ScaledObjectRef } from '../../../external-scaler/messages.ts';
import * as messages from '../../../external-scaler/messages.ts';
import type { ScalerSource } from './scaler-source.ts';

const firstRetryMs = 2000;
const lastRetryMs = 60_000;

/** Somebody's gRPC server. Connects on the first call; `external-push` keeps streams open besides. */
export function createRemoteScaler(
  options: ScalerClientOptions,
  ref: ScaledObjectRef,
  clock: Clock,
): ScalerSource {
  const client = createScalerClient(options);
  const encodedRef = messages.encodeRef(ref);

  /** Keeps one stream open. Ends with the signal, or when the server does not have the method. */
  const keepStream = async (
    method: 'StreamIsActive' | 'StreamMetricSpec',
    onMessage: (message: Uint8Array) => void,
    onLost: Parameters<ScalerSource['watch']>[0]['onLost'],
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
        onLost({ method, waitMs, reason: message });
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
    name: `The external scaler at ${options.address}`,
    metricSpecs: async (signal) =>
      messages.decodeMetricSpecs(await client.ask('GetMetricSpec', encodedRef, signal)),
    metricValues: async (metricName, signal) => {
      const request = messages.encodeMetricsRequest({ ref, metricName });
      return messages.decodeMetricValues(await client.ask('GetMetrics', request, signal));
    },
    isActive: async (signal) => messages.decodeIsActive(await client.ask('IsActive', encodedRef, signal)),
    watch: async ({ onActive, onLost, onSpecs }, signal) => {
      await Promise.all([
        keepStream(
          'StreamIsActive',
          (message) => {
            // Only polls find out that there is nothing to do.
            if (messages.decodeIsActive(message)) onActive();
          },
          onLost,
          signal,
        ),
        keepStream(
          'StreamMetricSpec',
          (message) => {
            const specs = messages.decodeMetricSpecs(message);
            if (specs.length > 0) onSpecs(specs);
          },
          onLost,
          signal,
        ),
      ]);
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
