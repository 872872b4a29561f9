import type { RouteRule } from './route-rule.ts';

/** How long things may take on one route, in milliseconds. What is left out is as the gateway's own. */
export interface RouteTimeouts {
  /** Longest wait for a replica with a free slot, since arrival; 0 waits until the client or `requestMs` ends it. */
  readonly readinessMs?: number;
  /** Longest time from arrival to the end of the answer; 0 is no limit. @defaultValue 0 */
  readonly requestMs?: number;
  /** From sending a request to the first header of its response; 0 is no limit. */
  readonly responseHeaderMs?: number;
}

/** What replicas speak; `h2c` is HTTP/2 without TLS, known beforehand, whichever version the client speaks. */
export type Protocol = 'http/1.1' | 'h2c';

/** An HTTP server that no autoscaler of ours starts. */
export interface Upstream {
  /** For logs and the replica header. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** @defaultValue http/1.1 */
  readonly protocol?: Protocol;
}

/**
 * Who answers in place of the replicas. Another scale target behind this gateway is asked only if it has a ready replica,
 * and that is no demand on it.
 */
export type Fallback =
  | Upstream
  | {
      readonly kind: 'target';
      readonly name: string;
      /** @defaultValue as the first route to it says */
      readonly protocol?: Protocol;
    };

/** An answer that the gateway gives by itself. */
export interface StaticAnswer {
  /** 200 to 599. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * `files`: a ConfigMap's text, by `key`, else by the path of the request: `/` is `index.html`, `/a.css` is `a.css`. A path
   * without text gives an empty body; a `key` without, or no ConfigMap at all (`data` null), is an error of ours: 500.
   */
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    | {
        readonly kind: 'files';
        /** The ConfigMap's name, for the log. */
        readonly name: string;
        readonly data: Readonly<Record<string, string>> | null;
        readonly key: string | null;
      };
}

/** Paths, headers and hosts that are answered without asking a replica, and never counted as demand. */
export interface StaticRoute {
  readonly rules: readonly RouteRule[];
  readonly answer: StaticAnswer;
  /** `when-unavailable`: only while no replica is ready. `always`: never forwarded. */
  readonly mode: 'when-unavailable' | 'always';
}

/**
 * One way through the gateway: which requests it takes, which scale target answers them, and what happens while that is not
 * ready. The words of KEDA's InterceptorRoute.
 */
export interface Route {
  /** Unique. What is counted is counted by it. */
  readonly name: string;
  /** Name of the scale target. */
  readonly target: string;
  /** Any of them; without one, every request. */
  readonly rules: readonly RouteRule[];
  /** Milliseconds since the epoch: of two routes with equal rules the older wins. Left out: older than any that has one. */
  readonly createdMs?: number;
  /** @defaultValue http/1.1 */
  readonly protocol?: Protocol;
  readonly timeouts?: RouteTimeouts;
  /** Asked when no replica became ready in time; the wait for one then ends after 30 s if nothing else bounds it. */
  readonly fallback?: Fallback;
  /** Given at once while no replica is ready. */
  readonly placeholder?: StaticAnswer;
  /** Requests of this route that may be held while no replica is ready, >= 0. @defaultValue the gateway's own bound alone */
  readonly maxPending?: number;
  /**
   * What those above `maxPending` get: a 503, or the placeholder. With `placeholder` those below are held in place of
   * getting it at once. @defaultValue reject
   */
  readonly overflow?: 'reject' | 'placeholder';
  readonly staticRoutes?: readonly StaticRoute[];
}
