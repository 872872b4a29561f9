import type { LoadReport } from '../contract/load.ts';
import type { LoadSnapshot, PodSample, ReplicaLoad, TriggerReading } from './decision/load-snapshot.ts';
import type { ReplicaStatus, ScaleTarget } from './targets/scale-target.ts';

/** Puts together what a decision looks at. Remembers since when each replica has been idle. */
export interface Observer {
  observe(nowMs: number, triggers: readonly TriggerReading[], triggersReadAtMs: number | null): LoadSnapshot;
}

/** Only of an idle replica: nobody asks a busy one. */
function startOf({ readyAtMs, startedAtMs }: ReplicaStatus): { readonly startMs?: number } {
  return readyAtMs === null || startedAtMs === null ? {} : { startMs: readyAtMs - startedAtMs };
}

/** @param pods only where a trigger is cpu or memory. */
export function createObserver(
  target: ScaleTarget,
  slots: number,
  load: () => LoadReport,
  pods?: () => readonly PodSample[],
): Observer {
  const idleSince = new Map<string, number>();

  const loadOf = (replica: ReplicaStatus, inFlight: number, nowMs: number): ReplicaLoad => {
    const state = replica.state === 'failed' ? 'starting' : replica.state;
    if (state !== 'ready' || inFlight > 0) {
      idleSince.delete(replica.id);
      const waits = state === 'starting' && replica.startedAtMs === null;
      return { id: replica.id, state, inFlight, idleSinceMs: null, ...(waits ? { isWaiting: true } : {}) };
    }
    const sinceMs = idleSince.get(replica.id) ?? nowMs;
    idleSince.set(replica.id, sinceMs);
    return { id: replica.id, state, inFlight, idleSinceMs: sinceMs, ...startOf(replica) };
  };

  return {
    observe: (nowMs, triggers, triggersReadAtMs) => {
      const report = load();
      const statuses = target.replicas();
      const replicas = statuses.map((replica) =>
        loadOf(replica, report.inFlightByReplica.get(replica.id) ?? 0, nowMs),
      );
      for (const id of idleSince.keys()) {
        if (!statuses.some((replica) => replica.id === id)) idleSince.delete(id);
      }
      const count = (state: ReplicaLoad['state']): number =>
        replicas.filter((replica) => replica.state === state).length;
      return {
        specReplicas: target.desired,
        statusReplicas: replicas.length - count('draining'),
        readyReplicas: count('ready'),
        startingReplicas: count('starting'),
        pending: report.pending,
        inFlight: report.inFlight,
        lastActivityMs: report.lastActivityMs,
        ...(report.refusedAtMs === undefined ? {} : { refusedAtMs: report.refusedAtMs }),
        slotsPerReplica: slots,
        replicas,
        triggers,
        ...(triggersReadAtMs === null ? {} : { triggersReadAtMs }),
        ...(pods ? { pods: pods() } : {}),
      };
    },
  };
}
