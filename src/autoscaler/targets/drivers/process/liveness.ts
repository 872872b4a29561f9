import { askProbe, type ProbeSubject } from './probe.ts';

/** The signal of the subject ends the watch. */
export interface LivenessWatch extends ProbeSubject {
  /** On the clock's monotonic side; `initialDelayMs` counts from here. */
  readonly startedMs: number;
  /** False while nobody is to ask, as of a replica that drains; failures are counted afresh afterwards. */
  readonly isWanted: () => boolean;
  /** Called once, with a sentence without its full stop; the watch is then over. */
  readonly onFailed: (reason: string) => void;
}

/**
 * Probes a replica that has been ready, each period, until `failureThreshold` failures in a row or until the signal
 * aborts. Begins a whole period after the call: it has just answered, and the first requests come now.
 */
export async function watchLiveness(watch: LivenessWatch): Promise<void> {
  const { clock, probe, signal } = watch;
  let inARow = 0;
  try {
    const delayMs = probe.initialDelayMs - (clock.monotonic() - watch.startedMs);
    await clock.sleep(Math.max(delayMs, probe.periodMs), signal);
    for (;;) {
      const failure = watch.isWanted() ? await askProbe(watch) : null;
      if (signal.aborted) return;
      // It may have begun to drain while it was asked.
      inARow = failure === null || !watch.isWanted() ? 0 : inARow + 1;
      if (failure !== null && inARow >= probe.failureThreshold) {
        watch.onFailed(`liveness probe failed ${timesInARow(inARow)}: ${failure}`);
        return;
      }
      await clock.sleep(probe.periodMs, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

const timesInARow = (times: number): string => (times === 1 ? 'once' : `${times} times in a row`);
