import type { ScalingEvent, ScalingStatus } from '../contract/scaling.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';

/** Changes within this time become one status event: a burst would else send one for each request. */
const statusEveryMs = 100;

/** Who is told of decisions and changes. */
export interface ScalingEvents extends Disposable {
  emit(event: ScalingEvent): void;
  /** Something of the status has changed: told soon, once for many changes. */
  statusChanged(): void;
  /** @returns a function that stops it. */
  onEvent(listener: (event: ScalingEvent) => void): () => void;
}

/** @param status asked only when somebody listens. */
export function createScalingEvents(
  status: () => ScalingStatus,
  clock: Clock,
  logger: Logger,
): ScalingEvents {
  const listeners = new Set<(event: ScalingEvent) => void>();
  let cancelStatus: (() => void) | null = null;
  const emit = (event: ScalingEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        // Who listens must not stop who decides.
        logger.error({ event: 'scaling-listener-failed', error });
      }
    }
  };
  return {
    emit,
    statusChanged: () => {
      if (listeners.size === 0) return;
      cancelStatus ??= clock.schedule(
        statusEveryMs,
        () => {
          cancelStatus = null;
          emit({ type: 'status', status: status() });
        },
        { background: true },
      );
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [Symbol.dispose]: () => {
      cancelStatus?.();
      listeners.clear();
    },
  };
}
