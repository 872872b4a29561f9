import type { LoadSnapshot, ReplicaLoad } from '../autoscaler/decision/load-snapshot.ts';
import { pickReplica } from '../gateway/forward/pick-replica.ts';
import { emptyHold, holdStep, nextDeadlineMs, type HoldEvent } from '../gateway/hold/hold-core.ts';
import type { Arrivals } from './arrivals.ts';
import { createEventHeap } from './event-heap.ts';
import { createFlapCounter } from './flap-counter.ts';
import { createFleet, type SimulatedReplica } from './fleet.ts';
import { createMeasures } from './measures.ts';
import type { Model } from './model.ts';
import type { Outcome } from './outcome.ts';
import { serviceTimes } from './service-times.ts';
import type { SimulatedPolicy, World, WorldChange } from './simulated-policy.ts';

/** The end of a request is the replica that answered it, which is there already; anything else has a word. */
type EngineEvent =
  | SimulatedReplica
  | { readonly kind: 'ready' | 'cut'; readonly replica: SimulatedReplica }
  | { readonly kind: 'call'; readonly run: () => void | Promise<void> };

export interface EngineOptions {
  readonly arrivals: Arrivals;
  readonly model: Model;
  readonly policy: SimulatedPolicy;
  /** @defaultValue 600000 */
  readonly flapWindowMs?: number;
  /** Parts of the curves. @defaultValue 240 */
  readonly buckets?: number;
  /** Told now and then which part of the trace's span is over, 0 to 1. */
  readonly progress?: (part: number) => void;
  /** Ends the run early. @throws its reason. */
  readonly signal?: AbortSignal;
}

/** Things that happen between two reports, so that a year of silence moves the bar as well. */
const progressEvery = 100_000;
/** Held for ever and never woken: such a run ends this long after the trace. */
const longestTailMs = 86_400_000;

/**
 * Replays a trace: arrivals -> hold core -> replicas, with one policy deciding on replicas, on a clock that jumps from
 * event to event. Of things at one time: ends, starts and the policy's own calls in the order they were planned, then
 * hold deadlines, then the policy's alarm, then arrivals. The same inputs give the same outcome, bit for bit.
 *
 * As in the gateway, a request with a free slot never waits, whoever waits goes first, and a policy is told of an
 * arrival when it is already held or in flight, of an end when its slot has been passed on.
 */
export async function runEngine(options: EngineOptions): Promise<Outcome> {
  const { arrivals, model, policy, flapWindowMs = 600_000, buckets = 240 } = options;
  const { timesMs } = arrivals;
  // A trace of one moment still has a span, so that its curves have a width.
  const spanMs = Math.max(1, arrivals.spanMs);
  const total = timesMs.length;
  const serviceMs = serviceTimes(arrivals, model);
  const events = createEventHeap<EngineEvent>();
  const flaps = createFlapCounter(flapWindowMs);
  const measures = createMeasures(spanMs, buckets);
  const fleet = createFleet(model, spanMs, buckets, {
    readyAt: (replica, atMs) => events.push(atMs, { kind: 'ready', replica }),
    endsAt: (replica, atMs) => events.push(atMs, { kind: 'cut', replica }),
  });
  let nowMs = 0;
  let happened = 0;
  let arrived = 0;
  let inFlight = 0;
  let lastActivityMs: number | null = null;
  let refusedAtMs: number | null = null;
  let hold = emptyHold;
  let deadlineMs = Infinity;
  let alarmMs = Infinity;
  /** Held while nothing was ready, so their wait is a cold start. */
  const cold = new Set<number>();

  const inFlightOf = (id: string): number => fleet.byId(id)?.inFlight ?? 0;
  const never = (): boolean => false;

  const pick = (): SimulatedReplica | null => {
    const picked = pickReplica(fleet.replicas, inFlightOf, never);
    return picked === null ? null : (fleet.byId(picked.id) ?? null);
  };

  const begin = (index: number, replica: SimulatedReplica): void => {
    replica.inFlight += 1;
    replica.idleSinceMs = null;
    inFlight += 1;
    const waitedMs = nowMs - (timesMs[index] ?? 0);
    measures.began(waitedMs, cold.delete(index));
    events.push(nowMs + (serviceMs[index] ?? 0), replica);
  };

  const holdEvent = (event: HoldEvent): void => {
    const step = holdStep(hold, event, model.hold, nowMs);
    hold = step.state;
    for (const action of step.actions) {
      if (action.kind === 'release') {
        const replica = pick();
        if (replica === null) throw new Error('The fleet has fewer free slots than it said.');
        begin(action.id, replica);
      } else if (action.reason === 'timed-out') {
        measures.timedOut(nowMs - (timesMs[action.id] ?? 0), cold.delete(action.id));
      } else {
        cold.delete(action.id);
        measures.rejected();
        refusedAtMs = nowMs;
      }
    }
    deadlineMs = nextDeadlineMs(hold, model.hold) ?? Infinity;
  };

  const slotsFreed = (): void => {
    if (hold.pending === 0) return;
    const slots = fleet.freeSlots();
    if (slots > 0) holdEvent({ type: 'free', target: model.target, slots });
  };

  /** Once somebody who asks now would get a slot, what was refused is no demand any more. */
  const forgetRefusal = (): void => {
    if (refusedAtMs !== null && fleet.freeSlots() > 0) refusedAtMs = null;
  };

  /** As the gateway: a refusal counts for as long as the request would have been held. */
  const refusal = (): number | null => {
    const { timeoutMs } = model.hold;
    const isOver = refusedAtMs !== null && timeoutMs > 0 && nowMs - refusedAtMs >= timeoutMs;
    return isOver ? null : refusedAtMs;
  };

  const loadChanged = (): void => measures.load(hold.pending, inFlight, nowMs);

  const tell = (change: WorldChange): void => policy.changed?.(world, change);

  const arrive = (index: number): void => {
    arrived += 1;
    lastActivityMs = nowMs;
    const replica = hold.pending > 0 ? null : pick();
    if (replica !== null) {
      begin(index, replica);
    } else {
      if (!fleet.hasReady) cold.add(index);
      const request = { id: index, target: model.target, bytes: 0, sinceMs: nowMs };
      holdEvent({ type: 'arrive', request });
    }
    measures.arrived(nowMs);
    loadChanged();
    tell('arrival');
  };

  const end = (replica: SimulatedReplica): void => {
    if (replica.isGone) return;
    replica.inFlight -= 1;
    inFlight -= 1;
    measures.completed();
    lastActivityMs = nowMs;
    if (replica.state === 'draining') {
      if (replica.inFlight === 0) {
        fleet.remove(replica, nowMs);
        tell('replicas');
      }
    } else {
      slotsFreed();
      forgetRefusal();
    }
    const isIdle = replica.inFlight === 0 && replica.state === 'ready';
    if (isIdle) replica.idleSinceMs = nowMs;
    loadChanged();
    tell(isIdle ? 'idle' : 'end');
  };

  const world: World = {
    startMs: arrivals.startMs,
    get nowMs() {
      return nowMs;
    },
    get desired() {
      return fleet.desired;
    },
    get pending() {
      return hold.pending;
    },
    get inFlight() {
      return inFlight;
    },
    get isRefusing() {
      return refusal() !== null;
    },
    get arrivals() {
      return arrived;
    },
    get readyReplicas() {
      let ready = 0;
      for (const { state } of fleet.replicas) if (state === 'ready') ready += 1;
      return ready;
    },
    loadIntegral: () => measures.loadIntegral(nowMs),
    snapshot: (triggers, triggersReadAtMs): LoadSnapshot => {
      const refused = refusal();
      let [ready, starting] = [0, 0];
      const replicas = fleet.replicas.map(
        ({ id, state, inFlight: busy, idleSinceMs, startedAtMs, startMs }): ReplicaLoad => {
          if (state === 'ready') ready += 1;
          else if (state === 'starting') starting += 1;
          const load = { id, state, inFlight: busy };
          if (state === 'starting' && startedAtMs === null)
            return { ...load, idleSinceMs: null, isWaiting: true };
          if (idleSinceMs === null) return { ...load, idleSinceMs };
          return { ...load, idleSinceMs: idleSinceMs + arrivals.startMs, startMs };
        },
      );
      return {
        specReplicas: fleet.desired,
        statusReplicas: ready + starting,
        readyReplicas: ready,
        startingReplicas: starting,
        pending: hold.pending,
        inFlight,
        lastActivityMs: lastActivityMs === null ? null : lastActivityMs + arrivals.startMs,
        ...(refused === null ? {} : { refusedAtMs: refused + arrivals.startMs }),
        slotsPerReplica: model.slots,
        replicas,
        triggers,
        ...(triggersReadAtMs === null ? {} : { triggersReadAtMs }),
      };
    },
    scaleTo: (replicas, victims) => {
      const from = fleet.desired;
      fleet.scaleTo(replicas, victims, nowMs);
      flaps.changed(from, replicas, nowMs);
      // A replica taken back from draining has slots again.
      slotsFreed();
      forgetRefusal();
      loadChanged();
    },
    beginWith: (replicas) => fleet.beginWith(replicas),
    at: (atMs, run) => events.push(Math.max(atMs, nowMs), { kind: 'call', run }),
    setAlarm: (atMs) => {
      alarmMs = atMs === null ? Infinity : Math.max(atMs, nowMs);
    },
  };

  const handle = (event: EngineEvent): void | Promise<void> => {
    if (!('kind' in event)) return end(event);
    switch (event.kind) {
      case 'ready':
        if (event.replica.isGone) return;
        fleet.becameReady(event.replica, nowMs);
        slotsFreed();
        loadChanged();
        tell('replicas');
        // Afterwards, as live: the autoscaler hears of a replica before the gateway does.
        return forgetRefusal();
      case 'cut':
        if (event.replica.isGone || event.replica.cutAtMs !== nowMs) return;
        measures.cut(event.replica.inFlight);
        inFlight -= event.replica.inFlight;
        fleet.remove(event.replica, nowMs);
        loadChanged();
        return tell('replicas');
      case 'call':
        return event.run();
    }
  };

  const begun = policy.begin(world);
  if (begun !== undefined) await begun;
  let next = 0;
  for (;;) {
    const arrivalMs = next < total ? (timesMs[next] ?? Infinity) : Infinity;
    const eventMs = events.peekMs();
    if (next >= total && nowMs >= spanMs && hold.pending === 0 && inFlight === 0) break;
    const soonestMs = Math.min(eventMs, deadlineMs, alarmMs, arrivalMs);
    if (next >= total && soonestMs > spanMs && hold.pending === 0 && inFlight === 0) break;
    if (soonestMs === Infinity || soonestMs > spanMs + longestTailMs) break;
    nowMs = soonestMs;
    if (eventMs === soonestMs) {
      const event = events.pop();
      const waiting = event === undefined ? undefined : handle(event);
      if (waiting !== undefined) await waiting;
    } else if (deadlineMs === soonestMs) {
      holdEvent({ type: 'tick' });
      // A refused request has ended as well.
      lastActivityMs = nowMs;
      loadChanged();
      tell('end');
    } else if (alarmMs === soonestMs) {
      alarmMs = Infinity;
      policy.alarm?.(world);
    } else {
      arrive(next);
      next += 1;
    }
    happened += 1;
    if (happened % progressEvery === 0) {
      options.progress?.(Math.min(1, nowMs / spanMs));
      // Lets an interrupt through, and a progress bar be drawn.
      await new Promise((resolve) => setImmediate(resolve));
      options.signal?.throwIfAborted();
    }
  }
  nowMs = Math.max(nowMs, spanMs);
  return measures.outcome({
    policy: policy.name,
    slots: model.slots,
    running: fleet.running,
    starts: fleet.starts,
    flaps: flaps.flaps,
    changes: flaps.changes,
    unfinished: hold.pending + inFlight,
    notes: policy.notes?.() ?? [],
  });
}
