import type { Clock } from '../platform/clock.ts';
import { hpaTick } from './decision/hpa-tick.ts';
import { kedaTick } from './decision/keda-tick.ts';
import type { KedaPolicy } from './decision/scale-policy.ts';
import type { Loop } from './loop.ts';
import type { PolicyClock } from './policy-clock.ts';
import type { TriggerSet } from './triggers/trigger-set.ts';

export interface KedaClockOptions {
  readonly loop: Loop;
  readonly policy: KedaPolicy;
  readonly triggers: TriggerSet;
  readonly clock: Clock;
  /** spec.replicas now. */
  readonly desired: () => number;
}

/**
 * Policy `keda`: two clocks on one number, each in a phase of its own. The poll has a period (its timer is armed before
 * the check, and checks never overlap); the HPA has a gap, from the end of a sync to the start of the next.
 */
export function createKedaClock(options: KedaClockOptions): PolicyClock {
  const { clock, loop, policy, triggers } = options;
  const stopped = new AbortController();
  const { signal } = stopped;

  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      const next = clock.sleep(policy.pollingIntervalMs, signal);
      // Ends with an abort while the check below is still running: nobody listens to it then.
      next.catch(() => {});
      loop.setReadings(await triggers.read(signal));
      loop.step((snapshot, state, nowMs) => kedaTick(snapshot, policy, state, nowMs));
      await next;
    }
  };

  const sync = async (): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(policy.hpa.syncPeriodMs, signal);
      // At zero the HPA is off and asks nobody.
      if (options.desired() > 0) loop.setReadings(await triggers.read(signal, loop.readings));
      loop.step((snapshot, state, nowMs) => hpaTick(snapshot, policy, state, nowMs));
    }
  };

  const running = Promise.allSettled([poll(), sync()]);
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
