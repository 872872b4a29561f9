import type { ReplicaEndpoint } from '../../contract/load.ts';
import type { Clock } from '../../platform/clock.ts';
import { pickReplica } from './pick-replica.ts';

/** The right to send one request to one replica. */
export interface Slot {
  readonly replica: ReplicaEndpoint;
  /** Gives the slot back; a second call does nothing. */
  readonly release: () => void;
}

export interface ReplicaPool {
  /** The whole list each time. Requests under way on a replica that is gone keep counting until they end. */
  readonly setReplicas: (target: string, replicas: readonly ReplicaEndpoint[]) => void;
  /** A slot on the replica that packs best, or null when there is none free. */
  readonly acquire: (target: string) => Slot | null;
  /**
   * A ready replica for a request that is no demand, such as a health probe: it takes no slot and is not counted as in
   * flight, but the replica is not drained before it ends. Null when none is ready.
   */
  readonly visit: (target: string) => Slot | null;
  readonly freeSlots: (target: string) => number;
  readonly hasReady: (target: string) => boolean;
  readonly inFlight: (target: string) => number;
  /** Replicas without a request are left out. */
  readonly inFlightByReplica: (target: string) => ReadonlyMap<string, number>;
  /** The replica refused a connection: gives it nothing for a while, longer each time until one answers. */
  readonly putAside: (replicaId: string) => void;
  /** The replica answered. */
  readonly reinstate: (replicaId: string) => void;
  /** Resolves when nothing is in flight on it; at once when it is unknown. @throws the signal's reason. */
  readonly whenDrained: (replicaId: string, signal?: AbortSignal) => Promise<void>;
  /** Calls `listener` whenever a target may have gained a free slot. */
  readonly onFree: (listener: (target: string) => void) => void;
  readonly close: () => void;
}

interface Aside {
  /** False once its time is over; the entry stays until the replica answers, so that the next refusal waits longer. */
  resting: boolean;
  readonly waitMs: number;
  readonly cancel: () => void;
}

/** @param asideMs first time that a refusing replica is put aside; doubles up to 20 times this. */
export function createReplicaPool(clock: Clock, asideMs: number): ReplicaPool {
  const replicas = new Map<string, readonly ReplicaEndpoint[]>();
  const busy = new Map<string, Map<string, number>>();
  const visits = new Map<string, number>();
  const targetOf = new Map<string, string>();
  const aside = new Map<string, Aside>();
  const draining = new Map<string, Set<() => void>>();
  let notifyFree: (target: string) => void = () => {};

  const load = (target: string, id: string): number => busy.get(target)?.get(id) ?? 0;
  const isAside = (id: string): boolean => aside.get(id)?.resting ?? false;
  const listed = (target: string): readonly ReplicaEndpoint[] => replicas.get(target) ?? [];

  const reinstate = (id: string): void => {
    aside.get(id)?.cancel();
    aside.delete(id);
  };

  const isBusy = (id: string): boolean => visits.has(id) || [...busy.values()].some((loads) => loads.has(id));
  const tellIfDrained = (id: string): void => {
    const waiting = draining.get(id);
    if (!waiting || isBusy(id)) return;
    draining.delete(id);
    for (const resolve of waiting) resolve();
  };
  const count = (counts: Map<string, number>, id: string, by: 1 | -1): void => {
    const next = (counts.get(id) ?? 0) + by;
    if (next > 0) counts.set(id, next);
    else {
      counts.delete(id);
      tellIfDrained(id);
    }
  };

  return {
    setReplicas: (target, list) => {
      for (const gone of listed(target)) {
        if (list.some(({ id }) => id === gone.id)) continue;
        reinstate(gone.id);
        targetOf.delete(gone.id);
      }
      for (const { id } of list) targetOf.set(id, target);
      replicas.set(target, [...list]);
      notifyFree(target);
    },
    acquire: (target) => {
      const replica = pickReplica(listed(target), (id) => load(target, id), isAside);
      if (!replica) return null;
      const loads = busy.get(target) ?? new Map<string, number>();
      busy.set(target, loads);
      count(loads, replica.id, 1);
      const release = once(() => {
        count(loads, replica.id, -1);
        notifyFree(target);
      });
      return { replica, release };
    },
    visit: (target) => {
      const ready = listed(target).filter(({ state }) => state === 'ready');
      const replica = ready.find(({ id }) => !isAside(id)) ?? ready[0];
      if (!replica) return null;
      count(visits, replica.id, 1);
      return { replica, release: once(() => count(visits, replica.id, -1)) };
    },
    freeSlots: (target) =>
      listed(target)
        .filter(({ id, state }) => state === 'ready' && !isAside(id))
        .reduce((sum, { id, slots }) => sum + Math.max(0, slots - load(target, id)), 0),
    hasReady: (target) => listed(target).some(({ state }) => state === 'ready'),
    inFlight: (target) => [...(busy.get(target)?.values() ?? [])].reduce((sum, each) => sum + each, 0),
    inFlightByReplica: (target) => new Map(busy.get(target)),
    putAside: (id) => {
      const target = targetOf.get(id);
      // Several requests may fail on it at once: that is one refusal, not several.
      if (target === undefined || isAside(id)) return;
      const before = aside.get(id);
      before?.cancel();
      const waitMs = before ? Math.min(before.waitMs * 2, asideMs * 20) : asideMs;
      const over = (): void => {
        entry.resting = false;
        notifyFree(target);
      };
      const entry: Aside = {
        resting: true,
        waitMs,
        cancel: clock.schedule(waitMs, over, { background: true }),
      };
      aside.set(id, entry);
    },
    reinstate: (id) => {
      if (aside.has(id)) reinstate(id);
    },
    whenDrained: (id, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        if (!isBusy(id)) {
          resolve();
          return;
        }
        const waiting = draining.get(id) ?? new Set();
        draining.set(id, waiting);
        const aborted = (): void => {
          waiting.delete(done);
          reject(signal?.reason);
        };
        const done = (): void => {
          signal?.removeEventListener('abort', aborted);
          resolve();
        };
        waiting.add(done);
        signal?.addEventListener('abort', aborted, { once: true });
      }),
    onFree: (listener) => {
      notifyFree = listener;
    },
    close: () => {
      for (const id of aside.keys()) reinstate(id);
    },
  };
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    run();
  };
}
