import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { decideInstant } from './decision/decide-instant.ts';
import type { InstantPolicy } from './decision/scale-policy.ts';
import type { Loop } from './loop.ts';
import type { PolicyClock } from './policy-clock.ts';
import type { TriggerSet } from './triggers/trigger-set.ts';

export interface InstantClockOptions {
  readonly loop: Loop;
  readonly policy: InstantPolicy;
  readonly triggers: TriggerSet;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Policy `instant`: decides on each arrival, each end and each change of a replica, when a clock inside the last decision
 * ends, and on each push of an external scaler. Triggers are read beside it at their polling interval: however slow they
 * are, an arrival does not wait.
 */
export function createInstantClock({
  clock,
  logger,
  loop,
  policy,
  triggers,
}: InstantClockOptions): PolicyClock {
  const stopped = new AbortController();
  let cancelCheck: (() => void) | null = null;

  const decide = (): void => {
    if (stopped.signal.aborted) return;
    const decision = loop.step((snapshot, state, nowMs) => decideInstant(snapshot, policy, state, nowMs));
    if (!decision) return;
    cancelCheck?.();
    cancelCheck = null;
    if (decision.nextCheckAtMs !== null) {
      // A clock that ends now or in the past would else be asked without pause.
      cancelCheck = clock.schedule(Math.max(1, decision.nextCheckAtMs - clock.now()), decide);
    }
  };

  const poll = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const startedMs = clock.now();
      try {
        loop.setReadings(await triggers.read(stopped.signal));
        decide();
      } catch (error) {
        // Triggers turn their errors into readings; whatever else goes wrong, there is a next reading.
        if (!stopped.signal.aborted) logger.error({ event: 'scaling-check-failed', error });
      }
      await clock.sleep(Math.max(0, policy.pollingIntervalMs - (clock.now() - startedMs)), stopped.signal);
    }
  };

  // A paused object asks nobody, as on a cluster.
  const { paused: isPaused } = policy.pause;
  const polling = (isPaused ? Promise.resolve() : poll()).catch(() => {
    // Only the signal ends it.
  });
  const watching = isPaused
    ? null
    : triggers.watch((index) => {
        loop.markActive(index);
        decide();
      }, stopped.signal);
  decide();
  return {
    notify: decide,
    replicasChanged: decide,
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      cancelCheck?.();
      await polling;
      await watching;
    },
  };
}
