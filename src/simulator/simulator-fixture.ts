import type { TriggerReading } from '../autoscaler/decision/load-snapshot.ts';
import { createArrivalsBuilder, type Arrivals } from './arrivals.ts';
import { defaultModel, type Model } from './model.ts';
import type { SimulatedPolicy, World } from './simulated-policy.ts';
import type { SimulatedTriggers } from './simulated-triggers.ts';

// Whole objects for tests, with what a test is about as overrides.

/** Arrivals at these milliseconds; the trace lasts `spanMs`. */
export function arrivalsAt(timesMs: readonly number[], spanMs: number, startMs = 0): Arrivals {
  const builder = createArrivalsBuilder();
  for (const atMs of timesMs) builder.add(startMs + atMs, null);
  builder.cover(startMs, startMs + spanMs);
  return builder.build();
}

/** One slot, 1 s to start, 500 ms to answer. */
export function modelOf(overrides: Partial<Model> = {}): Model {
  return {
    ...defaultModel,
    start: { kind: 'constant', ms: 1000 },
    service: { kind: 'constant', ms: 500 },
    ...overrides,
  };
}

/** At most `maxPending` requests, each for at most `timeoutMs`. */
export function holdOf(maxPending: number, timeoutMs: number): Model['hold'] {
  const bounds = { maxPending, maxPendingBytes: 1_000_000 };
  return { perTarget: bounds, total: bounds, timeoutMs };
}

/** Does what it is told at these times, and nothing else. */
export function scripted(steps: Readonly<Record<number, number>>): SimulatedPolicy {
  return {
    name: 'scripted',
    begin: (world) => {
      for (const [atMs, replicas] of Object.entries(steps)) {
        world.at(Number(atMs), () => world.scaleTo(replicas, []));
      }
    },
  };
}

/** Triggers that read what `read` says at each time. */
export function triggersOf(read: (world: World) => readonly TriggerReading[] = () => []): SimulatedTriggers {
  return {
    begin: () => {},
    loadChanged: () => {},
    read: (world) => Promise.resolve(read(world)),
    notes: () => [],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
