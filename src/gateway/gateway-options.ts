import type { Clock } from '../platform/clock.ts';
import type { HttpHandler } from '../platform/http-server.ts';
import type { Logger } from '../platform/logger.ts';
import type { MetricsRegistry } from '../platform/metrics.ts';
import type { Caller } from './admit/create-admission.ts';
import type { Route } from './route/route.ts';

/** How long and how much the waiting room holds. */
export interface HoldOptions {
  /** Held requests of one scale target, >= 0; 0 holds nobody. @defaultValue 1000 */
  readonly maxPending: number;
  /** Body bytes in memory for held requests of one scale target. A body is not read while its request is held, so at most 64 KiB of it count. @defaultValue 16 MiB */
  readonly maxPendingBytes: number;
  /** The same two over all scale targets together, shared evenly when they run out. @defaultValue 1000 */
  readonly maxPendingTotal: number;
  /** @defaultValue 16 MiB */
  readonly maxPendingBytesTotal: number;
  /** Longest hold since arrival in milliseconds; 0 holds until the client gives up. @defaultValue 60000 */
  readonly timeoutMs: number;
}

export interface RetryOptions {
  /** Replicas that one request may be sent to, >= 1. Attempts that never connected do not count: the hold timeout ends those. @defaultValue 3 */
  readonly maxAttempts: number;
  /** Bytes of a request body kept so that it can be sent again. @defaultValue 65536 */
  readonly maxReplayBytes: number;
  /** How long a replica that refuses connections gets nothing, in milliseconds; doubles each time, up to 20 times this. @defaultValue 50 */
  readonly asideMs: number;
}

/** Milliseconds, all > 0 unless they say more. */
export interface TimeoutOptions {
  /** Connecting to a replica. @defaultValue 3000 */
  readonly connectMs: number;
  /** From sending a request to the first header of its response; 0 is no limit. @defaultValue 300000, as KEDA's HTTP add-on */
  readonly responseHeaderMs: number;
  /** A client must send its whole request head in this time. @defaultValue 15000 */
  readonly requestHeadersMs: number;
  /** A client that sends nothing of its body for so long, while its replica has not answered and reads, loses its slot. @defaultValue 60000 */
  readonly requestBodyIdleMs: number;
  /** A connection without a request is closed after this. @defaultValue 65000 */
  readonly idleConnectionMs: number;
}

export interface GatewayOptions {
  /** Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Names are unique. */
  readonly routes: readonly Route[];
  readonly hold?: Partial<HoldOptions>;
  readonly retry?: Partial<RetryOptions>;
  readonly timeouts?: Partial<TimeoutOptions>;
  /**
   * What the gateway answers itself: the page, `/scaling`. Asked first with the path of every request that does not name
   * its scale target by header; null means: not mine. Never counted as demand.
   */
  readonly local?: (pathname: string) => HttpHandler | null;
  /**
   * Throws for a caller that is refused, before it counts as demand. The target is null for what the gateway answers
   * itself. @defaultValue everybody is admitted
   */
  readonly admit?: (target: string | null, caller: Caller) => void;
  /** Whether answers of replicas say in a header if they waited for a start. @defaultValue true */
  readonly coldStartHeader?: boolean;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const holdDefaults: HoldOptions = {
  maxPending: 1000,
  maxPendingBytes: 16 * 2 ** 20,
  maxPendingTotal: 1000,
  maxPendingBytesTotal: 16 * 2 ** 20,
  timeoutMs: 60_000,
};

export const retryDefaults: RetryOptions = { maxAttempts: 3, maxReplayBytes: 64 * 2 ** 10, asideMs: 50 };

export const timeoutDefaults: TimeoutOptions = {
  connectMs: 3000,
  responseHeaderMs: 300_000,
  requestHeadersMs: 15_000,
  requestBodyIdleMs: 60_000,
  idleConnectionMs: 65_000,
};
