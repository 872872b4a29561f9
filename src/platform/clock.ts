/** Time as a dependency. The only file that may use timers and Date. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds on a clock that never steps; for durations. */
  monotonic(): number;
  /** Resolves after `ms` (at once for ms <= 0). @throws AbortError when the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once after `ms`. @returns a function that cancels it. A pending call does not keep the process alive when `background` is set. */
  schedule(ms: number, run: () => void, options?: { readonly background?: boolean }): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  // Not performance.now(): the first use of that global loads node:perf_hooks, 2 ms of a cold start.
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(abortReason(signal));
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        if (signal) reject(abortReason(signal));
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        Math.max(0, ms),
      );
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
  schedule: (ms, run, options) => {
    const timer = setTimeout(run, Math.max(0, ms));
    if (options?.background) timer.unref();
    return () => clearTimeout(timer);
  },
};

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error
    ? signal.reason
    : new DOMException('The wait was aborted.', 'AbortError');
}
