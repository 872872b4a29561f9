import * as z from 'zod';
import type { RecordedArrival } from './traces/recorded.ts';

/** What is used of a status of the admin listener's `/events`; the rest is not looked at. */
const statusEvent = z.object({
  status: z.object({
    atMs: z.number(),
    targets: z.array(z.object({ target: z.string(), arrivals: z.number() })),
  }),
});

/** Turns statuses into recorded arrivals. */
export interface ArrivalRecorder {
  /**
   * @param data the JSON of one `status` event.
   * @returns a line for each target that anything arrived for since the status before; the first status gives none.
   */
  take(data: string): readonly RecordedArrival[];
}

/** @param only the scale target to record; null records all. */
export function createArrivalRecorder(only: string | null): ArrivalRecorder {
  const known = new Map<string, { readonly arrivals: number; readonly atMs: number }>();
  return {
    take: (data) => {
      const parsed = statusEvent.safeParse(JSON.parse(data));
      if (!parsed.success) return [];
      const { atMs, targets } = parsed.data.status;
      return targets.flatMap(({ arrivals, target }): RecordedArrival[] => {
        if (only !== null && target !== only) return [];
        const before = known.get(target);
        known.set(target, { arrivals, atMs });
        if (before === undefined) return [];
        // A counter that fell has begun again at 0 with a new process.
        const count = arrivals < before.arrivals ? arrivals : arrivals - before.arrivals;
        if (count === 0) return [];
        // Statuses come at most every 100 ms, but after a silence the arrival is what brought this one about.
        return [{ t: atMs, target, count, overMs: Math.min(100, Math.max(0, atMs - before.atMs)) }];
      });
    },
  };
}
