import type { ExternalScalerService } from '../../../external-scaler/external-scaler-service.ts';
import type { ScaledObjectRef } from '../../../external-scaler/messages.ts';
import type { ScalerSource } from './scaler-source.ts';

/** This gateway, asked without a network: what the add-on's scaler says on a cluster. */
export function createOwnScaler(
  service: () => Promise<ExternalScalerService>,
  ref: ScaledObjectRef,
): ScalerSource {
  return {
    name: 'This gateway',
    metricSpecs: async () => (await service()).metricSpecs(ref),
    metricValues: async (metricName) => (await service()).metricValues(ref, metricName),
    isActive: async () => (await service()).isActive(ref),
    watch: async ({ onActive }, signal) => {
      const asked = await service();
      const tell = (): void => {
        if (asked.isActive(ref)) onActive();
      };
      let stop = (): void => {};
      try {
        tell();
        stop = asked.onChange(tell);
      } catch {
        // It knows no such route, and will know none as long as this process runs: polls say so each time.
      }
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      stop();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
