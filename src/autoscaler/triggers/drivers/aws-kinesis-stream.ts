import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import type { CreateTrigger } from '../trigger.ts';
import { awsService } from './aws/aws-service.ts';

const summarySchema = z.object({ StreamDescriptionSummary: z.object({ OpenShardCount: z.int() }) });

/**
 * Open shards of a Kinesis stream.
 *
 * @see https://keda.sh/docs/latest/scalers/aws-kinesis/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const kinesis = awsService({ title: 'Kinesis', service: 'kinesis' }, values, spec, dependencies);
  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    const answer = await kinesis.askJson(
      {
        target: 'Kinesis_20131202.DescribeStreamSummary',
        version: '1.1',
        input: { StreamName: values.text('streamName') },
      },
      nowMs,
      signal,
    );
    const summary = summarySchema.safeParse(answer);
    if (summary.success) return summary.data.StreamDescriptionSummary.OpenShardCount;
    throw new AppError('upstream-failed', `${kinesis.what} did not say how many shards are open.`);
  });
};
