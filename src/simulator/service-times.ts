import type { Arrivals } from './arrivals.ts';
import { sample } from './distribution.ts';
import type { Model } from './model.ts';
import { randomAt } from './random.ts';

interface Drawn {
  readonly seed: number;
  readonly service: Model['service'];
  readonly timesMs: Float64Array;
}

/** The bound, each policy and each point of a sweep ask for the same times: they are drawn once. */
const drawn = new WeakMap<Arrivals, Drawn>();

/**
 * How long each request keeps a slot: from the trace where it knows, else drawn. A request draws the same time under
 * every policy, so that policies differ by what they decide and not by luck.
 *
 * @returns one per arrival, milliseconds. Do not change.
 */
export function serviceTimes(arrivals: Arrivals, { seed, service }: Model): Float64Array {
  const known = drawn.get(arrivals);
  if (known?.seed === seed && known.service === service) return known.timesMs;
  const { durationsMs } = arrivals;
  const timesMs = new Float64Array(arrivals.timesMs.length);
  for (let index = 0; index < timesMs.length; index += 1) {
    const written = durationsMs?.[index] ?? Number.NaN;
    timesMs[index] = Number.isNaN(written) ? sample(service, randomAt(seed, index)) : written;
  }
  drawn.set(arrivals, { seed, service, timesMs });
  return timesMs;
}
