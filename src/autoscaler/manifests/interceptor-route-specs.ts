import type { ConfigMapSpec } from './deployment.ts';
import {
  routeFallback,
  routeTarget,
  type RouteComplain,
  type RouteFallback,
  type RouteSurroundings,
} from './interceptor-route-target.ts';
import type { InterceptorRouteSpec, RouteConditions, StaticResponseSpec } from './interceptor-route.ts';
import type { ManifestSource } from './metadata-schema.ts';
import type { Report } from './admission.ts';
import type { ReplicaProtocol } from './service-protocol.ts';

/** An answer with its ConfigMap looked up; `data` null: a cluster would not find it. */
export interface StaticAnswerSpec {
  readonly status: number;
  readonly headers: StaticResponseSpec['headers'];
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    | {
        readonly kind: 'files';
        /** Of the ConfigMap. */
        readonly name: string;
        readonly data: Readonly<Record<string, string>> | null;
        readonly key: string | null;
      };
}

/** A route with everything it names looked up: what a gateway does with it, and the object it comes from. */
export interface RouteSpec {
  /** `<namespace>/<name>`: what the add-on counts by. */
  readonly name: string;
  /** Name of the scale target. */
  readonly target: string;
  readonly rules: readonly RouteConditions[];
  readonly createdMs?: number;
  readonly protocol: ReplicaProtocol;
  /** Milliseconds, 0 is no limit; what is left out is as the gateway's own. */
  readonly timeouts: {
    readonly readinessMs?: number;
    readonly requestMs?: number;
    readonly responseHeaderMs?: number;
  };
  readonly fallback?: RouteFallback;
  readonly placeholder?: StaticAnswerSpec;
  readonly maxPending?: number;
  readonly overflow: 'reject' | 'placeholder';
  readonly staticRoutes: readonly {
    readonly rules: readonly RouteConditions[];
    readonly answer: StaticAnswerSpec;
    readonly mode: 'when-unavailable' | 'always';
  }[];
  /** What the route comes from: the InterceptorRoute, or the HTTPScaledObject, or both of one name, that one first. */
  readonly objects: readonly InterceptorRouteSpec[];
}

/** How long a route with a fallback waits where nothing else is written, as the add-on. */
const fallbackReadinessMs = 30_000;

/** On a cluster the add-on sees only ConfigMaps that carry it. */
const bodyLabel = 'http.keda.sh/response-body';

/**
 * Every route of the manifests that leads somewhere here, in their order.
 *
 * @param report hears why the others do not, and what else is worth knowing.
 */
export function toRouteSpecs(all: RouteSurroundings, report: Report = () => {}): readonly RouteSpec[] {
  const specs: RouteSpec[] = [];
  for (const object of all.interceptorRoutes) {
    const complain = complainFor(object.source, report);
    if (isShadowed(object, all.interceptorRoutes)) {
      complain(
        'http-route',
        ['metadata', 'name'],
        `the InterceptorRoute of the same name has taken its place; only the ScaledObject of this HTTPScaledObject counts`,
        'warning',
      );
      continue;
    }
    const target = routeTarget(object, all, complain);
    const fallback = routeFallback(object, all, complain);
    const answerOf = (response: StaticResponseSpec, at: readonly PropertyKey[]): StaticAnswerSpec =>
      toAnswer(response, object, all.configMaps, at, complain);
    const placeholder = object.placeholder
      ? answerOf(object.placeholder, ['spec', 'coldStart', 'placeholder', 'response'])
      : null;
    const staticRoutes = object.staticRoutes.map(({ mode, response, rules }, index) => ({
      rules,
      answer: answerOf(response, ['spec', 'staticRoutes', index, 'response']),
      mode,
    }));
    if (!target) continue;
    specs.push({
      name: `${object.namespace}/${object.name}`,
      target: target.deployment.name,
      rules: object.rules,
      ...(object.createdMs === null ? {} : { createdMs: object.createdMs }),
      protocol: target.protocol,
      timeouts: timeoutsOf(object),
      ...(fallback ? { fallback } : {}),
      ...(placeholder ? { placeholder } : {}),
      ...(object.maxPendingRequests === null ? {} : { maxPending: object.maxPendingRequests }),
      overflow: object.overflow,
      staticRoutes,
      objects: [object, ...shadowedBy(object, all.interceptorRoutes)],
    });
  }
  return specs;
}

function complainFor(source: ManifestSource, report: Report): RouteComplain {
  return (rule, path, message, severity) => report(source, rule, path, message, severity);
}

const sameName = (a: InterceptorRouteSpec, b: InterceptorRouteSpec): boolean =>
  a.name === b.name && a.namespace === b.namespace;

/** Of the two kinds under one name the add-on routes by the newer kind. */
const isShadowed = (object: InterceptorRouteSpec, all: readonly InterceptorRouteSpec[]): boolean =>
  object.kind === 'HTTPScaledObject' &&
  all.some((other) => other.kind === 'InterceptorRoute' && sameName(other, object));

const shadowedBy = (
  object: InterceptorRouteSpec,
  all: readonly InterceptorRouteSpec[],
): readonly InterceptorRouteSpec[] =>
  object.kind === 'InterceptorRoute'
    ? all.filter((other) => other.kind === 'HTTPScaledObject' && sameName(other, object))
    : [];

function timeoutsOf({ fallback, timeouts }: InterceptorRouteSpec): RouteSpec['timeouts'] {
  const { requestMs, responseHeaderMs } = timeouts;
  // A fallback that is waited for without end would never be asked.
  const readinessMs = fallback ? timeouts.readinessMs || fallbackReadinessMs : timeouts.readinessMs;
  return {
    ...(readinessMs === null ? {} : { readinessMs }),
    ...(requestMs === null ? {} : { requestMs }),
    ...(responseHeaderMs === null ? {} : { responseHeaderMs }),
  };
}

function toAnswer(
  { body, headers, status }: StaticResponseSpec,
  { namespace }: InterceptorRouteSpec,
  configMaps: readonly ConfigMapSpec[],
  path: readonly PropertyKey[],
  complain: RouteComplain,
): StaticAnswerSpec {
  if (body.kind === 'text') return { status, headers, body };
  const found = configMaps.find(
    (object) => object.kind === 'ConfigMap' && object.name === body.name && object.namespace === namespace,
  );
  const isSeen = found?.labels?.[bodyLabel] === 'true';
  const at = [...path, 'bodyFromConfigMap', 'name'];
  if (!found) {
    const message = `there is no ConfigMap "${body.name}" in namespace "${namespace}" among the manifests: until there is, this answer is status 500`;
    complain('http-route', at, message, 'warning');
  } else if (!isSeen) {
    const message = `ConfigMap "${body.name}" (${found.source.file}:${found.source.line}) has no label ${bodyLabel}: "true", without which the add-on does not see it: this answer is status 500`;
    complain('http-route', at, message, 'warning');
  }
  return {
    status,
    headers,
    body: { kind: 'files', name: body.name, data: isSeen ? found.data : null, key: body.key },
  };
}
