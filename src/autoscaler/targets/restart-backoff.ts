/** Waiting times between starts that fail, doubling: 0.25, 0.5, 1 … 30 s. */
export interface RestartBackoff {
  /** A process ended by itself. @returns milliseconds to wait before the next start. */
  failed(readyForMs: number | null, nowMs: number): number;
  /** A process became ready: others need not wait any longer. */
  succeeded(): void;
  /** No start before this. */
  readonly notBeforeMs: number;
  /** Failures in a row. */
  readonly failures: number;
}

export interface RestartBackoffOptions {
  /** @defaultValue 250 */
  readonly firstMs?: number;
  /** @defaultValue 30 000 */
  readonly maxMs?: number;
  /** A process that was ready for so long ended for a reason of its own: started again at once. @defaultValue 10 000 */
  readonly healthyMs?: number;
}

/** One for all replicas of a target: they run the same program, so what ends one ends the next. */
export function createRestartBackoff(options: RestartBackoffOptions = {}): RestartBackoff {
  const { firstMs = 250, maxMs = 30_000, healthyMs = 10_000 } = options;
  let failures = 0;
  let notBeforeMs = 0;
  return {
    get notBeforeMs() {
      return notBeforeMs;
    },
    get failures() {
      return failures;
    },
    failed: (readyForMs, nowMs) => {
      if (readyForMs !== null && readyForMs >= healthyMs) {
        failures = 0;
        notBeforeMs = 0;
        return 0;
      }
      failures += 1;
      // A replica that had been ready gets its first new start at once: somebody may be waiting for it.
      const steps = readyForMs === null ? failures : failures - 1;
      const delayMs = steps === 0 ? 0 : Math.min(maxMs, firstMs * 2 ** Math.min(30, steps - 1));
      notBeforeMs = Math.max(notBeforeMs, nowMs + delayMs);
      return notBeforeMs - nowMs;
    },
    succeeded: () => {
      notBeforeMs = 0;
    },
  };
}
