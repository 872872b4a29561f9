import { AppError } from '../../../../contract/app-error.ts';
import type { Clock } from '../../../../platform/clock.ts';
import { createScalerClient } from '../../../external-scaler/external-scaler-client.ts';
import type { ScaledObjectRef } from '../../../external-scaler/messages.ts';
import * as messages from '../../../external-scaler/messages.ts';
import type { TriggerValues } from '../../catalogue/trigger-values.ts';
import { isPrivateTls, type TlsParameters } from '../net/tls-parameters.ts';
import type { ScalerSource } from './scaler-source.ts';

const firstRetryMs = 2000;
const lastRetryMs = 60_000;

/** Somebody's gRPC server. Connects on the first call; `external-push` keeps streams open besides. */
export function createRemoteScaler(values: TriggerValues, ref: ScaledObjectRef, clock: Clock): ScalerSource {
  const address = values.text('scalerAddress');
  const client = createScalerClient({ address, tls: tlsOfScaler(values) });
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
    name: `The external scaler at ${address}`,
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

/** As in KEDA `unsafeSsl` alone asks for no TLS, nor does half a certificate. */
function tlsOfScaler(values: TriggerValues): TlsParameters | null {
  const own = (name: string): string | null => values.text(name) || null;
  const tls = {
    ca: own('caCert'),
    cert: own('tlsClientCert'),
    key: own('tlsClientKey'),
    keyPassword: null,
    unsafeSsl: values.flag('unsafeSsl'),
  };
  return values.flag('enableTLS') || isPrivateTls({ ...tls, unsafeSsl: false }) ? tls : null;
}
