import type { Arrivals } from './arrivals.ts';
import { sample } from './distribution.ts';
import type { Model } from './model.ts';
import { randomAt } from './random.ts';

/**
 * How long each request keeps a slot: from the trace where it knows, else drawn. A request draws the same time under
 * every policy, so that policies differ by what they decide and not by luck.
 */
export function serviceTimes(arrivals: Arrivals, model: Model): (index: number) => number {
  const { durationsMs } = arrivals;
  const { seed, service } = model;
  const drawn = (index: number): number =>
    service.kind === 'constant' ? service.ms : sample(service, randomAt(seed, index));
  if (durationsMs === null) return drawn;
  return (index) => {
    const known = durationsMs[index] ?? Number.NaN;
    return Number.isNaN(known) ? drawn(index) : known;
  };
}
