import { AppError } from '../contract/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import { bytesInMemory, type Exchange } from './exchange.ts';
import type { Delivery, Forwarder } from './forward/forwarder.ts';
import type { ReplicaPool, Slot } from './forward/replica-pool.ts';
import type { WaitingRoom } from './hold/waiting-room.ts';
import type { GatewayMetrics } from './meter/gateway-metrics.ts';
import type { LoadBook } from './meter/load-book.ts';
import type { SettledRoute } from './settle-route.ts';
import { giveStaticAnswer } from './static-answer.ts';

export interface DeliverTools {
  readonly load: LoadBook;
  readonly metrics: GatewayMetrics;
  readonly room: WaitingRoom<Slot>;
  readonly pool: ReplicaPool;
  readonly forwarder: Forwarder;
  readonly clock: Clock;
}

/**
 * Gets a counted request its answer: the placeholder, or a slot at once or after a hold, and again when an attempt failed
 * before its first byte and may be repeated; or the fallback when no replica became ready in time.
 *
 * @returns a function that throws AppError when there is no answer; `details.reason` says why.
 */
export function createDeliver(
  tools: DeliverTools,
): (exchange: Exchange, route: SettledRoute, pathname: string) => Promise<void> {
  const { load, metrics, room, pool, forwarder, clock } = tools;

  return async (exchange, route, pathname) => {
    const { target, placeholder } = route;
    if (placeholder && !holdsFirst(route) && !pool.hasReady(target)) {
      // Nobody waits, and yet somebody wants a replica.
      load.refused(route);
      load.placed(route);
      giveStaticAnswer(exchange, pathname, placeholder);
      return;
    }
    const delivery = forwarder.deliver(exchange, route);
    for (let first = true, ended = false; !ended; first = false) {
      const free = room.enter(target);
      const turn = free ?? hold(exchange, route);
      // Told while the request is held or in flight already, so that the listener reads a load that includes it.
      if (first) load.placed(route);
      let slot: Slot;
      try {
        slot = await turn;
      } catch (error) {
        await insteadOf(AppError.from(error), exchange, route, pathname, delivery);
        return;
      }
      if (exchange.outgoing.destroyed) {
        slot.release();
        return;
      }
      ended = await delivery.attempt(slot);
    }
  };

  async function hold(exchange: Exchange, route: SettledRoute): Promise<Slot> {
    const fromMs = clock.monotonic();
    const cold = !pool.hasReady(route.target);
    if (cold && load.waiting(route.name) >= (route.maxPending ?? Infinity)) throw routeFull(route);
    load.waits(route);
    try {
      return await room.wait(
        {
          target: route.target,
          bytes: bytesInMemory(exchange),
          sinceMs: exchange.waitingSinceMs,
          ...ownDeadline(exchange, route),
        },
        exchange.signal,
      );
    } finally {
      load.waitsNoMore(route);
      const heldMs = clock.monotonic() - fromMs;
      exchange.heldMs += heldMs;
      metrics.held(route.target, heldMs / 1000, cold && !exchange.coldStart);
      exchange.coldStart ||= cold;
    }
  }

  /** What a request gets that got no slot. @throws the error itself when there is nothing. */
  async function insteadOf(
    error: AppError,
    exchange: Exchange,
    route: SettledRoute,
    pathname: string,
    delivery: Delivery,
  ): Promise<void> {
    const { reason } = error.details;
    if (reason === 'route-full' && route.overflow === 'placeholder' && route.placeholder) {
      load.refused(route);
      giveStaticAnswer(exchange, pathname, route.placeholder);
      return;
    }
    const isInTime = clock.monotonic() < exchange.deadlineMs;
    if (reason !== 'timed-out' || !route.fallback || !isInTime) throw error;
    const slot = fallbackSlot(route.fallback);
    if (!slot) throw noFallback(route, 'has no ready replica', error);
    // Whoever answers now did not start.
    exchange.tellsColdStart = false;
    if (!(await delivery.attempt(slot, route.fallbackProtocol)))
      throw noFallback(route, 'cannot be reached', error);
  }

  function fallbackSlot(fallback: NonNullable<SettledRoute['fallback']>): Slot | null {
    if (!('host' in fallback)) return pool.visit(fallback.name);
    const { name, host, port } = fallback;
    return {
      replica: {
        id: name,
        target: name,
        address: { kind: 'tcp', host, port },
        state: 'ready',
        slots: Infinity,
      },
      release: () => {},
    };
  }
}

/** A route that gives its placeholder only to those it has no place for. */
const holdsFirst = ({ maxPending, overflow }: SettledRoute): boolean =>
  maxPending !== undefined && overflow === 'placeholder';

/** Nothing where the waiting room's own timeout holds: of those requests the oldest is always the first to time out. */
function ownDeadline(
  { waitingSinceMs, deadlineMs }: Exchange,
  { hasOwnHold, holdMs }: SettledRoute,
): { readonly deadlineMs?: number } {
  if (!hasOwnHold && deadlineMs === Infinity) return {};
  return { deadlineMs: Math.min(holdMs === 0 ? Infinity : waitingSinceMs + holdMs, deadlineMs) };
}

const routeFull = ({ name, target, maxPending }: SettledRoute): AppError =>
  new AppError(
    'unavailable',
    `No replica of ${target} is ready, and route ${name} holds ${maxPending} requests already, the most it may. Try again shortly.`,
    { details: { reason: 'route-full' } },
  );

const noFallback = ({ name, fallback }: SettledRoute, what: string, cause: AppError): AppError =>
  new AppError(
    'upstream-failed',
    `Route ${name} waited in vain for a replica, and its fallback ${fallback?.name ?? ''} ${what}. Try again later.`,
    { cause, details: { reason: 'no-fallback' } },
  );
