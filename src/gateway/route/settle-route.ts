import type { HoldOptions, TimeoutOptions } from '../gateway-options.ts';
import type { Route } from './route.ts';

/** A route with every time it needs. */
export interface SettledRoute extends Route {
  /** Longest hold since arrival; 0 is no limit. */
  readonly holdMs: number;
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
): SettledRoute {
  const { readinessMs, requestMs = 0, responseHeaderMs } = route.timeouts ?? {};
  const holdMs = readinessMs ?? hold.timeoutMs;
  return {
    ...route,
    holdMs: holdMs === 0 && route.fallback ? holdBeforeFallbackMs : holdMs,
    requestMs,
    limits: responseHeaderMs === undefined ? limits : { ...limits, responseHeaderMs },
  };
}
