import type { Clock } from '../../platform/clock.ts';

/** Long enough that nothing of a start or a stop is still under way. */
const quietMs = 5000;

export interface IdleWatch extends AsyncDisposable {
  /** Something changed: looked at again once it has been quiet for 5 s. */
  changed(): void;
}

/** Calls `collect` once whenever `isIdle` has been true for a while after a change; the start is one. */
export function collectWhenIdle(clock: Clock, isIdle: () => boolean, collect: () => void): IdleWatch {
  let cancel: (() => void) | null = null;
  const changed = (): void => {
    cancel?.();
    cancel = clock.schedule(
      quietMs,
      () => {
        if (isIdle()) collect();
      },
      { background: true },
    );
  };
  changed();
  return {
    changed,
    [Symbol.asyncDispose]: () => {
      cancel?.();
      return Promise.resolve();
    },
  };
}
