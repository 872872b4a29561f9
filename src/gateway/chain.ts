import { AppError } from '../contract/app-error.ts';
import { targetHeader } from '../contract/headers.ts';
import { answer, type HttpHandler } from '../platform/http-server.ts';
import type { Logger } from '../platform/logger.ts';
import type { Caller } from './admit/create-admission.ts';
import { createDeliver, type DeliverTools } from './deliver.ts';
import type { Exchange } from './exchange.ts';
import { refuse } from './refuse.ts';
import type { RouteQuery } from './route/route-rule.ts';
import type { StaticRoute } from './route/route.ts';
import type { SettledRoute } from './settle-route.ts';
import { giveStaticAnswer, staticRouteFor } from './static-answer.ts';

/** The stations of the request path, in order. */
export interface Stations extends DeliverTools {
  readonly local: (pathname: string) => HttpHandler | null;
  readonly route: (query: RouteQuery) => SettledRoute;
  readonly admit: (target: string | null, caller: Caller) => void;
  readonly logger: Logger;
}

/**
 * The path of a request, outermost to innermost: local answer -> route -> admit -> static answer -> count -> placeholder, hold,
 * forward (or the fallback). Never rejects.
 */
export function createChain(stations: Stations): (exchange: Exchange) => Promise<void> {
  const { local, admit, route, load, metrics, pool, forwarder, clock, logger } = stations;
  const deliver = createDeliver(stations);

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
    const query: RouteQuery = {
      host: exchange.authority,
      path: pathname,
      header: (name) => linesOf(incoming, name),
    };
    const way = routed(query);
    admitted(exchange, way.target);
    if (way.requestMs > 0) exchange.deadlineMs = exchange.arrivedMs + way.requestMs;
    const fixed = staticRouteFor(way, query);
    if (fixed) await answerStatically(exchange, way, fixed, pathname);
    else await count(exchange, way, pathname);
  }

  function routed(query: RouteQuery): SettledRoute {
    try {
      return route(query);
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

  /** Such as a health probe: never demand, whoever answers. */
  async function answerStatically(
    exchange: Exchange,
    way: SettledRoute,
    { mode, answer: given }: StaticRoute,
    pathname: string,
  ): Promise<void> {
    const slot = mode === 'always' ? null : pool.visit(way.target);
    metrics.answeredStatically(way.target);
    if (slot && (await forwarder.deliver(exchange, way).attempt(slot))) return;
    giveStaticAnswer(exchange, pathname, given);
  }

  async function count(exchange: Exchange, way: SettledRoute, pathname: string): Promise<void> {
    const { method, outgoing } = exchange;
    load.arrive(way);
    metrics.arrived(way.target, method);
    try {
      await deliver(exchange, way, pathname);
    } catch (error) {
      giveUp(exchange, way, AppError.from(error));
    } finally {
      const code = outgoing.headersSent || outgoing.statusCode === 101 ? outgoing.statusCode : 499;
      metrics.ended(way.target, method, code, (clock.monotonic() - exchange.arrivedMs) / 1000);
      load.end(way);
    }
  }

  function giveUp(exchange: Exchange, way: SettledRoute, error: AppError): void {
    const { requestId } = exchange;
    const { target } = way;
    const { reason } = error.details;
    if (error.code === 'cancelled') {
      logger.debug({ event: 'client-left', target, requestId, heldMs: exchange.heldMs });
    } else {
      metrics.rejected(target, typeof reason === 'string' ? reason : error.code);
      if (reason === 'queue-full' || reason === 'displaced' || reason === 'route-full') load.refused(way);
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
      const refusal = AppError.from(error);
      if (refusal.code === 'internal') {
        logger.error({ event: 'request-failed', requestId: exchange.requestId, error });
      }
      refuse(exchange.outgoing, refusal, exchange.requestId);
    }
  };
}

/** Every line of a header. Asked for only where a route looks at headers: node:http makes the list of all of them then. */
function linesOf(incoming: Exchange['incoming'], name: string): readonly string[] {
  return incoming.headers[name] === undefined ? [] : (incoming.headersDistinct[name] ?? []);
}
