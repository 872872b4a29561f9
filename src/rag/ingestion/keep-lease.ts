import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { DocumentCatalogue, Lease, LeaseState } from './document-catalogue.ts';

export interface LeaseTimes {
  /** How long a job stays with a worker that is not heard of. */
  readonly leaseMs: number;
  /** How often a working one renews it. */
  readonly renewMs: number;
}

export const defaultLeaseTimes: LeaseTimes = { leaseMs: 10_000, renewMs: 3_000 };

export interface LeaseKeeper {
  /** Aborts when the lease is not held any more, or when the worker is to stop. */
  readonly signal: AbortSignal;
  /** What ended the lease; `held` while nothing has. */
  readonly state: () => LeaseState;
  readonly progress: (ratio: number) => void;
  /** Renews now, for at least `extraMs` longer than usual. @throws AppError `cancelled` unless the lease is held. */
  readonly confirm: (extraMs: number) => Promise<void>;
  readonly stop: () => void;
}

/** Renews a lease while its job is worked on, and says when the work is not wanted any more. */
export function keepLease(
  catalogue: DocumentCatalogue,
  lease: Lease,
  clock: Clock,
  times: LeaseTimes,
  workerSignal: AbortSignal,
): LeaseKeeper {
  const ended = new AbortController();
  let state: LeaseState = 'held';
  let ratio = 0;
  let leaseMs = times.leaseMs;
  let cancel: () => void = () => {};
  let stopped = false;

  const renew = async (): Promise<void> => {
    const answer = await catalogue.renew(lease, leaseMs, ratio);
    if (answer === 'held') return;
    state = answer;
    ended.abort(new AppError('cancelled', `The work on ${lease.source} is not wanted any more: ${answer}.`));
  };
  const schedule = (): void => {
    cancel = clock.schedule(
      times.renewMs,
      () =>
        // A renewal that fails (a locked database, say) is tried again; the lease outlives three of them.
        void renew()
          .catch(() => {})
          .then(() => {
            if (!stopped && !ended.signal.aborted) schedule();
          }),
      { background: true },
    );
  };
  schedule();
  const signal = AbortSignal.any([ended.signal, workerSignal]);
  return {
    signal,
    state: () => state,
    progress: (next) => {
      ratio = next;
    },
    confirm: async (extraMs) => {
      leaseMs = times.leaseMs + extraMs;
      await renew();
      signal.throwIfAborted();
    },
    stop: () => {
      stopped = true;
      cancel();
    },
  };
}
