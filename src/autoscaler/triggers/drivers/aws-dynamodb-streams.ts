import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import type { CreateTrigger } from '../trigger.ts';
import { awsService } from './aws/aws-service.ts';

const tableSchema = z.object({ Table: z.object({ LatestStreamArn: z.string().nullish() }) });
const pageSchema = z.object({
  StreamDescription: z.object({
    Shards: z.array(z.unknown()).nullish(),
    LastEvaluatedShardId: z.string().nullish(),
  }),
});

/**
 * Shards of the stream of a DynamoDB table, closed ones included.
 *
 * @see https://keda.sh/docs/latest/scalers/aws-dynamodb-streams/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const dynamo = awsService({ title: 'DynamoDB', service: 'dynamodb' }, values, spec, dependencies);
  const streams = awsService(
    { title: 'DynamoDB Streams', service: 'dynamodb', host: 'streams.dynamodb' },
    values,
    spec,
    dependencies,
  );
  const tableName = values.text('tableName');
  let known: string | null = null;

  const findStream = async (nowMs: number, signal: AbortSignal): Promise<string> => {
    const input = { TableName: tableName };
    const target = 'DynamoDB_20120810.DescribeTable';
    const answer = tableSchema.safeParse(
      await dynamo.askJson({ target, version: '1.0', input }, nowMs, signal),
    );
    const stream = answer.data?.Table.LatestStreamArn;
    if (stream) return stream;
    throw new AppError('upstream-failed', `${dynamo.what}: the table ${tableName} has no stream.`);
  };
  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    const stream = known ?? (await findStream(nowMs, signal));
    // A table may have another stream after a failure.
    known = null;
    let count = 0;
    let from: string | null = null;
    do {
      const input: object = { StreamArn: stream, ...(from === null ? {} : { ExclusiveStartShardId: from }) };
      const target = 'DynamoDBStreams_20120810.DescribeStream';
      // oxlint-disable-next-line no-await-in-loop -- each page says where the next one begins
      const page = pageSchema.safeParse(
        await streams.askJson({ target, version: '1.0', input }, nowMs, signal),
      );
      if (!page.success) {
        throw new AppError('upstream-failed', `${streams.what} did not say which shards there are.`);
      }
      count += page.data.StreamDescription.Shards?.length ?? 0;
      from = page.data.StreamDescription.LastEvaluatedShardId ?? null;
    } while (from !== null);
    known = stream;
    return count;
  });
};
