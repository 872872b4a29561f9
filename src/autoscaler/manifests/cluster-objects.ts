import * as z from 'zod';
import {
  describeValue,
  metadataSchema,
  quantities,
  wholeNumber,
  type ManifestSource,
} from './metadata-schema.ts';
import { hpaBehaviorSchema, type HpaBehaviorManifest } from './scaled-object-schema.ts';

/** One port of a Service. */
export interface ServicePort {
  readonly name: string | null;
  readonly port: number;
  /** The number or the name of a port of the pods; the port's own number unless written. */
  readonly targetPort: number | string;
  /** `kubernetes.io/h2c`: the pods speak HTTP/2 without TLS. */
  readonly appProtocol: string | null;
}

/** `v1` Service: who answers behind a name. The gateway does its work here; routes and rules about metrics look at it. */
export interface ServiceSpec {
  readonly name: string;
  readonly namespace: string;
  readonly source: ManifestSource;
  /** Empty: it selects no pods. */
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  /** Where a Service of type ExternalName leads; null for every other. */
  readonly externalName: string | null;
}

export const serviceSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    type: z.string().nullish(),
    externalName: z.string().nullish(),
    selector: z.record(z.string(), z.string()).nullish(),
    ports: z
      .array(
        z.object({
          name: z.string().nullish(),
          port: wholeNumber(1, 65_535),
          targetPort: z.union([wholeNumber(1, 65_535), z.string().min(1)]).nullish(),
          appProtocol: z.string().nullish(),
        }),
      )
      .nullish(),
  }),
});

export function toService(
  { metadata, spec }: z.infer<typeof serviceSchema>,
  source: ManifestSource,
): ServiceSpec {
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    source,
    selector: spec.selector ?? {},
    externalName: spec.type === 'ExternalName' ? (spec.externalName ?? '') : null,
    ports: (spec.ports ?? []).map(({ appProtocol, name, port, targetPort }) => ({
      name: name ?? null,
      port,
      targetPort: targetPort ?? port,
      appProtocol: appProtocol ?? null,
    })),
  };
}

/** `autoscaling/v2` HorizontalPodAutoscaler that lies beside the ScaledObjects: as far as it can be in their way. */
export interface HorizontalPodAutoscalerSpec {
  readonly name: string;
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly source: ManifestSource;
  readonly scaleTargetRef: { readonly name: string; readonly kind: string; readonly apiVersion: string };
  readonly minReplicas: number | null;
  readonly maxReplicas: number;
  readonly behavior: HpaBehaviorManifest | null;
  /** Names of the ScaledObjects that own it. */
  readonly owners: readonly string[];
}

export const horizontalPodAutoscalerSchema = z.object({
  metadata: metadataSchema.extend({
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).nullish(),
  }),
  spec: z.object({
    scaleTargetRef: z.object({
      name: z.string({ error: (issue) => `expected a name, received ${describeValue(issue.input)}` }),
      kind: z.string(),
      apiVersion: z.string().nullish(),
    }),
    minReplicas: wholeNumber(0).nullish(),
    maxReplicas: wholeNumber(1),
    behavior: hpaBehaviorSchema.nullish(),
  }),
});

export function toHorizontalPodAutoscaler(
  { metadata, spec }: z.infer<typeof horizontalPodAutoscalerSchema>,
  source: ManifestSource,
): HorizontalPodAutoscalerSpec {
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    annotations: metadata.annotations ?? {},
    source,
    scaleTargetRef: { ...spec.scaleTargetRef, apiVersion: spec.scaleTargetRef.apiVersion ?? 'apps/v1' },
    minReplicas: spec.minReplicas ?? null,
    maxReplicas: spec.maxReplicas,
    behavior: spec.behavior ?? null,
    owners: (metadata.ownerReferences ?? [])
      .filter(({ kind }) => kind === 'ScaledObject')
      .map(({ name }) => name),
  };
}

/** `v1` LimitRange: what containers ask for when they say nothing. */
export interface LimitRangeSpec {
  readonly name: string;
  readonly namespace: string;
  readonly source: ManifestSource;
  /** Resources with a container default, of a request or a limit, above 0. */
  readonly defaults: readonly string[];
}

export const limitRangeSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    limits: z.array(z.object({ type: z.string(), default: quantities, defaultRequest: quantities })),
  }),
});

export function toLimitRange(
  { metadata, spec }: z.infer<typeof limitRangeSchema>,
  source: ManifestSource,
): LimitRangeSpec {
  const values = spec.limits
    .filter(({ type }) => type === 'Container')
    .flatMap((limit) => [
      ...Object.entries(limit.default ?? {}),
      ...Object.entries(limit.defaultRequest ?? {}),
    ]);
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    source,
    defaults: values.filter(([, value]) => Number.parseFloat(String(value)) > 0).map(([name]) => name),
  };
}
