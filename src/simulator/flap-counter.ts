/** Counts how often a replica count turns round soon after it moved the other way. */
export interface FlapCounter {
  changed(from: number, to: number, nowMs: number): void;
  readonly flaps: number;
  readonly changes: number;
}

/** @param windowMs a change against the last direction counts as a flap when the last change is less than this ago. */
export function createFlapCounter(windowMs: number): FlapCounter {
  let direction = 0;
  let atMs = -Infinity;
  let flaps = 0;
  let changes = 0;
  return {
    get flaps() {
      return flaps;
    },
    get changes() {
      return changes;
    },
    changed: (from, to, nowMs) => {
      const next = Math.sign(to - from);
      if (next === 0) return;
      changes += 1;
      if (direction === -next && nowMs - atMs < windowMs) flaps += 1;
      direction = next;
      atMs = nowMs;
    },
  };
}
