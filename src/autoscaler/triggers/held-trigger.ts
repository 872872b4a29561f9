import type { Trigger } from './trigger.ts';

/** A trigger that several may be asking at once. Given up, it is closed when the last of them has its answer. */
export interface HeldTrigger {
  use<Answer>(ask: (trigger: Trigger) => Promise<Answer>): Promise<Answer>;
  /** Nobody new will ask. */
  giveUp(): void;
}

/** @param closing is told of the closing, which may fail. */
export function holdTrigger(trigger: Trigger, closing: (closed: PromiseLike<void>) => void): HeldTrigger {
  let asking = 0;
  let isGivenUp = false;
  const closeWhenFree = (): void => {
    if (isGivenUp && asking === 0) closing(trigger[Symbol.asyncDispose]());
  };
  return {
    use: async (ask) => {
      asking += 1;
      try {
        return await ask(trigger);
      } finally {
        asking -= 1;
        closeWhenFree();
      }
    },
    giveUp: () => {
      if (isGivenUp) return;
      isGivenUp = true;
      closeWhenFree();
    },
  };
}
