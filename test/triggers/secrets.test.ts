import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { loadTriggerDriver, typesReadHere } from '../../src/autoscaler/triggers/catalog.ts';
import { triggerDependencies, triggerSpec } from '../../src/autoscaler/triggers/conformance.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { listenLocally } from '../support/servers/listen-locally.ts';

type Texts = Readonly<Record<string, string>>;

/** In each secret; one with what URLs, JSON and headers escape or refuse. */
const mark = 'm4rker';
const plain = `${mark}-7`;
const awkward = `${mark} "7"&+/ü\\x`;
/** No header can hold it: the message of `fetch` about that repeats it. */
const broken = `${mark}\u0000of\nlines`;

/** Answers every command with what it was sent, as one line of Redis. */
const parrot = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (piece) => socket.write(`-ERR ${JSON.stringify(piece.toString())}\r\n`));
});
const place = `127.0.0.1:${await listenLocally(parrot)}`;
after(() => parrot.close());

/** Where nobody listens. */
const nobody = '127.0.0.1:1';

const user = (secret: string): Texts => ({ username: 'u', password: secret });
const aws = (secret: string): Texts => ({ awsAccessKeyID: 'k', awsSecretAccessKey: secret });
const modes = (names: string) => ({ authModes: names });
const list = { listName: 'l' };
const stream = { stream: 's', consumerGroup: 'g' };
const sql = { query: 'SELECT 1' };

/** Each type that takes a secret, with each way of taking one. */
const cases: readonly {
  readonly type: string;
  readonly metadata: Texts;
  readonly authParams: (secret: string) => Texts;
}[] = [
  ...['prometheus', 'loki', 'metrics-api', 'pulsar', 'arangodb'].flatMap((type) => {
    const base: Texts = {
      serverAddress: 'http://h',
      query: 'q',
      threshold: '1',
      url: 'http://h/a',
      valueLocation: 'a',
      targetValue: '1',
      adminURL: 'http://h',
      topic: 'persistent://t/n/x',
      subscription: 's',
      endpoints: 'http://h',
      dbName: 'd',
      collection: 'c',
      queryValue: '1',
    };
    return [
      { type, metadata: { ...base, ...modes('basic') }, authParams: user },
      {
        type,
        metadata: { ...base, ...modes('bearer') },
        authParams: (secret: string) => ({ bearerToken: secret }),
      },
      {
        type,
        metadata: { ...base, ...modes('custom') },
        authParams: (secret: string) => ({ customAuthHeader: 'X-Own', customAuthValue: secret }),
      },
      ...['header', 'query'].map((method) => ({
        type,
        metadata: { ...base, ...modes('apiKey'), method },
        authParams: (secret: string) => ({ apiKey: secret }),
      })),
      {
        type,
        metadata: { ...base, ...modes('oauth') },
        authParams: (secret: string) => ({
          oauthTokenURI: 'http://token/t',
          clientID: 'c',
          clientSecret: secret,
          endpointParams: `assertion=${encodeURIComponent(secret)}`,
        }),
      },
    ];
  }),
  ...['activemq', 'artemis-queue'].map((type) => ({
    type,
    metadata: {
      managementEndpoint: 'h:1',
      destinationName: 'd',
      queueName: 'q',
      brokerName: 'b',
      brokerAddress: 'a',
    },
    authParams: user,
  })),
  ...['apache-kafka', 'kafka'].map((type) => ({
    type,
    metadata: { bootstrapServers: nobody, consumerGroup: 'g', topic: 't', sasl: 'plaintext' },
    authParams: user,
  })),
  {
    type: 'kafka',
    metadata: { bootstrapServers: nobody, consumerGroup: 'g', topic: 't', sasl: 'oauthbearer' },
    authParams: (secret) => ({ ...user(secret), oauthTokenEndpointUri: 'http://token/t' }),
  },
  {
    type: 'aws-cloudwatch',
    metadata: {
      awsRegion: 'r',
      expression: 'e',
      targetMetricValue: '1',
      minMetricValue: '0',
    },
    authParams: aws,
  },
  {
    type: 'aws-dynamodb',
    metadata: {
      awsRegion: 'r',
      tableName: 't',
      targetValue: '1',
      keyConditionExpression: '#y = :y',
      expressionAttributeNames: '{"#y":"year"}',
      expressionAttributeValues: '{":y":{"N":"1"}}',
    },
    authParams: aws,
  },
  { type: 'aws-dynamodb-streams', metadata: { awsRegion: 'r', tableName: 't' }, authParams: aws },
  { type: 'aws-kinesis-stream', metadata: { awsRegion: 'r', streamName: 's' }, authParams: aws },
  {
    type: 'aws-sqs-queue',
    metadata: { awsRegion: 'r', queueURL: 'https://sqs.eu-west-1.amazonaws.com/1/jobs' },
    authParams: aws,
  },
  {
    type: 'azure-pipelines',
    metadata: { poolID: '1' },
    authParams: (secret) => ({ organizationURL: 'http://h/o', personalAccessToken: secret }),
  },
  {
    type: 'azure-queue',
    metadata: { queueName: 'q' },
    authParams: (secret) => ({
      connection: `QueueEndpoint=http://h/;SharedAccessSignature=sv=1&sig=${encodeURIComponent(secret)}`,
    }),
  },
  {
    type: 'azure-queue',
    metadata: { queueName: 'q' },
    authParams: (secret) => ({ connection: `AccountName=a;AccountKey=${secret};EndpointSuffix=h` }),
  },
  {
    type: 'azure-servicebus',
    metadata: { queueName: 'q' },
    authParams: (secret) => ({
      connection: `Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=${secret}`,
    }),
  },
  {
    type: 'couchdb',
    metadata: { host: 'h', port: '1', dbName: 'd', query: '{}', queryValue: '1' },
    authParams: user,
  },
  {
    type: 'datadog',
    metadata: { query: 'q', queryValue: '1' },
    authParams: (secret) => ({ apiKey: secret, appKey: `2${secret}` }),
  },
  ...['elasticsearch', 'opensearch'].map((type) => ({
    type,
    metadata: { addresses: 'http://h', index: 'i', query: '{}', valueLocation: 'a', targetValue: '1' },
    authParams: user,
  })),
  {
    type: 'elasticsearch',
    metadata: { index: 'i', query: '{}', valueLocation: 'a', targetValue: '1' },
    authParams: (secret) => ({ cloudID: `n:${btoa('h$e$k')}`, apiKey: secret }),
  },
  { type: 'etcd', metadata: { endpoints: 'h:1', watchKey: 'k', value: '1' }, authParams: user },
  {
    type: 'forgejo-runner',
    metadata: { address: 'http://h', labels: 'l', global: 'true' },
    authParams: (secret) => ({ token: secret }),
  },
  {
    type: 'github-runner',
    metadata: { owner: 'o', runnerScope: 'org', repos: 'r', githubApiURL: 'http://h' },
    authParams: (secret) => ({ personalAccessToken: secret }),
  },
  {
    type: 'github-runner',
    metadata: { owner: 'o', runnerScope: 'org', repos: 'r', applicationID: '1', installationID: '2' },
    authParams: (secret) => ({ appKey: secret }),
  },
  {
    type: 'graphite',
    metadata: {
      serverAddress: 'http://h',
      query: 'q',
      threshold: '1',
      queryTime: '-1min',
      authMode: 'basic',
    },
    authParams: user,
  },
  { type: 'ibmmq', metadata: { host: 'http://h/x', queueName: 'q' }, authParams: user },
  {
    type: 'influxdb',
    metadata: { serverURL: 'http://h', organizationName: 'o', query: 'q', thresholdValue: '1' },
    authParams: (secret) => ({ authToken: secret }),
  },
  {
    type: 'influxdb',
    metadata: {
      serverURL: 'http://h',
      influxVersion: '3',
      database: 'd',
      metricKey: 'n',
      query: 'q',
      thresholdValue: '1',
    },
    authParams: (secret) => ({ authToken: secret }),
  },
  {
    type: 'mongodb',
    metadata: { dbName: 'd', collection: 'c', query: '{}', queryValue: '1' },
    authParams: (secret) => ({ connectionString: `mongodb://u:${encodeURIComponent(secret)}@${nobody}/` }),
  },
  {
    type: 'mysql',
    metadata: { ...sql, queryValue: '1' },
    authParams: (secret) => ({ connectionString: `u:${secret}@tcp(${nobody})/d` }),
  },
  {
    type: 'new-relic',
    metadata: { account: '1', nrql: 'q', threshold: '1' },
    authParams: (secret) => ({ queryKey: secret }),
  },
  {
    type: 'postgresql',
    metadata: {
      ...sql,
      targetQueryValue: '1',
      host: '127.0.0.1',
      port: '1',
      userName: 'u',
      dbName: 'd',
      sslmode: 'disable',
    },
    authParams: (secret) => ({ password: secret }),
  },
  {
    type: 'postgresql',
    metadata: { ...sql, targetQueryValue: '1' },
    authParams: (secret) => ({ connection: `host=h password='${secret}` }),
  },
  {
    type: 'rabbitmq',
    metadata: { queueName: 'q', mode: 'QueueLength', value: '1' },
    authParams: (secret) => ({ host: `amqp://u:${encodeURIComponent(secret)}@${nobody}` }),
  },
  ...['http://u:p@h', 'http://h'].map((host) => ({
    type: 'rabbitmq',
    metadata: { queueName: 'q', mode: 'QueueLength', value: '1', protocol: 'http' },
    authParams: (secret: string): Texts => ({
      host: host.replace(':p@', `:${encodeURIComponent(secret)}@`),
      ...(host.includes('@') ? {} : user(secret)),
    }),
  })),
  ...['redis', 'redis-cluster', 'redis-sentinel'].flatMap((type) => [
    { type, metadata: { addresses: place, address: place, sentinelMaster: 'm', ...list }, authParams: user },
    {
      type: type === 'redis' ? 'redis-streams' : `${type}-streams`,
      metadata: {
        addresses: place,
        address: place,
        sentinelMaster: 'm',
        ...stream,
        pendingEntriesCount: '1',
      },
      authParams: (secret: string) => ({ ...user(secret), sentinelPassword: `2${secret}` }),
    },
  ]),
  {
    type: 'selenium-grid',
    metadata: { url: 'http://h/graphql', browserName: 'chrome', platformName: 'linux' },
    authParams: user,
  },
  {
    type: 'selenium-grid',
    metadata: { url: 'http://h/graphql', browserName: 'chrome', platformName: 'linux' },
    authParams: (secret) => ({ authType: 'Bearer', accessToken: secret }),
  },
  {
    type: 'solace-event-queue',
    metadata: { solaceSempBaseURL: 'http://h', messageVpn: 'v', queueName: 'q', messageCountTarget: '1' },
    authParams: user,
  },
  {
    type: 'solr',
    metadata: { host: 'http://h/', collection: 'c', targetQueryValue: '1', query: 'a:b' },
    authParams: user,
  },
  {
    type: 'temporal',
    metadata: { endpoint: nobody, taskQueue: 't' },
    authParams: (secret) => ({ apiKey: secret }),
  },
];

/** Types that are given no secret, or (external scalers) only certificates, which `test/triggers/external-over-tls` has. */
const without = [
  'beanstalkd',
  'cpu',
  'cron',
  'external',
  'external-push',
  'kubernetes-resource',
  'kubernetes-workload',
  'memory',
  'nats-jetstream',
  'nsq',
  'sluice-pending',
];

test('every type that is read here is asked about its secrets', () => {
  assert.deepEqual(
    [...new Set([...cases.map(({ type }) => type), ...without])].toSorted(),
    [...typesReadHere].toSorted(),
  );
});

/** All that a server can know of a request. */
function echoOf(input: string | URL | Request, init?: RequestInit): string {
  const sent = new Request(input, init);
  const body = typeof init?.body === 'string' ? init.body : '';
  return `${sent.method} ${sent.url} ${JSON.stringify([...sent.headers])} ${[...sent.headers].join(' ')} ${body}`;
}

/** Sources that fail, each in its way with all that it was told. */
const sources: Readonly<Record<string, typeof fetch>> = {
  'refuses it': (input, init) => Promise.resolve(new Response(echoOf(input, init), { status: 403 })),
  'answers with it': (input, init) => Promise.resolve(new Response(echoOf(input, init))),
  'answers with it as JSON': (input, init) => {
    const error = echoOf(input, init);
    return Promise.resolve(
      Response.json({ error, errors: [{ message: error }], message: error, status: error }),
    );
  },
  'breaks over it': (input, init) =>
    Promise.reject(new TypeError('fetch failed', { cause: new Error(echoOf(input, init)) })),
};

/** Whatever `fetch` does is the same to them. */
const socketTypes = /^(?:mongodb|mysql|postgresql|redis|temporal)/;

for (const [index, { authParams, metadata, type }] of cases.entries()) {
  test(`${type} (${index}): a secret stands in no error and no log, whatever the source does with it`, async () => {
    for (const [name, fetch] of Object.entries(
      socketTypes.test(type) ? { 'refuses it': sources['refuses it'] ?? globalThis.fetch } : sources,
    )) {
      for (const secret of [plain, awkward, broken]) {
        const said = await everythingSaid(type, metadata, authParams(secret), fetch);
        if (name === 'refuses it') assert.match(said, /trigger-failed/);
        const texts = [said, ...decodedOf(said)];
        assert.deepEqual(
          texts.filter((text) => text.includes(mark)),
          [],
          `a source that ${name}`,
        );
      }
    }
  });
}

/** The error of making or reading a trigger as the log and the status show it, and whatever else was logged. */
async function everythingSaid(
  type: string,
  metadata: Texts,
  authParams: Texts,
  ask: typeof fetch,
): Promise<string> {
  let said = '';
  const logger = createLogger({ level: 'debug', write: (line) => (said += line), now: () => 0 });
  try {
    const create = await loadTriggerDriver(type);
    const dependencies = triggerDependencies({ authParams, fetch: ask, logger, clock: systemClock });
    await using trigger = create(triggerSpec(type, metadata), dependencies);
    await trigger.read(1_800_000_000_000, AbortSignal.timeout(10_000));
  } catch (error) {
    logger.warn({ event: 'trigger-failed', error });
    said += String(error);
  }
  return said;
}

/** What looks like base64, read. */
const decodedOf = (text: string): readonly string[] =>
  (text.match(/[\w+/-]{12,}={0,2}/g) ?? []).map((found) => Buffer.from(found, 'base64').toString('utf8'));
