import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { dynamoValues } from '../values/dynamo-values.ts';
import { awsService } from './aws/aws-service.ts';

const pageSchema = z.object({
  Count: z.int(),
  LastEvaluatedKey: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * Items of a DynamoDB table that a query finds, over all of its pages.
 *
 * @see https://keda.sh/docs/latest/scalers/aws-dynamodb/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  // The catalogue's rules have read both as JSON.
  const attributeValues = dynamoValues(JSON.parse(values.text('expressionAttributeValues')));
  if (attributeValues === null) {
    throw triggerProblems(spec, dependencies, [
      'expressionAttributeValues: expected values of the types S, N, B, BOOL, NULL, L and M',
    ]);
  }
  const dynamo = awsService({ title: 'DynamoDB', service: 'dynamodb' }, values, spec, dependencies);
  const query = {
    TableName: values.text('tableName'),
    KeyConditionExpression: values.text('keyConditionExpression'),
    ExpressionAttributeNames: JSON.parse(values.text('expressionAttributeNames')) as unknown,
    ExpressionAttributeValues: attributeValues,
    ...(values.has('filterExpression') ? { FilterExpression: values.text('filterExpression') } : {}),
    ...(values.has('indexName') ? { IndexName: values.text('indexName') } : {}),
    Select: 'COUNT',
  };
  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    let count = 0;
    let from: object | null = null;
    do {
      const input: object = from === null ? query : { ...query, ExclusiveStartKey: from };
      const target = 'DynamoDB_20120810.Query';
      // oxlint-disable-next-line no-await-in-loop -- each page says where the next one begins
      const page = pageSchema.safeParse(
        await dynamo.askJson({ target, version: '1.0', input }, nowMs, signal),
      );
      if (!page.success) {
        throw new AppError('upstream-failed', `${dynamo.what} did not say how many items there are.`);
      }
      count += page.data.Count;
      from = page.data.LastEvaluatedKey ?? null;
    } while (from !== null);
    return count;
  });
};
