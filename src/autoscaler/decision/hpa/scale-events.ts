import type { ScaleEvent } from '../decision-state.ts';
import type { HpaScalingPolicy } from '../scale-policy.ts';

/** Replicas added (or removed) within the period; an event exactly as old as the period no longer counts. */
export function changeWithin(events: readonly ScaleEvent[], periodSeconds: number, nowMs: number): number {
  const cutoffMs = nowMs - periodSeconds * 1000;
  let change = 0;
  for (const event of events) if (event.atMs > cutoffMs) change += event.replicaChange;
  return change;
}

/**
 * Remembers a change that is really made. Slots older than the longest period of the direction are marked, and the
 * last marked one is reused, so the list stays short.
 *
 * @param policies of the direction, defaults filled in; null without a `behavior`, when nothing is remembered.
 */
export function storeScaleEvent(
  events: readonly ScaleEvent[],
  policies: readonly HpaScalingPolicy[] | null,
  replicaChange: number,
  nowMs: number,
): readonly ScaleEvent[] {
  if (policies === null) return events;
  const longestMs = 1000 * policies.reduce((most, { periodSeconds }) => Math.max(most, periodSeconds), 0);
  const marked = events.map((event) =>
    event.atMs < nowMs - longestMs ? { ...event, outdated: true } : event,
  );
  const added: ScaleEvent = { replicaChange, atMs: nowMs, outdated: false };
  const slot = marked.findLastIndex(({ outdated }) => outdated);
  return slot === -1 ? [...marked, added] : marked.with(slot, added);
}
