import * as z from 'zod';
import {
  describeValue,
  goDuration,
  metadataSchema,
  nonEmptyText,
  oneOf,
  stringMapSchema,
  wholeNumber,
} from './metadata-schema.ts';

/** Longest body that stands in the object itself, in characters. */
const maxBodyLength = 32_768;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** Exactly one of `port` and `portName`: beside the name of a Service wherever one is named. */
export const hasOnePort = (value: { readonly port?: unknown; readonly portName?: unknown }): boolean =>
  isGiven(value.port) !== isGiven(value.portName);
export const onePort = {
  error: 'expected exactly one of port and portName: the number of a port of the Service, or its name',
};
export const portFields = { port: wholeNumber(1, 65_535).nullish(), portName: nonEmptyText.nullish() };

const hasNoDouble = (values: readonly string[] | null | undefined): boolean =>
  !values || new Set(values).size === values.length;

/** A header by its name, or by name and value. */
export const headerMatches = z
  .array(z.object({ name: nonEmptyText, value: z.string().nullish() }))
  .refine((headers) => hasNoDouble(headers.map(({ name }) => name)), {
    error: 'expected each header name once',
  });

export const hostNames = z.array(z.string()).refine(hasNoDouble, { error: 'expected each host once' });

const rule = z.object({
  hosts: hostNames.nullish(),
  paths: z.array(z.object({ value: nonEmptyText })).nullish(),
  headers: headerMatches.nullish(),
});
export type RuleManifest = z.infer<typeof rule>;

const response = z
  .object({
    statusCode: wholeNumber(100, 599).nullish(),
    headers: stringMapSchema.nullish(),
    body: z
      .string({ error: (issue) => `expected text, received ${describeValue(issue.input)}` })
      .max(
        maxBodyLength,
        `expected at most ${maxBodyLength} characters; put a longer body into a ConfigMap and name it in bodyFromConfigMap`,
      )
      .nullish(),
    bodyFromConfigMap: z.object({ name: nonEmptyText, key: z.string().nullish() }).nullish(),
  })
  .refine(({ body, bodyFromConfigMap }) => !isGiven(body) || !isGiven(bodyFromConfigMap), {
    error: 'expected at most one of body and bodyFromConfigMap, received both',
  });
export type ResponseManifest = z.infer<typeof response>;

const coldStart = z
  .object({
    fallback: z
      .object({
        service: z
          .object({ name: nonEmptyText, ...portFields }, { error: 'expected a map with name and port' })
          .refine(hasOnePort, onePort),
      })
      .nullish(),
    placeholder: z.object({ response }).nullish(),
    maxPendingRequests: wholeNumber(1).nullish(),
    overflow: oneOf('Reject', 'Placeholder').nullish(),
  })
  .refine(
    ({ fallback, maxPendingRequests, placeholder }) =>
      [fallback, placeholder, maxPendingRequests].some(isGiven),
    { error: 'expected at least one of fallback, placeholder and maxPendingRequests' },
  )
  .refine(({ overflow, placeholder }) => overflow !== 'Placeholder' || isGiven(placeholder), {
    path: ['overflow'],
    error: 'expected a placeholder beside overflow: Placeholder; those above the limit would get nothing',
  });

/**
 * `http.keda.sh/v1beta1` InterceptorRoute with the ranges of its schema.
 *
 * @see https://keda.sh/http-add-on/latest/reference/interceptorroute/
 */
export const interceptorRouteSchema = z.object({
  metadata: metadataSchema.extend({ creationTimestamp: z.string().nullish() }),
  spec: z.object({
    target: z.object({ service: nonEmptyText, ...portFields }).refine(hasOnePort, onePort),
    rules: z.array(rule).nullish(),
    scalingMetric: z
      .object({
        concurrency: z.object({ targetValue: wholeNumber(1) }).nullish(),
        requestRate: z
          .object({
            targetValue: wholeNumber(1),
            window: goDuration.nullish(),
            granularity: goDuration.nullish(),
          })
          .nullish(),
      })
      .refine(({ concurrency, requestRate }) => isGiven(concurrency) || isGiven(requestRate), {
        error: 'expected at least one of concurrency and requestRate',
      }),
    coldStart: coldStart.nullish(),
    timeouts: z
      .object({
        readiness: goDuration.nullish(),
        request: goDuration.nullish(),
        responseHeader: goDuration.nullish(),
      })
      .nullish(),
    staticRoutes: z
      .array(
        z.object({
          rules: z.array(rule).min(1, 'expected at least one rule, received an empty list'),
          response,
          responseMode: oneOf('WhenUnavailable', 'Always').nullish(),
        }),
      )
      .nullish(),
    sessionPersistence: z.unknown().optional(),
  }),
});
export type InterceptorRouteManifest = z.infer<typeof interceptorRouteSchema>;
