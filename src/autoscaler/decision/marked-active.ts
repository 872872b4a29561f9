import type { TriggerReading } from './load-snapshot.ts';

/**
 * The readings once the trigger at `index` has pushed "active": what the source says by itself outweighs that it could
 * not be asked. Its values stay until the next poll, which alone finds out the opposite.
 */
export function markedActive(readings: readonly TriggerReading[], index: number): readonly TriggerReading[] {
  return readings.map((reading) =>
    reading.index === index && !reading.isResource
      ? { ...reading, active: true, value: reading.value ?? 0, error: null }
      : reading,
  );
}
