import { createArrivalsBuilder, type Arrivals } from '../src/simulator/arrivals.ts';
import { createRandom, type Random } from '../src/simulator/random.ts';
import { dailyArrivals } from './simulated-scenario.ts';

const spanMs = 2 * 3_600_000;

/** Traces that nobody measured, each hard in its own way: what is tuned to one real hour shows here. Seeded. */
export function inventedTraces(): Readonly<Record<string, Arrivals>> {
  return {
    'bursts of minutes': bursts(3),
    'bursts of minutes, other seed': bursts(8),
    'batches over a trickle': batches(5),
    'a quiet night that wakes': dailyArrivals(0.3, 2.4, 7),
  };
}

const waitMs = (random: Random, meanMs: number): number => -Math.log(1 - random()) * meanMs;

/** A Poisson process that is switched: 40 s of a rate with a long tail, 80 s of nearly nothing, on average. */
function bursts(seed: number): Arrivals {
  const random = createRandom(seed);
  const builder = createArrivalsBuilder();
  for (let atMs = 0; atMs < spanMs;) {
    const isBurst = random() < 0.5;
    const lengthMs = waitMs(random, isBurst ? 40_000 : 80_000);
    const perSecond = isBurst ? 2 * (1 - random()) ** -0.7 : 0.05;
    for (let nextMs = atMs; (nextMs += waitMs(random, 1000 / perSecond)) <= atMs + lengthMs;) {
      builder.add(nextMs, null);
    }
    atMs += lengthMs;
  }
  builder.cover(0, spanMs);
  return builder.build();
}

/** Every two minutes 5 to 44 requests within 2 s, over one request in two seconds. */
function batches(seed: number): Arrivals {
  const random = createRandom(seed);
  const builder = createArrivalsBuilder();
  for (let atMs = 0; atMs < spanMs; atMs += waitMs(random, 120_000)) {
    const count = 5 + Math.floor(random() * 40);
    for (let left = count; left > 0; left -= 1) builder.add(atMs + random() * 2000, null);
  }
  for (let atMs = 0; atMs < spanMs; atMs += waitMs(random, 2000)) builder.add(atMs, null);
  builder.cover(0, spanMs);
  return builder.build();
}
