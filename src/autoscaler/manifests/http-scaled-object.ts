import type { HttpScaledObjectManifest } from './http-scaled-object-schema.ts';
import { httpTimeouts } from './http-scaled-object-timeouts.ts';
import {
  createdMsOf,
  toConditions,
  toRequestRate,
  toServiceRef,
  type InterceptorRouteSpec,
  type ScalingMetricSpec,
} from './interceptor-route.ts';
import type { ManifestSource } from './metadata-schema.ts';
import { toScaledObject, type ScaledObjectSpec } from './scaled-object.ts';
import type { Complain } from './to-deployment.ts';

/** Where the operator finds the add-on's scaler; the release's own name on most clusters. */
const scalerAddress = 'keda-add-ons-http-external-scaler.keda:9090';
const pollingInterval = 15;
/** Of either metric, and of `targetPendingRequests`. */
const defaultTarget = 100;
const defaultFailoverSeconds = 30;

const skipCreation = 'httpscaledobject.keda.sh/skip-scaledobject-creation';

/** What the add-on makes of an HTTPScaledObject. */
export interface HttpScaledObjectParts {
  readonly route: InterceptorRouteSpec;
  /** Null where an annotation says that the user writes it. */
  readonly scaledObject: ScaledObjectSpec | null;
}

/** The route and the ScaledObject that the add-on's operator makes, under the object's own name. */
export function toHttpScaledObject(
  manifest: HttpScaledObjectManifest,
  source: ManifestSource,
  complain: Complain,
): HttpScaledObjectParts {
  const { metadata, spec } = manifest;
  const { coldStartTimeoutFailoverRef: failover, scaleTargetRef } = spec;
  const route: InterceptorRouteSpec = {
    kind: 'HTTPScaledObject',
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    source,
    createdMs: createdMsOf(metadata.creationTimestamp),
    target: toServiceRef(scaleTargetRef.service, scaleTargetRef),
    deployment: scaleTargetRef.name,
    rules: [
      toConditions({
        hosts: spec.hosts,
        paths: spec.pathPrefixes?.map((value) => ({ value })),
        headers: spec.headers,
      }),
    ],
    scalingMetric: metricOf(spec, complain),
    fallback: failover ? toServiceRef(failover.service, failover) : null,
    placeholder: null,
    maxPendingRequests: null,
    overflow: 'reject',
    timeouts: httpTimeouts({
      timeouts: spec.timeouts,
      coldStartTimeoutFailoverRef: failover
        ? { timeoutSeconds: failover.timeoutSeconds ?? defaultFailoverSeconds }
        : null,
    }),
    staticRoutes: [],
  };
  const isSkipped = metadata.annotations?.[skipCreation] === 'true';
  return { route, scaledObject: isSkipped ? null : generatedScaledObject(manifest, source) };
}

/** One metric: the rate where it is written, else concurrency. */
function metricOf(
  { scalingMetric, targetPendingRequests }: HttpScaledObjectManifest['spec'],
  complain: Complain,
): ScalingMetricSpec {
  const { concurrency, requestRate } = scalingMetric ?? {};
  const at = ['spec', 'scalingMetric'];
  if (requestRate) {
    if (concurrency) {
      complain(
        [...at, 'concurrency'],
        'has no effect beside requestRate: an HTTPScaledObject has one metric. An InterceptorRoute can have both.',
        'warning',
      );
    }
    const target = requestRate.targetValue ?? defaultTarget;
    return {
      concurrency: null,
      requestRate: toRequestRate(target, requestRate, [...at, 'requestRate'], complain),
    };
  }
  const target = concurrency
    ? (concurrency.targetValue ?? defaultTarget)
    : (targetPendingRequests ?? defaultTarget);
  return { concurrency: target, requestRate: null };
}

function generatedScaledObject(
  { metadata, spec }: HttpScaledObjectManifest,
  source: ManifestSource,
): ScaledObjectSpec {
  const { apiVersion, kind, name } = spec.scaleTargetRef;
  const generated = toScaledObject(
    {
      metadata,
      spec: {
        scaleTargetRef: { name, apiVersion: apiVersion || null, kind: kind || null },
        pollingInterval,
        cooldownPeriod: spec.scaledownPeriod,
        initialCooldownPeriod: spec.initialCooldownPeriod,
        minReplicaCount: spec.replicas?.min,
        maxReplicaCount: spec.replicas?.max,
        advanced: { restoreToOriginalReplicaCount: true },
        triggers: [{ type: 'external-push', metadata: { scalerAddress, httpScaledObject: metadata.name } }],
      },
    },
    source,
  );
  // None of its fields stands in a file: there is nothing to say about what is written.
  return { ...generated, written: new Set() };
}
