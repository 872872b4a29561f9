import { sleepBy, type Clock } from './clock.ts';

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to advance: for tests and the simulator. */
export interface VirtualClock extends Clock {
  /** Runs everything due up to `ms` from now, in order of time, letting promise callbacks settle in between. */
  advance(ms: number): Promise<void>;
  /** How many calls are waiting. */
  readonly waiting: number;
}

/** @param startMs what `now()` answers first. */
export function createVirtualClock(startMs = 0): VirtualClock {
  let nowMs = startMs;
  let order = 0;
  let entries: Entry[] = [];
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  const clock: VirtualClock = {
    get waiting() {
      return entries.length;
    },
    now: () => nowMs,
    monotonic: () => nowMs,
    schedule: (ms, run) => {
      order += 1;
      const entry: Entry = { atMs: nowMs + Math.max(0, ms), order, run };
      entries.push(entry);
      return () => {
        entries = entries.filter((other) => other !== entry);
      };
    },
    sleep: (ms, signal) => sleepBy(clock, ms, signal),
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        const next = entries
          .filter((entry) => entry.atMs <= untilMs)
          .sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
        if (!next) break;
        entries = entries.filter((entry) => entry !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
        await settle();
      }
      nowMs = untilMs;
    },
  };
  return clock;
}
