/** How many processes may be starting at once, over all targets: starting is work for a core, and more at once only delays all. */
export interface StartSlots {
  /** Takes a slot if one is free. */
  take(): boolean;
  give(): void;
  /** Calls `listener` whenever a slot has become free. @returns a function that stops it. */
  onFree(listener: () => void): () => void;
}

export function createStartSlots(slots: number): StartSlots {
  let free = slots;
  const listeners = new Set<() => void>();
  return {
    take: () => {
      if (free <= 0) return false;
      free -= 1;
      return true;
    },
    give: () => {
      free += 1;
      for (const listener of listeners) listener();
    },
    onFree: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
