import * as z from 'zod';
import { parseQuantity } from '../triggers/values/quantity.ts';
import {
  describeValue,
  metadataSchema,
  nonEmptyText as text,
  oneOf,
  stringMapSchema,
  wholeNumber,
} from './metadata-schema.ts';

const scalingPolicy = z.object({
  type: oneOf('Pods', 'Percent'),
  value: wholeNumber(1),
  periodSeconds: wholeNumber(1, 1800),
});

const direction = z.object({
  stabilizationWindowSeconds: wholeNumber(0, 3600).nullish(),
  selectPolicy: oneOf('Max', 'Min', 'Disabled').nullish(),
  policies: z
    .array(scalingPolicy)
    .min(1, 'expected at least one policy where policies are written')
    .nullish(),
  tolerance: z
    .union([z.string(), z.number()])
    .refine((written) => (parseQuantity(String(written).trim()) ?? -1) >= 0, {
      error: (issue) =>
        `expected a quantity from 0 on, such as 0.05 or 50m, received ${describeValue(issue.input)}`,
    })
    .nullish(),
});

/** `behavior` of an HPA v2, spelled as on a cluster. */
export const hpaBehaviorSchema = z.object({ scaleUp: direction.nullish(), scaleDown: direction.nullish() });
export type HpaBehaviorManifest = z.infer<typeof hpaBehaviorSchema>;

export const triggerSchema = z.object({
  type: text,
  name: z.string().nullish(),
  metadata: stringMapSchema.nullish(),
  authenticationRef: z
    .object({ name: text, kind: oneOf('TriggerAuthentication', 'ClusterTriggerAuthentication').nullish() })
    .nullish(),
  metricType: oneOf('AverageValue', 'Value', 'Utilization').nullish(),
  useCachedMetrics: z.boolean().nullish(),
});

/**
 * `keda.sh/v1alpha1` ScaledObject with the ranges of its schema.
 *
 * @see https://keda.sh/docs/latest/reference/scaledobject-spec/
 */
export const scaledObjectSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    scaleTargetRef: z.object({
      name: text,
      apiVersion: z.string().nullish(),
      kind: z.string().nullish(),
      envSourceContainerName: z.string().nullish(),
    }),
    pollingInterval: wholeNumber(1).nullish(),
    cooldownPeriod: wholeNumber(0).nullish(),
    initialCooldownPeriod: wholeNumber(0).nullish(),
    idleReplicaCount: wholeNumber(0).nullish(),
    minReplicaCount: wholeNumber(0).nullish(),
    maxReplicaCount: wholeNumber(1).nullish(),
    fallback: z
      .object({
        failureThreshold: wholeNumber(0),
        replicas: wholeNumber(0),
        behavior: oneOf(
          'static',
          'currentReplicas',
          'currentReplicasIfHigher',
          'currentReplicasIfLower',
          'scalingModifiers',
        ).nullish(),
      })
      .nullish(),
    advanced: z
      .object({
        restoreToOriginalReplicaCount: z.boolean().nullish(),
        horizontalPodAutoscalerConfig: z
          .object({ name: z.string().nullish(), behavior: hpaBehaviorSchema.nullish() })
          .nullish(),
        scalingModifiers: z
          .object({
            formula: z.string().nullish(),
            target: z.string({ error: 'expected a number in quotes' }).nullish(),
            activationTarget: z.string({ error: 'expected a number in quotes' }).nullish(),
            metricType: oneOf('AverageValue', 'Value', 'Utilization').nullish(),
          })
          .nullish(),
      })
      .nullish(),
    triggers: z
      .array(triggerSchema, {
        error: (issue) => `expected a list of triggers, received ${describeValue(issue.input)}`,
      })
      .min(1, 'expected at least one trigger, received an empty list'),
  }),
});
export type ScaledObjectManifest = z.infer<typeof scaledObjectSchema>;
