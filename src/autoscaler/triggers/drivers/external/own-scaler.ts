import type { Clock } from '../../../../platform/clock.ts';
import type { ExternalScalerService } from '../../../external-scaler/external-scaler-service.ts';
import type { ScaledObjectRef } from '../../../external-scaler/messages.ts';
import type { GatewayScalerAccess } from '../../trigger.ts';
import type { ScalerSource } from './scaler-source.ts';

/** Between two pushes of one trigger, as often as the add-on's scaler speaks while there is work. */
const pushEveryMs = 200;

/** This gateway, asked without a network: what the add-on's scaler says on a cluster. */
export function createOwnScaler(
  gateway: GatewayScalerAccess,
  ref: ScaledObjectRef,
  clock: Pick<Clock, 'monotonic' | 'schedule'>,
): ScalerSource {
  return {
    name: 'This gateway',
    metricSpecs: async () => (await gateway.open()).metricSpecs(ref),
    metricValues: async (metricName) => (await gateway.open()).metricValues(ref, metricName),
    isActive: async () => (await gateway.open()).isActive(ref),
    watch: async ({ onActive }, signal) => {
      let stop = (): void => {};
      try {
        if (!gateway.isSilent) stop = pushFrom(await gateway.open(), ref, clock, onActive);
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

/**
 * Calls `push` whenever the service says active: at once, and then at most every 200 ms; what came in between is told of
 * at the end of them.
 *
 * @returns a function that stops it. @throws AppError `not-found` when the service does not know what `ref` names.
 */
export function pushFrom(
  service: ExternalScalerService,
  ref: ScaledObjectRef,
  clock: Pick<Clock, 'monotonic' | 'schedule'>,
  push: () => void,
): () => void {
  let lastMs = -Infinity;
  let cancel: (() => void) | null = null;
  const now = (): void => {
    cancel = null;
    lastMs = clock.monotonic();
    push();
  };
  const tell = (): void => {
    if (cancel !== null || !service.isActive(ref)) return;
    const waitMs = lastMs + pushEveryMs - clock.monotonic();
    if (waitMs <= 0) now();
    else cancel = clock.schedule(waitMs, now, { background: true });
  };
  tell();
  const stop = service.onChange(tell);
  return () => {
    stop();
    cancel?.();
  };
}
