import * as z from 'zod';
import { hasOnePort, headerMatches, hostNames, onePort, portFields } from './interceptor-route-schema.ts';
import { goDuration, metadataSchema, nonEmptyText, wholeNumber } from './metadata-schema.ts';

/** What the schema of a cluster fills in where a metric is named without a value. */
const targetValue = wholeNumber(1).nullish();

/**
 * `http.keda.sh/v1alpha1` HTTPScaledObject, which the InterceptorRoute has taken the place of.
 *
 * @see https://keda.sh/http-add-on/latest/reference/httpscaledobject/
 */
export const httpScaledObjectSchema = z.object({
  metadata: metadataSchema.extend({ creationTimestamp: z.string().nullish() }),
  spec: z.object({
    hosts: hostNames.nullish(),
    pathPrefixes: z.array(z.string()).nullish(),
    headers: headerMatches.nullish(),
    scaleTargetRef: z
      .object({
        name: nonEmptyText,
        apiVersion: z.string().nullish(),
        kind: z.string().nullish(),
        service: nonEmptyText,
        ...portFields,
      })
      .refine(hasOnePort, onePort),
    coldStartTimeoutFailoverRef: z
      .object({ service: nonEmptyText, ...portFields, timeoutSeconds: wholeNumber(0).nullish() })
      .refine(hasOnePort, onePort)
      .nullish(),
    replicas: z.object({ min: wholeNumber(0).nullish(), max: wholeNumber(1).nullish() }).nullish(),
    targetPendingRequests: wholeNumber(1).nullish(),
    scaledownPeriod: wholeNumber(0).nullish(),
    initialCooldownPeriod: wholeNumber(0).nullish(),
    scalingMetric: z
      .object({
        concurrency: z.object({ targetValue }).nullish(),
        requestRate: z
          .object({ targetValue, window: goDuration.nullish(), granularity: goDuration.nullish() })
          .nullish(),
      })
      .nullish(),
    timeouts: z
      .object({ conditionWait: goDuration.nullish(), responseHeader: goDuration.nullish() })
      .nullish(),
  }),
});
export type HttpScaledObjectManifest = z.infer<typeof httpScaledObjectSchema>;
