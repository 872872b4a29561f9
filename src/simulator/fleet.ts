import { planReplicas, type PlannedReplica } from '../autoscaler/targets/plan-replicas.ts';
import type { ReplicaAddress, ReplicaEndpoint } from '../contract/load.ts';
import { sample } from './distribution.ts';
import type { Model } from './model.ts';
import { randomAt } from './random.ts';
import { createStepCurve, type StepCurve } from './step-curve.ts';

/** A replica that costs nothing and does nothing but count. Changed only by its fleet and the engine. */
export interface SimulatedReplica extends ReplicaEndpoint {
  readonly target: string;
  state: 'starting' | 'ready' | 'draining';
  inFlight: number;
  /** Since when it has had nothing to do; null while busy or starting. */
  idleSinceMs: number | null;
  /** When its process began; null while it waits for its turn to start. */
  startedAtMs: number | null;
  /** From then until it was ready; 0 before. */
  startMs: number;
  /** When what it has not finished is cut; null while it does not drain. */
  cutAtMs: number | null;
  /** Its process has ended: what is still planned for it no longer counts. */
  isGone: boolean;
}

export interface FleetEvents {
  /** It will be ready at `atMs`, unless it is gone by then. */
  readonly readyAt: (replica: SimulatedReplica, atMs: number) => void;
  /** It drains; whatever it has not finished at `atMs` is cut. */
  readonly endsAt: (replica: SimulatedReplica, atMs: number) => void;
}

/** The replicas of one scale target: the plan of the process driver, without processes. */
export interface Fleet {
  /** Not gone, oldest first. Do not keep. */
  readonly replicas: readonly SimulatedReplica[];
  /** `spec.replicas`. */
  readonly desired: number;
  readonly starts: number;
  /** Processes over time: what costs money. */
  readonly running: StepCurve;
  byId(id: string): SimulatedReplica | undefined;
  scaleTo(replicas: number, victims: readonly string[], nowMs: number): void;
  /** Ready at time 0, started long before. */
  beginWith(replicas: number): void;
  /** A replica's start is over: it may take requests, and the next in line may start. */
  becameReady(replica: SimulatedReplica, nowMs: number): void;
  /** Its process ends. */
  remove(replica: SimulatedReplica, nowMs: number): void;
  freeSlots(): number;
  readonly hasReady: boolean;
}

const nowhere: ReplicaAddress = { kind: 'tcp', host: '', port: 0 };

export function createFleet(model: Model, spanMs: number, buckets: number, events: FleetEvents): Fleet {
  let replicas: SimulatedReplica[] = [];
  const ids = new Map<string, SimulatedReplica>();
  const running = createStepCurve(spanMs, buckets);
  let desired = 0;
  let created = 0;
  let starting = 0;
  let starts = 0;
  let processes = 0;

  const startWaiting = (nowMs: number): void => {
    for (const replica of replicas) {
      if (starting >= model.startCapacity) return;
      if (replica.state !== 'starting' || replica.startedAtMs !== null) continue;
      replica.startedAtMs = nowMs;
      starting += 1;
      processes += 1;
      running.set(processes, nowMs);
      // Another stream of numbers than the service times have.
      const tookMs = sample(model.start, randomAt(model.seed ^ 0x5bd1_e995, starts));
      starts += 1;
      events.readyAt(replica, probed(nowMs + tookMs));
    }
  };

  const create = (): SimulatedReplica => {
    created += 1;
    const replica: SimulatedReplica = {
      id: `r${created}`,
      target: model.target,
      address: nowhere,
      slots: model.slots,
      state: 'starting',
      inFlight: 0,
      idleSinceMs: null,
      startedAtMs: null,
      startMs: 0,
      cutAtMs: null,
      isGone: false,
    };
    replicas.push(replica);
    ids.set(replica.id, replica);
    return replica;
  };

  const probed = (atMs: number): number =>
    model.readinessPeriodMs > 0 ? Math.ceil(atMs / model.readinessPeriodMs) * model.readinessPeriodMs : atMs;

  const remove = (replica: SimulatedReplica, nowMs: number): void => {
    if (replica.isGone) return;
    replica.isGone = true;
    replicas = replicas.filter((other) => other !== replica);
    ids.delete(replica.id);
    if (replica.startedAtMs === null) return;
    if (replica.state === 'starting') starting -= 1;
    processes -= 1;
    running.set(processes, nowMs);
  };

  const stop = (replica: SimulatedReplica, nowMs: number): void => {
    if (replica.inFlight === 0) {
      remove(replica, nowMs);
      return;
    }
    replica.state = 'draining';
    replica.idleSinceMs = null;
    replica.cutAtMs = nowMs + model.terminationGraceMs;
    events.endsAt(replica, replica.cutAtMs);
  };

  const planned = (replica: SimulatedReplica): PlannedReplica => ({
    id: replica.id,
    state: replica.state,
    // A busy draining replica has not been told to exit yet.
    revivable: replica.inFlight > 0,
  });

  return {
    get replicas() {
      return replicas;
    },
    get desired() {
      return desired;
    },
    get starts() {
      return starts;
    },
    get hasReady() {
      return replicas.some(({ state }) => state === 'ready');
    },
    running,
    byId: (id) => ids.get(id),
    scaleTo: (count, victims, nowMs) => {
      const plan = planReplicas(replicas.map(planned), count, victims);
      desired = count;
      for (const id of plan.revive) {
        const replica = ids.get(id);
        if (!replica) continue;
        replica.state = 'ready';
        replica.cutAtMs = null;
      }
      for (const id of plan.stop) {
        const replica = ids.get(id);
        if (replica) stop(replica, nowMs);
      }
      for (let left = plan.start; left > 0; left -= 1) {
        create();
      }
      startWaiting(nowMs);
    },
    beginWith: (count) => {
      desired = count;
      for (let left = count; left > 0; left -= 1) {
        const replica = create();
        replica.state = 'ready';
        replica.startedAtMs = 0;
        replica.idleSinceMs = 0;
      }
      processes += count;
      running.set(processes, 0);
    },
    becameReady: (replica, nowMs) => {
      starting -= 1;
      replica.state = 'ready';
      replica.idleSinceMs = nowMs;
      replica.startMs = nowMs - (replica.startedAtMs ?? nowMs);
      startWaiting(nowMs);
    },
    remove: (replica, nowMs) => {
      remove(replica, nowMs);
      startWaiting(nowMs);
    },
    freeSlots: () => {
      let free = 0;
      for (const replica of replicas) {
        if (replica.state === 'ready') free += replica.slots - replica.inFlight;
      }
      return free;
    },
  };
}
