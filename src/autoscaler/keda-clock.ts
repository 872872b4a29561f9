import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { hpaTick } from './decision/hpa-tick.ts';
import { kedaPush, kedaTick } from './decision/keda-tick.ts';
import { isUnanswered } from './decision/keda/evaluate-triggers.ts';
import { pollsSources } from './decision/keda/polls-sources.ts';
import type { KedaPolicy } from './decision/scale-policy.ts';
import type { Loop } from './loop.ts';
import type { PodSamples } from './pod-samples.ts';
import type { PolicyClock } from './policy-clock.ts';
import type { ReadRequest, TriggerSet } from './triggers/trigger-set.ts';

export interface KedaClockOptions {
  readonly loop: Loop;
  readonly policy: KedaPolicy;
  readonly triggers: TriggerSet;
  readonly clock: Clock;
  readonly logger: Logger;
  /** spec.replicas now. */
  readonly desired: () => number;
  /** From the start to the first sync of the HPA; on a cluster it is anything. @defaultValue its sync period */
  readonly hpaPhaseMs?: number;
  /** Measured before each sync, where a trigger is cpu or memory. */
  readonly podSamples?: PodSamples;
}

const firstRetryMs = 1000;

/**
 * Policy `keda`: two clocks on one number, each in a phase of its own. The poll has a period (its timer is armed before
 * the check, and checks never overlap); the HPA has a gap, from the end of a sync to the start of the next. A push of an
 * external scaler is decided on between them, but not in the middle of a check: it waits for its end, as in KEDA.
 */
export function createKedaClock(options: KedaClockOptions): PolicyClock {
  const { clock, logger, loop, policy, triggers } = options;
  const stopped = new AbortController();
  const { signal } = stopped;
  /** KEDA then has neither a loop nor an HPA, and asks nobody. */
  const { paused: isPaused } = policy.pause;
  /** Whether the HPA could compute its metrics at its last sync. */
  let isHpaActive = false;

  /** A check is under way. */
  let isChecking = false;
  /** Triggers that have pushed meanwhile. */
  const pushedMeanwhile = new Set<number>();

  /** Whatever goes wrong in one check, there is a next one. */
  const guarded = async (check: () => Promise<void>): Promise<void> => {
    try {
      await check();
    } catch (error) {
      if (!signal.aborted) logger.error({ event: 'scaling-check-failed', error });
    }
  };

  const request = (by: ReadRequest['by']): ReadRequest => ({
    by,
    isUnanswered: (reading) => isUnanswered(reading, loop.observe(), policy, loop.state),
  });

  const check = async (): Promise<void> => {
    isChecking = true;
    try {
      const facts = { usesCachedMetrics: triggers.usesCachedMetrics, isHpaActive };
      // Where the HPA alone decides, newer KEDA takes the values that the HPA fetched.
      if (!isPaused && pollsSources(policy, facts))
        loop.setReadings(await triggers.read(signal, request('poll')));
      loop.step((snapshot, state, nowMs) => kedaTick(snapshot, policy, state, nowMs));
    } finally {
      isChecking = false;
      const waiting = [...pushedMeanwhile];
      pushedMeanwhile.clear();
      for (const index of waiting) pushed(index);
    }
  };

  const poll = async (): Promise<void> => {
    let retryMs = firstRetryMs;
    while (!signal.aborted) {
      const next = clock.sleep(policy.pollingIntervalMs, signal);
      // Ends with an abort while the check below is still running: nobody listens to it then.
      next.catch(() => {});
      await guarded(check);
      if (triggers.hasBegun || isPaused) await next;
      else {
        // An object that has never been ready is tried again with a growing pause, however rarely it is to be polled.
        await Promise.race([next, clock.sleep(retryMs, signal)]);
        retryMs *= 2;
      }
    }
  };

  const reconcile = async (): Promise<void> => {
    // At zero the HPA is off and asks nobody.
    if (options.desired() > 0 && !isPaused) {
      const [readings] = await Promise.all([
        triggers.read(signal, request('hpa')),
        options.podSamples?.measure(),
      ]);
      loop.setReadings(readings);
    }
    const decision = loop.step((snapshot, state, nowMs) => hpaTick(snapshot, policy, state, nowMs));
    const scaling = decision?.conditions.find(({ type }) => type === 'ScalingActive');
    if (scaling) isHpaActive = scaling.status === 'True';
  };

  const sync = async (): Promise<void> => {
    await clock.sleep(options.hpaPhaseMs ?? policy.hpa.syncPeriodMs, signal);
    while (!signal.aborted) {
      await guarded(reconcile);
      await clock.sleep(policy.hpa.syncPeriodMs, signal);
    }
  };

  const pushed = (index: number): void => {
    if (signal.aborted) return;
    if (isChecking) {
      pushedMeanwhile.add(index);
      return;
    }
    loop.markActive(index);
    loop.step((snapshot, state, nowMs) => kedaPush(snapshot, policy, state, nowMs));
  };

  const running = Promise.allSettled([poll(), sync(), isPaused ? null : triggers.watch(pushed, signal)]);
  return {
    notify: () => {
      // A cluster does not hear of single requests.
    },
    replicasChanged: () => {
      // Nor does it decide because a replica became ready.
    },
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await running;
    },
  };
}
