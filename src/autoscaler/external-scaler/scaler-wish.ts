import { AppError } from '../../contract/app-error.ts';
import { parseGoDuration } from '../manifests/go-duration.ts';
import { defaultGranularityMs, defaultWindowMs, maxBuckets } from '../manifests/interceptor-route.ts';
import type { RouteSpec } from '../manifests/interceptor-route-specs.ts';
import type { ScaledObjectRef } from './messages.ts';

/** What of a route its metrics are about. */
export interface ScalerRoute extends Pick<RouteSpec, 'name' | 'target'> {
  readonly objects: readonly Pick<
    RouteSpec['objects'][number],
    'kind' | 'name' | 'namespace' | 'scalingMetric'
  >[];
}

export interface ScalerTarget {
  readonly name: string;
  /** Requests a replica answers at once: the concurrency asked for where none is given. */
  readonly slots: number;
}

export interface WishedMetric {
  readonly metricName: string;
  readonly target: number;
}

export interface WishedRate extends WishedMetric {
  readonly windowMs: number;
  readonly granularityMs: number;
  /** Rounded up to a whole number. */
  readonly isWhole: boolean;
}

/** Which metrics a trigger is about, and whose. Null: that metric is not asked for. */
export interface ScalerWish {
  readonly of:
    | { readonly kind: 'target' | 'route'; readonly name: string }
    /** All requests of this gateway together. */
    | { readonly kind: 'everything' };
  readonly concurrency: WishedMetric | null;
  readonly rate: WishedRate | null;
}

/**
 * What the metadata of a trigger asks for, with the add-on's keys and names:
 *
 * - `interceptorRoute`: an InterceptorRoute of the trigger's namespace, by its `scalingMetric`; or else a scale target of
 *   this gateway, with `concurrency`, `requestRate`, `window`, `granularity` in the metadata itself: without either metric
 *   it is concurrency, at the slots of a replica.
 * - `httpScaledObject`: an HTTPScaledObject, by its one metric; a rate is rounded up.
 * - `interceptorTargetPendingRequests`: all requests of the gateway, for those who scale the gateway itself.
 *
 * @throws AppError `not-found` or `invalid-argument`.
 */
export function readScalerWish(
  ref: ScaledObjectRef,
  targets: readonly ScalerTarget[],
  routes: readonly ScalerRoute[],
): ScalerWish {
  const { name, scalerMetadata } = ref;
  const route = scalerMetadata['interceptorRoute'];
  if (route !== undefined) {
    const found = findRoute(ref, 'InterceptorRoute', route, routes);
    if (found) return wishOfRoute(found);
    return wishOfTarget(route, ref, targets, routes);
  }
  const object = scalerMetadata['httpScaledObject'];
  if (object !== undefined) {
    const found = findRoute(ref, 'HTTPScaledObject', object, routes);
    if (found) return wishOfHttpScaledObject(found, ref.namespace);
    throw new AppError(
      'not-found',
      `There is no HTTPScaledObject "${object}" in namespace "${ref.namespace}" behind this gateway; there are ${namesOf('HTTPScaledObject', routes)}.`,
    );
  }
  if (scalerMetadata['interceptorTargetPendingRequests'] !== undefined) {
    const target = numberIn(scalerMetadata, 'interceptorTargetPendingRequests') ?? 1;
    const metricName = httpScaledObjectMetric(ref.namespace, name);
    return { of: { kind: 'everything' }, concurrency: { metricName, target }, rate: null };
  }
  return wishOfTarget(scalerMetadata['scaleTarget'] ?? name, ref, targets, routes);
}

interface Found {
  readonly route: ScalerRoute;
  readonly object: ScalerRoute['objects'][number];
}

function findRoute(
  { namespace }: ScaledObjectRef,
  kind: ScalerRoute['objects'][number]['kind'],
  name: string,
  routes: readonly ScalerRoute[],
): Found | null {
  for (const route of routes) {
    const object = route.objects.find(
      (each) => each.kind === kind && each.name === name && each.namespace === namespace,
    );
    if (object) return { route, object };
  }
  return null;
}

function wishOfRoute({ object: { name, scalingMetric }, route }: Found): ScalerWish {
  const { concurrency, requestRate } = scalingMetric;
  return {
    of: { kind: 'route', name: route.name },
    concurrency:
      concurrency === null ? null : { metricName: `http_${name}_concurrency`, target: concurrency },
    rate: requestRate ? { ...requestRate, metricName: `http_${name}_rate`, isWhole: false } : null,
  };
}

function wishOfHttpScaledObject(
  { object: { name, scalingMetric }, route }: Found,
  namespace: string,
): ScalerWish {
  const { concurrency, requestRate } = scalingMetric;
  const metricName = httpScaledObjectMetric(namespace, name);
  return {
    of: { kind: 'route', name: route.name },
    concurrency: concurrency === null ? null : { metricName, target: concurrency },
    rate: requestRate ? { ...requestRate, metricName, isWhole: true } : null,
  };
}

/** The slash between namespace and name is no character of a metric's name; the add-on writes its code. */
const httpScaledObjectMetric = (namespace: string, name: string): string => `http-${namespace}_002F${name}`;

function wishOfTarget(
  target: string,
  { scalerMetadata }: ScaledObjectRef,
  targets: readonly ScalerTarget[],
  routes: readonly ScalerRoute[],
): ScalerWish {
  const known = targets.find(({ name }) => name === target);
  if (!known) {
    throw new AppError(
      'not-found',
      `There is no route and no scale target "${target}" behind this gateway; interceptorRoute names one of ${[namesOf('InterceptorRoute', routes), ...targets.map(({ name }) => name)].filter((text) => text !== 'none').join(', ')}.`,
    );
  }
  const rate = numberIn(scalerMetadata, 'requestRate');
  const concurrency = numberIn(scalerMetadata, 'concurrency') ?? (rate === null ? known.slots : null);
  const windowMs = durationIn(scalerMetadata, 'window', defaultWindowMs);
  const granularityMs = durationIn(scalerMetadata, 'granularity', defaultGranularityMs);
  if (windowMs < granularityMs || windowMs / granularityMs > maxBuckets) {
    throw new AppError(
      'invalid-argument',
      `window: expected at least one and at most ${maxBuckets} times granularity.`,
    );
  }
  return {
    of: { kind: 'target', name: target },
    concurrency:
      concurrency === null ? null : { metricName: `http_${target}_concurrency`, target: concurrency },
    rate:
      rate === null
        ? null
        : { metricName: `http_${target}_rate`, target: rate, windowMs, granularityMs, isWhole: false },
  };
}

const namesOf = (kind: string, routes: readonly ScalerRoute[]): string =>
  routes
    .flatMap(({ objects }) => objects)
    .filter((object) => object.kind === kind)
    .map(({ name, namespace }) => `${namespace}/${name}`)
    .join(', ') || 'none';

function numberIn(metadata: Readonly<Record<string, string>>, key: string): number | null {
  const text = metadata[key]?.trim() ?? '';
  if (text === '') return null;
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new AppError('invalid-argument', `${key}: expected a number > 0, received "${text}".`);
}

function durationIn(metadata: Readonly<Record<string, string>>, key: string, otherwiseMs: number): number {
  const text = metadata[key]?.trim() ?? '';
  if (text === '') return otherwiseMs;
  const ms = parseGoDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw new AppError('invalid-argument', `${key}: expected a duration such as 1m, received "${text}".`);
}
