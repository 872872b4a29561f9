import { AppError } from '../contract/app-error.ts';
import { targetHeader } from '../contract/headers.ts';
import type { Clock } from '../platform/clock.ts';
import { answer, type HttpHandler } from '../platform/http-server.ts';
import type { Logger } from '../platform/logger.ts';
import { bytesInMemory, type Exchange } from './exchange.ts';
import type { Forwarder } from './forward/forwarder.ts';
import type { ReplicaPool, Slot } from './forward/replica-pool.ts';
import type { WaitingRoom } from './hold/waiting-room.ts';
import type { GatewayMetrics } from './meter/gateway-metrics.ts';
import type { LoadMeter } from './meter/load-meter.ts';
import type { Caller } from './admit/create-admission.ts';
import { refuse } from './refuse.ts';
import type { RouteQuery } from './route/route-rule.ts';

/** The stations of the request path, in order. */
export interface Stations {
  readonly local: (pathname: string) => HttpHandler | null;
  readonly admit: (target: string | null, caller: Caller) => void;
  readonly route: (query: RouteQuery) => string;
  readonly meter: LoadMeter;
  readonly metrics: GatewayMetrics;
  readonly room: WaitingRoom<Slot>;
  readonly pool: ReplicaPool;
  readonly forwarder: Forwarder;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The path of a request, outermost to innermost: local answer -> route -> admit -> count -> hold -> forward, and back to hold when
 * an attempt failed before its first byte and may be repeated. Never rejects.
 */
export function createChain(stations: Stations): (exchange: Exchange) => Promise<void> {
  const { local, admit, route, meter, metrics, room, pool, forwarder, clock, logger } = stations;

  async function carry(exchange: Exchange): Promise<void> {
    const { incoming, outgoing } = exchange;
    const pathname = exchange.path.split('?', 1)[0] ?? '/';
    const handler =
      incoming.headers[targetHeader] === undefined && !exchange.upgrade ? local(pathname) : null;
    if (handler) {
      admitted(exchange, null);
      if (exchange.expectsContinue) outgoing.writeContinue();
      await answer(incoming, outgoing, handler);
      return;
    }
    const target = routed(exchange, pathname);
    admitted(exchange, target);
    meter.arrive(target);
    metrics.arrived(target, exchange.method);
    try {
      await deliver(exchange, target);
    } catch (error) {
      giveUp(exchange, target, AppError.from(error));
    } finally {
      const code = outgoing.headersSent || outgoing.statusCode === 101 ? outgoing.statusCode : 499;
      metrics.ended(target, exchange.method, code, (clock.monotonic() - exchange.arrivedMs) / 1000);
      meter.end(target);
    }
  }

  function routed(exchange: Exchange, path: string): string {
    try {
      return route({ host: exchange.authority, path, headers: exchange.incoming.headers });
    } catch (error) {
      metrics.rejected('', 'no-route');
      throw error;
    }
  }

  function admitted({ method, authority, incoming }: Exchange, target: string | null): void {
    try {
      admit(target, { method, authority, headers: incoming.headers });
    } catch (error) {
      metrics.rejected(target ?? '', 'not-admitted');
      throw error;
    }
  }

  async function deliver(exchange: Exchange, target: string): Promise<void> {
    const delivery = forwarder.deliver(exchange, target);
    for (let first = true, ended = false; !ended; first = false) {
      const free = room.enter(target);
      const turn = free ?? hold(exchange, target);
      // Told while the request is held or in flight already, so that the listener reads a load that includes it.
      if (first) meter.placed(target);
      const slot = await turn;
      if (exchange.outgoing.destroyed) {
        slot.release();
        return;
      }
      ended = await delivery.attempt(slot);
    }
  }

  async function hold(exchange: Exchange, target: string): Promise<Slot> {
    const fromMs = clock.monotonic();
    const cold = !pool.hasReady(target);
    const request = { target, bytes: bytesInMemory(exchange), sinceMs: exchange.waitingSinceMs };
    try {
      return await room.wait(request, exchange.signal);
    } finally {
      const heldMs = clock.monotonic() - fromMs;
      exchange.heldMs += heldMs;
      metrics.held(target, heldMs / 1000, cold && !exchange.coldStart);
      exchange.coldStart ||= cold;
    }
  }

  function giveUp(exchange: Exchange, target: string, error: AppError): void {
    const { requestId } = exchange;
    const { reason } = error.details;
    if (error.code === 'cancelled') {
      logger.debug({ event: 'client-left', target, requestId, heldMs: exchange.heldMs });
    } else {
      metrics.rejected(target, typeof reason === 'string' ? reason : error.code);
      if (reason === 'queue-full' || reason === 'displaced') meter.refused(target);
      // A full room refuses by the thousand, and the metric counts them.
      const level = error.code === 'unavailable' ? 'debug' : 'warn';
      logger[level]({ event: 'request-refused', target, requestId, heldMs: exchange.heldMs, error });
    }
    refuse(exchange.outgoing, error, requestId);
  }

  return async (exchange) => {
    try {
      await carry(exchange);
    } catch (error) {
      refuse(exchange.outgoing, AppError.from(error), exchange.requestId);
    }
  };
}
