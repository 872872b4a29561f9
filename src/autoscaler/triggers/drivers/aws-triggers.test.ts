import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTriggerDriver } from '../catalog.ts';
import { testTrigger, triggerDependencies, triggerSpec } from '../conformance.ts';

const never = new AbortController().signal;
type Texts = Readonly<Record<string, string>>;
const authParams = { awsAccessKeyID: 'k', awsSecretAccessKey: 'geheim' };

/** One reading; the questions are answered one after the other. */
async function read(type: string, metadata: Texts, ...answers: readonly (object | string)[]) {
  const asked: Request[] = [];
  const create = await loadTriggerDriver(type);
  await using trigger = create(
    triggerSpec(type, { awsRegion: 'eu-west-1', ...metadata }),
    triggerDependencies({
      authParams,
      fetch: (url, init) => {
        const answer = answers[asked.push(new Request(url, init)) - 1] ?? '';
        return Promise.resolve(typeof answer === 'string' ? new Response(answer) : Response.json(answer));
      },
    }),
  );
  const [reading] = await trigger.read(Date.parse('2026-01-02T03:04:05Z'), never);
  return { value: reading?.value, active: reading?.active, asked };
}
const signedFor = (request: Request | undefined): string | undefined =>
  /Credential=k\/(.*)\/aws4_request/.exec(request?.headers.get('authorization') ?? '')?.[1];

const stream = { streamName: 'clicks' };
const open = (count: number) => ({ StreamDescriptionSummary: { OpenShardCount: count } });
testTrigger(
  'aws-kinesis-stream',
  { awsRegion: 'r', ...stream },
  { authParams, fetch: () => Promise.resolve(Response.json(open(3))) },
);

test('aws-kinesis-stream: open shards', async () => {
  const { active, asked, value } = await read(
    'aws-kinesis-stream',
    { ...stream, activationShardCount: '3' },
    open(3),
  );
  assert.deepEqual([value, active], [3, false]);
  assert.equal(asked[0]?.url, 'https://kinesis.eu-west-1.amazonaws.com/');
  assert.equal(asked[0]?.headers.get('x-amz-target'), 'Kinesis_20131202.DescribeStreamSummary');
  assert.equal(asked[0]?.headers.get('content-type'), 'application/x-amz-json-1.1');
  assert.equal(signedFor(asked[0]), '20260102/eu-west-1/kinesis');
  assert.deepEqual(await asked[0]?.json(), { StreamName: 'clicks' });
  await assert.rejects(read('aws-kinesis-stream', stream, {}), /did not say how many shards/);
});

const table = {
  tableName: 'films',
  keyConditionExpression: '#y = :y',
  expressionAttributeNames: '{"#y": "year"}',
  expressionAttributeValues: '{":y": {"N": "1994"}}',
  targetValue: '2',
};
testTrigger(
  'aws-dynamodb',
  { awsRegion: 'r', ...table },
  { authParams, fetch: () => Promise.resolve(Response.json({ Count: 3 })) },
);

test('aws-dynamodb: items of all pages', async () => {
  const change = { filterExpression: 'a = b', indexName: 'byYear', awsRegion: 'cn-north-1' };
  const LastEvaluatedKey = { id: { S: 'x' } };
  const pages = [{ Count: 3, LastEvaluatedKey }, { Count: 0, LastEvaluatedKey }, { Count: 4 }];
  const { active, asked, value } = await read('aws-dynamodb', { ...table, ...change }, ...pages);
  assert.deepEqual([value, active], [7, true]);
  assert.equal(asked[0]?.url, 'https://dynamodb.cn-north-1.amazonaws.com.cn/');
  assert.equal(asked[0]?.headers.get('x-amz-target'), 'DynamoDB_20120810.Query');
  assert.equal(signedFor(asked[0]), '20260102/cn-north-1/dynamodb');
  const first = {
    TableName: 'films',
    KeyConditionExpression: '#y = :y',
    ExpressionAttributeNames: { '#y': 'year' },
    ExpressionAttributeValues: { ':y': { N: '1994' } },
    FilterExpression: 'a = b',
    IndexName: 'byYear',
    Select: 'COUNT',
  };
  assert.deepEqual(await asked[0]?.json(), first);
  assert.deepEqual(await asked[2]?.json(), { ...first, ExclusiveStartKey: LastEvaluatedKey });
});

test('aws-dynamodb: what is wrong is said', async () => {
  await assert.rejects(read('aws-dynamodb', table, {}), /did not say how many items/);
  const sets = { expressionAttributeValues: '{":y": {"SS": ["1994"]}}' };
  await assert.rejects(read('aws-dynamodb', { ...table, ...sets }), /expected values of the types S, N, B/);
});

const found = { Table: { LatestStreamArn: 'arn:stream' } };
const shards = (count: number, LastEvaluatedShardId?: string) => ({
  StreamDescription: { Shards: Array.from({ length: count }, () => ({})), LastEvaluatedShardId },
});
testTrigger(
  'aws-dynamodb-streams',
  { awsRegion: 'r', tableName: 'films' },
  { authParams, fetch: () => Promise.resolve(Response.json({ ...found, ...shards(3) })) },
);

test('aws-dynamodb-streams: shards of all pages', async () => {
  const streams = { tableName: 'films' };
  const { asked, value } = await read('aws-dynamodb-streams', streams, found, shards(100, 'last'), shards(1));
  assert.equal(value, 101);
  assert.deepEqual(
    asked.map(({ headers, url }) => [new URL(url).host.split('.eu')[0], headers.get('x-amz-target')]),
    [
      ['dynamodb', 'DynamoDB_20120810.DescribeTable'],
      ['streams.dynamodb', 'DynamoDBStreams_20120810.DescribeStream'],
      ['streams.dynamodb', 'DynamoDBStreams_20120810.DescribeStream'],
    ],
  );
  assert.equal(signedFor(asked[1]), '20260102/eu-west-1/dynamodb');
  assert.deepEqual(await asked[0]?.json(), { TableName: 'films' });
  assert.deepEqual(await asked[2]?.json(), { StreamArn: 'arn:stream', ExclusiveStartShardId: 'last' });
  await assert.rejects(read('aws-dynamodb-streams', streams, { Table: {} }), /the table films has no stream/);
  await assert.rejects(read('aws-dynamodb-streams', streams, found, {}), /did not say which shards/);
});

const metric = {
  namespace: 'AWS/SQS',
  metricName: 'Messages',
  dimensionName: 'Queue;Kind',
  dimensionValue: 'a b;c',
  targetMetricValue: '2',
  minMetricValue: '1',
};
const answer = (values: string): string =>
  `<GetMetricDataResponse><GetMetricDataResult><MetricDataResults><member><Values>${values}</Values></member>` +
  '</MetricDataResults></GetMetricDataResult></GetMetricDataResponse>';
testTrigger(
  'aws-cloudwatch',
  { awsRegion: 'r', ...metric },
  { authParams, fetch: () => Promise.resolve(new Response(answer('<member>7</member>'))) },
);

// Both questions are those of Amazon's own @aws-sdk/client-cloudwatch.
for (const { metadata, name, want } of [
  {
    name: 'a metric',
    metadata: { ...metric, metricUnit: 'Count', awsAccountId: '9' },
    want:
      'MetricDataQueries.member.1.Id=c1&MetricDataQueries.member.1.MetricStat.Metric.Namespace=AWS/SQS' +
      '&MetricDataQueries.member.1.MetricStat.Metric.MetricName=Messages' +
      '&MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Name=Queue' +
      '&MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value=a b' +
      '&MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.2.Name=Kind' +
      '&MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.2.Value=c' +
      '&MetricDataQueries.member.1.MetricStat.Period=300&MetricDataQueries.member.1.MetricStat.Stat=Average' +
      '&MetricDataQueries.member.1.MetricStat.Unit=Count&MetricDataQueries.member.1.ReturnData=true' +
      '&MetricDataQueries.member.1.AccountId=9&',
  },
  {
    name: 'an expression',
    metadata: { expression: 'SELECT 1', targetMetricValue: '2', minMetricValue: '1' },
    want:
      'MetricDataQueries.member.1.Id=q1&MetricDataQueries.member.1.Expression=SELECT 1' +
      '&MetricDataQueries.member.1.Period=300&',
  },
]) {
  test(`aws-cloudwatch: ${name}`, async () => {
    const { asked, value } = await read('aws-cloudwatch', metadata, answer('<member>7.5</member>'));
    assert.equal(value, 7.5);
    assert.equal(asked[0]?.url, 'https://monitoring.eu-west-1.amazonaws.com/');
    assert.equal(signedFor(asked[0]), '20260102/eu-west-1/monitoring');
    const rest =
      'StartTime=2026-01-02T02:55:00Z&EndTime=2026-01-02T03:00:00Z&ScanBy=TimestampDescending&Action=GetMetricData&Version=2010-08-01';
    assert.deepEqual(
      new Map(new URLSearchParams(await asked[0]?.text())),
      new Map(new URLSearchParams(`${want}${rest}`)),
    );
  });
}

test('aws-cloudwatch: no value is the smallest there is, or an error', async () => {
  assert.equal((await read('aws-cloudwatch', metric, answer(''))).value, 1);
  await assert.rejects(
    read('aws-cloudwatch', { ...metric, ignoreNullValues: 'false' }, answer('')),
    /CloudWatch at .* has no value of the metric/,
  );
  const nothing = '<GetMetricDataResponse><GetMetricDataResult/></GetMetricDataResponse>';
  assert.equal((await read('aws-cloudwatch', { ...metric, ignoreNullValues: 'false' }, nothing)).value, 1);
});
