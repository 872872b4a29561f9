import type { ReplicaLoad } from '../load-snapshot.ts';

/**
 * Which replicas to stop when the count falls: never one with a request or an open stream. Those whose start has not
 * begun first, then the longest idle, then, when those do not suffice, ones that are still starting; ties by id.
 *
 * @param count how many fewer are wanted.
 * @returns at most `count` ids; fewer when the rest is busy: ask again when one of those falls idle.
 */
export function chooseVictims(replicas: readonly ReplicaLoad[], count: number): readonly string[] {
  const free = replicas.filter(({ state, inFlight }) => state !== 'draining' && inFlight === 0);
  const rank = ({ idleSinceMs, isWaiting, state }: ReplicaLoad): number => {
    if (isWaiting) return -Infinity;
    return state === 'ready' ? (idleSinceMs ?? Number.MAX_VALUE) : Infinity;
  };
  return free
    .toSorted((a, b) => {
      const [first, second] = [rank(a), rank(b)];
      if (first !== second) return first < second ? -1 : 1;
      return a.id < b.id ? -1 : 1;
    })
    .slice(0, Math.max(0, count))
    .map(({ id }) => id);
}
