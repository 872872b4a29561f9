import type { TriggerReading } from './load-snapshot.ts';

/** 4 → "4", 2.8666 → "2.867", 86.5 → "86.5", 0.00012345 → "0.0001235": small rates are not nothing. */
export function formatNumber(value: number): string {
  return String(Number(Math.abs(value) < 1 ? value.toPrecision(4) : value.toFixed(3)));
}

/** 1 → "1 replica", 3 → "3 replicas". */
export function formatReplicas(count: number): string {
  return `${count} ${count === 1 ? 'replica' : 'replicas'}`;
}

/** Time left in words: "40 s", "4 min 20 s", "1 h 5 min". Rounded up, so it is never "0 s" before the end. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** A trigger as the user wrote it: its name, or its type and place. */
export function triggerLabel(reading: Pick<TriggerReading, 'name' | 'type' | 'index'>): string {
  return reading.name === null
    ? `trigger ${reading.index + 1} (${reading.type})`
    : `trigger ${reading.name} (${reading.type})`;
}

/** "Trigger orders (redis) reads 3, above its activation threshold 1." */
export function describeReading(reading: TriggerReading): string {
  const label = triggerLabel(reading);
  if (reading.error !== null) return `${label} failed: ${reading.error}`;
  if (reading.isResource) return `${label} never decides about activity`;
  const value = reading.value === null ? 'has no value' : `reads ${formatNumber(reading.value)}`;
  if (reading.activationThreshold === null) {
    return `${label} ${value} and is ${reading.active ? 'active' : 'inactive'}`;
  }
  const threshold = formatNumber(reading.activationThreshold);
  return `${label} ${value}, ${reading.active ? 'above' : 'not above'} its activation threshold ${threshold}`;
}

/** First letter in upper case, a full stop at the end. */
export function toSentence(text: string): string {
  const trimmed = text.trim();
  const start = trimmed.slice(0, 1).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
