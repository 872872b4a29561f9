import type { MemoryTarget } from '../../src/autoscaler/targets/drivers/memory.ts';
import type { LoadReport } from '../../src/contract/load.ts';
import type { Clock } from '../../src/platform/clock.ts';

/** A gateway of records: holds requests, gives them to replicas with a free slot, ends them on the clock. */
export interface MemoryGateway {
  arrive(serviceMs: number): void;
  load(): LoadReport;
  whenDrained(replicaId: string): Promise<void>;
  /** Call after each change of a replica: requests of one that is gone have ended. */
  replicasChanged(): void;
  readonly counts: { arrived: number; answered: number; cut: number; timedOut: number };
}

const holdMs = 60_000;

export function createMemoryGateway(
  clock: Clock,
  target: () => MemoryTarget,
  notify: () => void,
): MemoryGateway {
  const counts = { arrived: 0, answered: 0, cut: 0, timedOut: 0 };
  const held: { readonly serviceMs: number; readonly cancel: () => void }[] = [];
  const busy = new Map<string, Set<() => void>>();
  const draining = new Map<string, () => void>();
  let lastActivityMs: number | null = null;

  const ended = (id: string): void => {
    lastActivityMs = clock.now();
    if ((busy.get(id)?.size ?? 0) === 0) {
      busy.delete(id);
      draining.get(id)?.();
      draining.delete(id);
    }
  };
  const begin = (id: string, serviceMs: number): void => {
    const here = busy.get(id) ?? new Set<() => void>();
    busy.set(id, here);
    const cancel = clock.schedule(serviceMs, () => {
      here.delete(cancel);
      counts.answered += 1;
      ended(id);
      release();
      notify();
    });
    here.add(cancel);
  };
  const release = (): void => {
    for (const { id, slots, state } of target().replicas()) {
      const free = state === 'ready' ? slots - (busy.get(id)?.size ?? 0) : 0;
      for (const next of held.splice(0, Math.max(0, free))) {
        next.cancel();
        begin(id, next.serviceMs);
      }
    }
  };

  return {
    counts,
    arrive: (serviceMs) => {
      counts.arrived += 1;
      lastActivityMs = clock.now();
      const request = {
        serviceMs,
        cancel: clock.schedule(holdMs, () => {
          held.splice(held.indexOf(request), 1);
          counts.timedOut += 1;
          lastActivityMs = clock.now();
          notify();
        }),
      };
      held.push(request);
      release();
      notify();
    },
    load: () => {
      const inFlightByReplica = new Map([...busy].map(([id, requests]) => [id, requests.size]));
      return {
        target: target().name,
        atMs: clock.now(),
        pending: held.length,
        inFlight: [...inFlightByReplica.values()].reduce((sum, count) => sum + count, 0),
        arrivals: counts.arrived,
        lastActivityMs,
        inFlightByReplica,
      };
    },
    whenDrained: (id) =>
      new Promise((resolve) => {
        if (busy.has(id)) draining.set(id, resolve);
        else resolve();
      }),
    replicasChanged: () => {
      const alive = new Set(
        target()
          .replicas()
          .filter(({ state }) => state === 'ready' || state === 'draining')
          .map(({ id }) => id),
      );
      for (const [id, requests] of busy) {
        if (alive.has(id)) continue;
        for (const cancel of requests) cancel();
        counts.cut += requests.size;
        requests.clear();
        ended(id);
      }
      release();
    },
  };
}
