import * as z from 'zod';
import { deploymentTemplateSchema } from './deployment-schema.ts';
import { describeValue, metadataSchema, oneOf, wholeNumber } from './metadata-schema.ts';
import { triggerSchema } from './scaled-object-schema.ts';

/**
 * `keda.sh/v1alpha1` ScaledJob with the ranges of its schema.
 *
 * @see https://keda.sh/docs/latest/reference/scaledjob-spec/
 */
export const scaledJobSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    jobTargetRef: z.object(
      {
        template: deploymentTemplateSchema,
        backoffLimit: wholeNumber(0).nullish(),
        activeDeadlineSeconds: wholeNumber(1).nullish(),
        parallelism: wholeNumber(0).nullish(),
        completions: wholeNumber(0).nullish(),
      },
      { error: (issue) => `expected the spec of a Job, received ${describeValue(issue.input)}` },
    ),
    pollingInterval: wholeNumber(1).nullish(),
    successfulJobsHistoryLimit: wholeNumber(0).nullish(),
    failedJobsHistoryLimit: wholeNumber(0).nullish(),
    rolloutStrategy: z.string().nullish(),
    rollout: z
      .object({
        strategy: z.string().nullish(),
        propagationPolicy: oneOf('background', 'foreground').nullish(),
      })
      .nullish(),
    minReplicaCount: wholeNumber(0).nullish(),
    maxReplicaCount: wholeNumber(1).nullish(),
    envSourceContainerName: z.string().nullish(),
    scalingStrategy: z
      .object({
        strategy: z.string().nullish(),
        customScalingQueueLengthDeduction: wholeNumber(0).nullish(),
        customScalingRunningJobPercentage: z
          .string({
            error: (issue) =>
              `expected a number in quotes, for example "0.5", received ${describeValue(issue.input)}`,
          })
          .nullish(),
        pendingPodConditions: z.array(z.string()).nullish(),
        multipleScalersCalculation: oneOf('max', 'min', 'avg', 'sum').nullish(),
      })
      .nullish(),
    triggers: z
      .array(triggerSchema, {
        error: (issue) => `expected a list of triggers, received ${describeValue(issue.input)}`,
      })
      .min(1, 'expected at least one trigger, received an empty list'),
  }),
});
export type ScaledJobManifest = z.infer<typeof scaledJobSchema>;
