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
  /** A request found neither a slot nor a place to wait. */
  readonly refused: (target: string) => void;
  /** Somebody who asks now would get a slot: what was refused is no demand any more. */
  readonly slotFree: (target: string) => void;
  readonly arrivals: (target: string) => number;
  readonly lastActivityMs: (target: string) => number | null;
  /** Of the last refusal that still counts as demand; null without one. */
  readonly refusedAtMs: (target: string) => number | null;
  /** Called synchronously. A listener that throws stops neither the request nor the others. @returns unsubscribes. */
  readonly subscribe: (listener: LoadListener) => () => void;
}

/**
 * @param failed is told what a listener threw.
 * @param holdTimeoutMs how long a refusal counts as demand: as long as the request would have been held; 0 is for ever.
 */
export function createLoadMeter(
  clock: Clock,
  failed: (error: unknown) => void,
  holdTimeoutMs: number,
): LoadMeter {
  const counts = new Map<string, { arrivals: number; lastActivityMs: number }>();
  const refusals = new Map<string, number>();
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
    refused: (target) => void refusals.set(target, clock.now()),
    slotFree: (target) => void refusals.delete(target),
    arrivals: (target) => counts.get(target)?.arrivals ?? 0,
    lastActivityMs: (target) => counts.get(target)?.lastActivityMs ?? null,
    refusedAtMs: (target) => {
      const atMs = refusals.get(target) ?? null;
      const isOver = atMs !== null && holdTimeoutMs > 0 && clock.now() - atMs >= holdTimeoutMs;
      return isOver ? null : atMs;
    },
    subscribe: (listener) => {
      // Wrapped, so that the same function subscribed twice is two subscriptions.
      const own: LoadListener = (target, change) => listener(target, change);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
