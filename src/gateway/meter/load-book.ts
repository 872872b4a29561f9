import type { LoadReport } from '../../contract/load.ts';
import type { Clock } from '../../platform/clock.ts';
import { createLoadMeter, type LoadListener } from './load-meter.ts';

/** What is known of one request's way: its route and the scale target behind it. */
export interface Way {
  readonly name: string;
  readonly target: string;
}

/** Demand by scale target and by route: what the request path reports, and what scalers and metrics read. */
export interface LoadBook {
  /** Counts one request. */
  readonly arrive: (way: Way) => void;
  /** Tells the listeners, once the request is held, in flight or refused: what they read then includes it. */
  readonly placed: (way: Way) => void;
  readonly end: (way: Way) => void;
  /** A request found neither a slot nor a place to wait. */
  readonly refused: (way: Way) => void;
  readonly waits: (way: Way) => void;
  readonly waitsNoMore: (way: Way) => void;
  /** Requests of this route that wait. */
  readonly waiting: (route: string) => number;
  /** Somebody who asks now would get a slot. */
  readonly slotFree: (target: string) => void;
  readonly subscribe: (listener: LoadListener) => () => void;
  readonly ofTarget: (target: string) => LoadReport;
  /** The part of its scale target's demand that came by this route. Zeros for a route that nobody has asked. */
  readonly ofRoute: (route: string) => LoadReport;
}

/** Held and in flight per scale target, from those who know. */
export interface TargetLoad {
  readonly pending: (target: string) => number;
  readonly inFlight: (target: string) => number;
  readonly inFlightByReplica: (target: string) => ReadonlyMap<string, number>;
}

/** @param failed and @param holdTimeoutMs as of {@link createLoadMeter}. */
export function createLoadBook(
  routes: readonly Way[],
  now: TargetLoad,
  clock: Clock,
  failed: (error: unknown) => void,
  holdTimeoutMs: number,
): LoadBook {
  const targets = createLoadMeter(clock, failed, holdTimeoutMs);
  const ways = createLoadMeter(clock, failed, holdTimeoutMs);
  const underWay = new Map<string, number>();
  const waiting = new Map<string, number>();
  const targetOf = new Map(routes.map(({ name, target }) => [name, target]));
  const add = (counts: Map<string, number>, name: string, by: 1 | -1): void =>
    void counts.set(name, (counts.get(name) ?? 0) + by);

  const report = (
    meter: typeof targets,
    key: string,
    load: Pick<LoadReport, 'target' | 'pending' | 'inFlight' | 'inFlightByReplica'>,
  ): LoadReport => {
    const refusedAtMs = meter.refusedAtMs(key);
    return {
      ...load,
      atMs: clock.now(),
      arrivals: meter.arrivals(key),
      lastActivityMs: meter.lastActivityMs(key),
      ...(refusedAtMs === null ? {} : { refusedAtMs }),
    };
  };

  return {
    arrive: ({ name, target }) => {
      add(underWay, name, 1);
      ways.arrive(name);
      targets.arrive(target);
    },
    placed: ({ target }) => targets.placed(target),
    end: ({ name, target }) => {
      add(underWay, name, -1);
      ways.end(name);
      targets.end(target);
    },
    refused: ({ name, target }) => {
      ways.refused(name);
      targets.refused(target);
    },
    waits: ({ name }) => add(waiting, name, 1),
    waitsNoMore: ({ name }) => add(waiting, name, -1),
    waiting: (route) => waiting.get(route) ?? 0,
    slotFree: (target) => {
      targets.slotFree(target);
      for (const [name, own] of targetOf) if (own === target) ways.slotFree(name);
    },
    subscribe: targets.subscribe,
    ofTarget: (target) =>
      report(targets, target, {
        target,
        pending: now.pending(target),
        inFlight: now.inFlight(target),
        inFlightByReplica: now.inFlightByReplica(target),
      }),
    ofRoute: (route) => {
      const pending = waiting.get(route) ?? 0;
      return report(ways, route, {
        target: targetOf.get(route) ?? route,
        pending,
        inFlight: Math.max(0, (underWay.get(route) ?? 0) - pending),
        // Which of a replica's requests came by which route is not kept: nobody stops replicas by route.
        inFlightByReplica: new Map(),
      });
    },
  };
}
