import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ConversationStore } from './conversation-store.ts';

/** How long a turn stays its replica's without a word from it; then readers see it as interrupted. */
export const leaseMs = 6000;
/** How often the lease is prolonged: two may fail before it is lost. */
export const renewEveryMs = 2000;

export interface KeptLease extends Disposable {
  /** Aborts with `conflict` when the turn was taken over or deleted. */
  readonly lost: AbortSignal;
}

/** Prolongs the lease of a turn until disposed. A failing store is tried again at the next beat. */
export function keepLease(
  store: Pick<ConversationStore, 'renew'>,
  clock: Clock,
  turnId: string,
  holder: string,
): KeptLease {
  const lost = new AbortController();
  let cancel = (): void => {};
  let disposed = false;
  const beat = async (): Promise<void> => {
    try {
      const kept = await store.renew(turnId, { holder, untilMs: clock.now() + leaseMs }, clock.now());
      if (!kept && !disposed)
        lost.abort(new AppError('conflict', 'The turn was taken over by another attempt, or deleted.'));
    } catch {
      // A store that is busy now may not be at the next beat; the lease outlives two of them.
    }
    if (!disposed && !lost.signal.aborted) next();
  };
  const next = (): void => {
    cancel = clock.schedule(renewEveryMs, () => void beat(), { background: true });
  };
  next();
  return {
    lost: lost.signal,
    [Symbol.dispose]: () => {
      disposed = true;
      cancel();
    },
  };
}
