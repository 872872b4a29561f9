import type { Probe } from '../../../manifests/deployment.ts';
import { askProbe, type ProbeSubject } from './probe.ts';

/** Ready once the port accepts connections: what a Deployment without a readiness probe gets. */
export const connectProbe: Probe = {
  action: { kind: 'tcp', port: 'serving' },
  initialDelayMs: 0,
  periodMs: 10_000,
  timeoutMs: 1000,
  failureThreshold: 3,
  successThreshold: 1,
};

/** The signal of the subject ends the watch. */
export interface ReadinessWatch extends ProbeSubject {
  readonly onChange: (ready: boolean) => void;
}

/** The first question comes this soon: no program listens earlier, and a refused connection costs microseconds. */
const firstProbeMs = 3;

/** Between probes of a replica that is not ready yet: 5 ms at first, rarer for slow starters, at most 250 ms. */
const startingIntervalMs = (elapsedMs: number): number => Math.min(250, 5 + elapsedMs / 100);

/** Probes until the signal aborts; reports only changes. Starts as not ready. */
export async function watchReadiness(watch: ReadinessWatch): Promise<void> {
  const { clock, onChange, probe, signal } = watch;
  let ready = false;
  let inARow = 0;
  const startedMs = clock.monotonic();
  try {
    await clock.sleep(Math.max(firstProbeMs, probe.initialDelayMs), signal);
    for (;;) {
      const passed = (await askProbe(watch)) === null;
      if (signal.aborted) return;
      inARow = passed === ready ? 0 : inARow + 1;
      if (inARow >= (ready ? probe.failureThreshold : probe.successThreshold)) {
        ready = passed;
        inARow = 0;
        onChange(ready);
      }
      const waitMs = ready ? probe.periodMs : startingIntervalMs(clock.monotonic() - startedMs);
      await clock.sleep(Math.min(waitMs, probe.periodMs), signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
