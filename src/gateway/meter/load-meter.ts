import type { Clock } from '../../platform/clock.ts';

export type LoadChange = 'arrival' | 'end';
export type LoadListener = (target: string, change: LoadChange) => void;

/** What arrived and ended per scale target. What is held and in flight is known by the waiting room and the pool. */
export interface LoadMeter {
  /** Counts one request. */
  readonly arrive: (target: string) => void;
  /** Tells the listeners, once the request is held, in flight or refused: what they read then includes it. */
  readonly placed: (target: string) => void;
  readonly end: (target: string) => void;
  readonly arrivals: (target: string) => number;
  readonly lastActivityMs: (target: string) => number | null;
  /** Called synchronously. A listener that throws stops neither the request nor the others. @returns unsubscribes. */
  readonly subscribe: (listener: LoadListener) => () => void;
}

/** @param failed is told what a listener threw. */
export function createLoadMeter(clock: Clock, failed: (error: unknown) => void): LoadMeter {
  const counts = new Map<string, { arrivals: number; lastActivityMs: number }>();
  const listeners = new Set<LoadListener>();

  const touch = (target: string, arrivals: 0 | 1): void => {
    const found = counts.get(target);
    if (found) {
      found.arrivals += arrivals;
      found.lastActivityMs = clock.now();
    } else counts.set(target, { arrivals, lastActivityMs: clock.now() });
  };
  const tell = (target: string, change: LoadChange): void => {
    for (const listener of listeners) {
      try {
        listener(target, change);
      } catch (error) {
        failed(error);
      }
    }
  };

  return {
    arrive: (target) => touch(target, 1),
    placed: (target) => tell(target, 'arrival'),
    end: (target) => {
      touch(target, 0);
      tell(target, 'end');
    },
    arrivals: (target) => counts.get(target)?.arrivals ?? 0,
    lastActivityMs: (target) => counts.get(target)?.lastActivityMs ?? null,
    subscribe: (listener) => {
      // Wrapped, so that the same function subscribed twice is two subscriptions.
      const own: LoadListener = (target, change) => listener(target, change);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
