import type { InterceptorRouteSpec } from '../../manifests/interceptor-route.ts';
import type { ManifestSet } from '../../manifests/manifest-set.ts';
import type { Complaint } from '../finding.ts';
import { reachesZero } from '../lint-rule.ts';

type RouteComplaint = Complaint & { readonly rule: string };

/** A rate is rounded to thousandths. */
const mostBuckets = 2000;

/** What the sampling of the HTTP add-on's scaler does to a route that alone wakes its target from zero. */
export function routeComplaints(
  route: InterceptorRouteSpec,
  set: Pick<ManifestSet, 'scaledObjects'>,
): readonly RouteComplaint[] {
  if (!wakesAlone(route, set)) return [];
  const { concurrency, requestRate } = route.scalingMetric;
  if (requestRate && concurrency === null) {
    const at = ['spec', 'scalingMetric', 'requestRate'];
    const buckets = Math.ceil(requestRate.windowMs / requestRate.granularityMs);
    const rateOnly: RouteComplaint = {
      rule: 'http-rate-only',
      at,
      message:
        'The add-on samples counters and takes the first sight of one as its start: the first request after a long sleep may be in no difference, and is held while nothing starts.',
      fix: route.kind === 'HTTPScaledObject' ? 'Use concurrency.' : 'Set concurrency beside it.',
    };
    if (buckets <= mostBuckets) return [rateOnly];
    return [
      rateOnly,
      {
        rule: 'http-rate-rounds-off',
        at: [...at, 'granularity'],
        message: `The window has ${buckets} buckets, and a rate is rounded to thousandths: one request reads as 0 and wakes nobody.`,
        fix: `Shorten window or lengthen granularity, to at most ${mostBuckets} buckets.`,
      },
    ];
  }
  const isAnsweredAtOnce =
    route.placeholder !== null && (route.overflow === 'reject' || route.maxPendingRequests === null);
  if (requestRate || !isAnsweredAtOnce) return [];
  return [
    {
      rule: 'http-placeholder-unseen',
      at: ['spec', 'coldStart', 'placeholder'],
      message:
        'A placeholder is answered in no time, and the add-on looks at concurrency twice a second: it hardly ever sees the request, and the page wakes nobody.',
      fix: 'Set requestRate beside concurrency, or hold requests with maxPendingRequests and overflow: Placeholder.',
    },
  ];
}

/** Does a ScaledObject go to zero that has no trigger but for this route? */
function wakesAlone(
  { kind, name, namespace }: InterceptorRouteSpec,
  { scaledObjects }: Pick<ManifestSet, 'scaledObjects'>,
): boolean {
  const key = kind === 'InterceptorRoute' ? 'interceptorRoute' : 'httpScaledObject';
  return scaledObjects.some(
    (object) =>
      object.namespace === namespace &&
      reachesZero(object) &&
      object.triggers.every(({ metadata }) => metadata[key] === name),
  );
}
