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

/** Timers hold 31 bits of milliseconds, 24.8 days; a longer one would ring at once. */
const longestTimerMs = 2 ** 31 - 1;

/** A timer of any length, in parts where it must. @returns cancels it. */
function startTimer(ms: number, run: () => void, background: boolean): () => void {
  let timer: NodeJS.Timeout;
  const start = (leftMs: number): void => {
    const partMs = Math.min(leftMs, longestTimerMs);
    timer = setTimeout(() => (leftMs > partMs ? start(leftMs - partMs) : run()), Math.max(0, partMs));
    if (background) timer.unref();
  };
  start(ms);
  return () => clearTimeout(timer);
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
        cancel();
        if (signal) reject(abortReason(signal));
      };
      const over = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const cancel = startTimer(ms, over, false);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
  schedule: (ms, run, options) => startTimer(ms, run, options?.background ?? false),
};

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error
    ? signal.reason
    : new DOMException('The wait was aborted.', 'AbortError');
}
