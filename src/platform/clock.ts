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

/** The sleep of a clock, by its `schedule`. */
export function sleepBy(
  { schedule }: Pick<Clock, 'schedule'>,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortReason(signal));
      return;
    }
    const onAbort = (): void => {
      cancel();
      if (signal) reject(abortReason(signal));
    };
    const cancel = schedule(ms, () => {
      // A signal that lives for long would else keep every sleep that ever listened to it.
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

export const systemClock: Clock = {
  now: () => Date.now(),
  // Not performance.now(): the first use of that global loads node:perf_hooks, 2 ms of a cold start.
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: (ms, signal) => sleepBy(systemClock, ms, signal),
  schedule: (ms, run, options) => startTimer(ms, run, options?.background ?? false),
};

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error
    ? signal.reason
    : new DOMException('The wait was aborted.', 'AbortError');
}
