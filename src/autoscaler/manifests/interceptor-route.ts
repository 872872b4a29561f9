import { parseGoDuration, positiveGoDuration } from './go-duration.ts';
import type { InterceptorRouteManifest, ResponseManifest, RuleManifest } from './interceptor-route-schema.ts';
import type { ManifestSource } from './metadata-schema.ts';
import type { Complain } from './to-deployment.ts';

/** A Service of the same namespace, with the number or the name of one of its ports. */
export interface ServiceRef {
  readonly service: string;
  readonly port: number | string;
}

/** Which requests: every given condition must match. */
export interface RouteConditions {
  readonly hosts?: readonly string[];
  readonly paths?: readonly string[];
  readonly headers?: readonly { readonly name: string; readonly value?: string }[];
}

/** An answer without a replica, as written. */
export interface StaticResponseSpec {
  /** 200 to 599. @defaultValue 503 */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    /** Key null: by the path of the request. */
    | { readonly kind: 'config-map'; readonly name: string; readonly key: string | null };
}

export interface RequestRateSpec {
  readonly target: number;
  readonly windowMs: number;
  readonly granularityMs: number;
}

/** What makes the target of a route scale: at least one of the two. */
export interface ScalingMetricSpec {
  /** Requests held and being answered, for each replica. */
  readonly concurrency: number | null;
  readonly requestRate: RequestRateSpec | null;
}

/** An InterceptorRoute with its defaults filled in, or an HTTPScaledObject read as one, as the add-on does it. */
export interface InterceptorRouteSpec {
  readonly kind: 'InterceptorRoute' | 'HTTPScaledObject';
  readonly name: string;
  readonly namespace: string;
  readonly source: ManifestSource;
  /** Milliseconds since the epoch; null: not written. */
  readonly createdMs: number | null;
  readonly target: ServiceRef;
  /** The Deployment that an HTTPScaledObject names beside its Service. */
  readonly deployment: string | null;
  readonly rules: readonly RouteConditions[];
  readonly scalingMetric: ScalingMetricSpec;
  readonly fallback: ServiceRef | null;
  readonly placeholder: StaticResponseSpec | null;
  readonly maxPendingRequests: number | null;
  readonly overflow: 'reject' | 'placeholder';
  /** Milliseconds; null: not written. */
  readonly timeouts: {
    readonly readinessMs: number | null;
    readonly requestMs: number | null;
    readonly responseHeaderMs: number | null;
  };
  readonly staticRoutes: readonly {
    readonly rules: readonly RouteConditions[];
    readonly response: StaticResponseSpec;
    readonly mode: 'when-unavailable' | 'always';
  }[];
}

/** Of a rate for which none is written. */
export const defaultWindowMs = 60_000;
export const defaultGranularityMs = 1000;

/** Fills in the add-on's defaults. */
export function toInterceptorRoute(
  { metadata, spec }: InterceptorRouteManifest,
  source: ManifestSource,
  complain: Complain,
): InterceptorRouteSpec {
  const { coldStart, scalingMetric, target, timeouts } = spec;
  const fallback = coldStart?.fallback?.service;
  if (spec.sessionPersistence !== undefined && spec.sessionPersistence !== null) {
    complain(['spec', 'sessionPersistence'], 'sessions are not pinned to a replica here', 'warning');
  }
  return {
    kind: 'InterceptorRoute',
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    source,
    createdMs: createdMsOf(metadata.creationTimestamp),
    target: toServiceRef(target.service, target),
    deployment: null,
    rules: (spec.rules ?? []).map(toConditions),
    scalingMetric: {
      concurrency: scalingMetric.concurrency?.targetValue ?? null,
      requestRate: scalingMetric.requestRate
        ? toRequestRate(
            scalingMetric.requestRate.targetValue,
            scalingMetric.requestRate,
            ['spec', 'scalingMetric', 'requestRate'],
            complain,
          )
        : null,
    },
    fallback: fallback ? toServiceRef(fallback.name, fallback) : null,
    placeholder: coldStart?.placeholder ? toResponse(coldStart.placeholder.response) : null,
    maxPendingRequests: coldStart?.maxPendingRequests ?? null,
    overflow: coldStart?.overflow === 'Placeholder' ? 'placeholder' : 'reject',
    timeouts: {
      readinessMs: timeoutOf(timeouts?.readiness),
      requestMs: timeoutOf(timeouts?.request),
      responseHeaderMs: timeoutOf(timeouts?.responseHeader),
    },
    staticRoutes: (spec.staticRoutes ?? []).map((route) => ({
      rules: route.rules.map(toConditions),
      response: toResponse(route.response),
      mode: route.responseMode === 'Always' ? 'always' : 'when-unavailable',
    })),
  };
}

export const toServiceRef = (
  service: string,
  {
    port,
    portName,
  }: { readonly port?: number | null | undefined; readonly portName?: string | null | undefined },
): ServiceRef => ({ service, port: port ?? portName ?? '' });

export function toConditions({ headers, hosts, paths }: RuleManifest): RouteConditions {
  return {
    ...(hosts && hosts.length > 0 ? { hosts } : {}),
    ...(paths && paths.length > 0 ? { paths: paths.map(({ value }) => value) } : {}),
    ...(headers && headers.length > 0
      ? {
          headers: headers.map(({ name, value }) =>
            (value ?? null) === null ? { name } : { name, value: String(value) },
          ),
        }
      : {}),
  };
}

/** Complains where a bucket or the window would have no length, or the window would have more buckets than can be kept. */
export function toRequestRate(
  target: number,
  {
    granularity,
    window,
  }: { readonly window?: string | null | undefined; readonly granularity?: string | null | undefined },
  at: readonly PropertyKey[],
  complain: Complain,
): RequestRateSpec {
  // The add-on takes its defaults where nothing above 0 is written.
  const windowMs = positiveGoDuration(window) ?? defaultWindowMs;
  const granularityMs = positiveGoDuration(granularity) ?? defaultGranularityMs;
  if (windowMs / granularityMs > maxBuckets) {
    complain(
      [...at, 'granularity'],
      `expected at most ${maxBuckets} buckets in the window, received ${Math.ceil(windowMs / granularityMs)}`,
    );
  }
  return { target, windowMs, granularityMs };
}

/** Of one rate window: a bucket is 8 bytes, and reading the rate adds all of them. */
export const maxBuckets = 10_000;

function toResponse({ body, bodyFromConfigMap, headers, statusCode }: ResponseManifest): StaticResponseSpec {
  return {
    // What is written as informational never ends an answer: Go's server sends 200 after it.
    status: (statusCode ?? 503) < 200 ? 200 : (statusCode ?? 503),
    headers: headers ?? {},
    body: bodyFromConfigMap
      ? { kind: 'config-map', name: bodyFromConfigMap.name, key: bodyFromConfigMap.key || null }
      : { kind: 'text', text: body ?? '' },
  };
}

/** What is below 0 has passed at once on a cluster; nobody means that. */
const timeoutOf = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : Math.max(0, parseGoDuration(text) ?? 0);

export function createdMsOf(text: string | null | undefined): number | null {
  // oxlint-disable-next-line no-restricted-globals -- reads a written time, asks for none
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : ms;
}
