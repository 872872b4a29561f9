import type { HoldOptions, TimeoutOptions } from './gateway-options.ts';
import type { Protocol, Route } from './route/route.ts';

/** A route with every time it needs. */
export interface SettledRoute extends Route {
  /** What its fallback speaks: a scale target as the routes to it say. */
  readonly fallbackProtocol: Protocol;
  /** Longest hold since arrival; 0 is no limit. */
  readonly holdMs: number;
  /** Whether that differs from what the waiting room has for everybody. */
  readonly hasOwnHold: boolean;
  /** Longest time from arrival to the end of the answer; 0 is no limit. */
  readonly requestMs: number;
  /** The gateway's own, with the route's in their place. */
  readonly limits: TimeoutOptions;
}

/** Without a bound of its own, a wait must end while there is still time to ask the fallback. As KEDA's HTTP add-on. */
const holdBeforeFallbackMs = 30_000;

export function settleRoute(
  route: Route,
  hold: Pick<HoldOptions, 'timeoutMs'>,
  limits: TimeoutOptions,
  all: readonly Route[],
): SettledRoute {
  const { readinessMs, requestMs = 0, responseHeaderMs } = route.timeouts ?? {};
  const written = readinessMs ?? hold.timeoutMs;
  const holdMs = written === 0 && route.fallback ? holdBeforeFallbackMs : written;
  return {
    ...route,
    fallbackProtocol: protocolOf(route.fallback, all),
    holdMs,
    hasOwnHold: holdMs !== hold.timeoutMs,
    requestMs,
    limits: responseHeaderMs === undefined ? limits : { ...limits, responseHeaderMs },
  };
}

function protocolOf(fallback: Route['fallback'], all: readonly Route[]): Protocol {
  if (!fallback) return 'http/1.1';
  const routed = 'host' in fallback ? undefined : all.find(({ target }) => target === fallback.name);
  return fallback.protocol ?? routed?.protocol ?? 'http/1.1';
}
