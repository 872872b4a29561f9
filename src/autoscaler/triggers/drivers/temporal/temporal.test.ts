import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { after, test } from 'node:test';
import { createFrameReader, frame } from '../../../external-scaler/grpc-frames.ts';
import { testTrigger, triggerDependencies, triggerSpec } from '../../conformance.ts';
import { runningWorkflowsQuery, type WorkflowScope } from '../../values/temporal-query.ts';
import { createTrigger } from '../temporal.ts';
import * as messages from './temporal-messages.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const hex = (message: Uint8Array): string => Buffer.from(message).toString('hex');

// Written by Temporal's own @temporalio/proto 1.24.
const queueOf7 = '2a0708071d0000c03f';
const versionsOf409 =
  '1a220a00121e0a0d08011209120708031d0000c03f0a0d08021209120708061d0000c03f1a160a02763112100a0e0801120a12080890031d0000c03f1a110a027632120b0a09080112050a03120178';
const drainingOf11 =
  '0a071203776562700412130a066f726465727310011a0708051d0000c03f12130a066f726465727310021a0708061d0000c03f12120a056f7468657210011a0708641d0000c03f120a0a066f72646572731003';
const countOf300 = '08ac02';

const never = new AbortController().signal;
// It stands before the first test: whoever is waited for between tests is late for their end.
const always = await temporal({ DescribeTaskQueue: queueOf7 });

test('temporal: messages are those of its own library', () => {
  const queue = { namespace: 'shop', taskQueue: 'orders' };
  assert.equal(hex(messages.encodeDescribeQueue(queue, 2)), '0a0473686f70120a0a066f7264657273100118024001');
  const selection = { buildIds: [''], unversioned: false, allActive: true };
  assert.equal(
    hex(messages.encodeDescribeVersions(queue, selection, [2, 1, 3])),
    '0a0473686f70120a0a066f72646572731001280132040a0018013a030201034001',
  );
  assert.equal(
    hex(messages.encodeDescribeDeployment('shop', 'web', 'v1')),
    '0a0473686f701a090a02763112037765622001',
  );
  assert.equal(hex(messages.encodeCount('shop', 'a is null')), '0a0473686f70120961206973206e756c6c');
  assert.deepEqual(messages.decodeQueue(bytes(queueOf7)), { whole: 7, versions: 0 });
  assert.deepEqual(messages.decodeQueue(bytes(versionsOf409)), { whole: 0, versions: 409 });
  assert.deepEqual(messages.decodeDeployment(bytes(drainingOf11)), {
    status: 4,
    queues: [
      { name: 'orders', type: 1, backlog: 5 },
      { name: 'orders', type: 2, backlog: 6 },
      { name: 'other', type: 1, backlog: 100 },
      { name: 'orders', type: 3, backlog: 0 },
    ],
  });
  assert.equal(messages.decodeCount(bytes(countOf300)), 300);
});

const scope: WorkflowScope = {
  taskQueue: 'orders',
  workflowTaskQueueForCount: '',
  workerDeploymentName: '',
  workerDeploymentBuildId: '',
  usesBuildIds: false,
};
for (const { change, name, want } of [
  {
    name: 'of workers without versions',
    change: {},
    want: "ExecutionStatus = 'Running' AND TaskQueue = 'orders' AND TemporalWorkerDeploymentVersion is null",
  },
  {
    name: 'of another queue, by build ids',
    change: { workflowTaskQueueForCount: 'flows', usesBuildIds: true },
    want: "ExecutionStatus = 'Running' AND TaskQueue = 'flows'",
  },
  {
    name: 'of a version of a deployment',
    change: { workerDeploymentName: 'web', workerDeploymentBuildId: 'v1.2' },
    want: "ExecutionStatus = 'Running' AND TaskQueue = 'orders' AND TemporalWorkerDeploymentVersion = 'web:v1.2'",
  },
]) {
  test(`temporal: the query for running workflows ${name}`, () =>
    assert.equal(runningWorkflowsQuery({ ...scope, ...change }), want));
}
test('temporal: a name that could end the query is refused', () => {
  for (const change of [
    { taskQueue: "a' OR 'b" },
    { workflowTaskQueueForCount: 'a b' },
    { workerDeploymentName: 'web', workerDeploymentBuildId: '' },
  ]) {
    assert.throws(
      () => runningWorkflowsQuery({ ...scope, ...change }),
      /cannot stand in a query of Temporal/,
    );
  }
});

interface Call {
  readonly method: string;
  readonly message: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server that answers by method; a number is a gRPC status. */
async function temporal(answers: Readonly<Record<string, string | number>>) {
  const calls: Call[] = [];
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const method = String(headers[':path']).split('/').at(-1) ?? '';
    const read = createFrameReader();
    stream.on('data', (piece: Buffer) => {
      for (const message of read(piece)) {
        calls.push({ method, message: hex(message), headers });
        const answer = answers[method] ?? 12;
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () =>
          stream.sendTrailers({ 'grpc-status': typeof answer === 'number' ? String(answer) : '0' }),
        );
        stream.end(typeof answer === 'number' ? undefined : frame(bytes(answer)));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { calls, endpoint: `127.0.0.1:${port}` };
}

testTrigger('temporal', { endpoint: always.endpoint, taskQueue: 'orders' });

const cases: readonly {
  readonly name: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<string, string | number>>;
  readonly want: { readonly value: number; readonly active: boolean };
  readonly asked: readonly string[];
}[] = [
  {
    name: 'all three types of a queue are summed; a server without GetSystemInfo will do',
    answers: { DescribeTaskQueue: queueOf7 },
    want: { value: 21, active: true },
    asked: ['GetSystemInfo', 'DescribeTaskQueue', 'DescribeTaskQueue', 'DescribeTaskQueue'],
  },
  {
    name: 'one type, up to the activation',
    metadata: { queueTypes: 'activity', activationTargetQueueSize: '7' },
    answers: { GetSystemInfo: '', DescribeTaskQueue: queueOf7 },
    want: { value: 7, active: false },
    asked: ['GetSystemInfo', 'DescribeTaskQueue'],
  },
  {
    name: 'running workflows keep it active without changing the value',
    metadata: { includeRunningWorkflowCount: 'true', queueTypes: 'workflow' },
    answers: { DescribeTaskQueue: '', CountWorkflowExecutions: countOf300 },
    want: { value: 0, active: true },
    asked: ['GetSystemInfo', 'DescribeTaskQueue', 'CountWorkflowExecutions'],
  },
  {
    name: 'a count that fails keeps nothing',
    metadata: { includeRunningWorkflowCount: 'true', queueTypes: 'workflow' },
    answers: { DescribeTaskQueue: '', CountWorkflowExecutions: 8 },
    want: { value: 0, active: false },
    asked: ['GetSystemInfo', 'DescribeTaskQueue', 'CountWorkflowExecutions'],
  },
  {
    name: 'build ids in one question',
    metadata: { selectAllActive: 'true' },
    answers: { DescribeTaskQueue: versionsOf409 },
    want: { value: 409, active: true },
    asked: ['GetSystemInfo', 'DescribeTaskQueue'],
  },
  {
    name: 'a version of a deployment: its own queue, of the types wanted',
    metadata: { workerDeploymentName: 'web', workerDeploymentBuildId: 'v1', queueTypes: 'workflow' },
    answers: { DescribeWorkerDeploymentVersion: drainingOf11 },
    want: { value: 5, active: true },
    asked: ['GetSystemInfo', 'DescribeWorkerDeploymentVersion'],
  },
  {
    name: 'a version that drains stays active, unasked',
    metadata: {
      workerDeploymentName: 'web',
      workerDeploymentBuildId: 'v1',
      includeRunningWorkflowCount: 'true',
      activationTargetQueueSize: '50',
    },
    answers: { DescribeWorkerDeploymentVersion: drainingOf11 },
    want: { value: 11, active: true },
    asked: ['GetSystemInfo', 'DescribeWorkerDeploymentVersion'],
  },
];
for (const { answers, asked, metadata = {}, name, want } of cases) {
  test(`temporal: ${name}`, async () => {
    const { calls, endpoint } = await temporal(answers);
    await using trigger = createTrigger(
      triggerSpec('temporal', { endpoint, taskQueue: 'orders', namespace: 'shop', ...metadata }),
      triggerDependencies(),
    );
    const [reading] = await trigger.read(0, never);
    assert.deepEqual({ value: reading?.value, active: reading?.active }, want);
    assert.deepEqual(
      calls.map(({ method }) => method),
      asked,
    );
    for (const { headers } of calls) assert.equal(headers['temporal-namespace'], 'shop');
  });
}

test('temporal: an API key is sent, over TLS unless that is switched off', async () => {
  const { calls, endpoint } = await temporal({ DescribeTaskQueue: queueOf7 });
  const read = async (metadata: Readonly<Record<string, string>>) => {
    await using trigger = createTrigger(
      triggerSpec('temporal', { endpoint, taskQueue: 'orders', ...metadata }),
      triggerDependencies({ authParams: { apiKey: 'geheim' } }),
    );
    return trigger.read(0, never);
  };
  await read({ enableTLS: 'false' });
  assert.equal(calls[0]?.headers.authorization, 'Bearer geheim');
  await assert.rejects(read({}), (error: Error & { details?: { stage?: string } }) => {
    assert.equal(error.details?.stage, 'build');
    assert.match(error.message, /Temporal at 127\.0\.0\.1:\d+ cannot be reached/);
    assert.doesNotMatch(error.message, /geheim/);
    return true;
  });
});

test('temporal: errors of asking name what was asked; bad input is named', async () => {
  const { endpoint } = await temporal({ GetSystemInfo: '', DescribeTaskQueue: 5 });
  await using trigger = createTrigger(
    triggerSpec('temporal', { endpoint, taskQueue: 'orders' }),
    triggerDependencies(),
  );
  await assert.rejects(trigger.read(0, never), /did not answer DescribeTaskQueue: status 5/);
  assert.throws(
    () =>
      createTrigger(triggerSpec('temporal', { endpoint: 'http://t', taskQueue: 'q' }), triggerDependencies()),
    /endpoint: expected host:port, received "http:\/\/t"/,
  );
});
