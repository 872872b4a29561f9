import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTriggerDriver } from '../catalog.ts';
import { testTrigger, triggerDependencies, triggerSpec } from '../conformance.ts';
import { errorStageOf } from '../error-stage.ts';
import type { Trigger, TriggerDependencies } from '../trigger.ts';
import { signAws } from './aws/sign-aws.ts';
import { parseConnection, signAzure } from './azure/sign-azure.ts';
import { cloudAddress } from './elasticsearch.ts';
import { fluxValue } from './influxdb.ts';
import { keepsAuth } from './pulsar.ts';

const never = new AbortController().signal;
type Texts = Readonly<Record<string, string>>;

interface Asked {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A server that answers by the path, and remembers what it was asked. */
function stub(answers: Readonly<Record<string, string | (() => Response)>>) {
  const asked: Asked[] = [];
  const ask: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    asked.push({
      url,
      method: init?.method ?? 'GET',
      headers: new Headers(init?.headers),
      body: typeof init?.body === 'string' ? init.body : '',
    });
    const answer = answers[url.pathname] ?? answers['*'];
    if (answer === undefined) return Promise.resolve(new Response('no such path', { status: 404 }));
    return Promise.resolve(typeof answer === 'function' ? answer() : new Response(answer));
  };
  return { asked, fetch: ask };
}

async function make(type: string, metadata: Texts, change: Partial<TriggerDependencies>): Promise<Trigger> {
  const create = await loadTriggerDriver(type);
  return create(triggerSpec(type, metadata), triggerDependencies(change));
}

interface Case {
  readonly type: string;
  readonly metadata: Texts;
  readonly authParams?: Texts;
  readonly resolvedEnv?: Texts;
  readonly answers: Readonly<Record<string, string | (() => Response)>>;
  readonly want: number;
  /** What the request must have been. */
  readonly check: (asked: Asked) => unknown;
  readonly asked: unknown;
}

const cases: readonly Case[] = [
  {
    type: 'metrics-api',
    metadata: {
      url: 'http://h/a?b=1',
      valueLocation: 'c.0.t',
      targetValue: '2',
      authMode: 'apiKey',
      method: 'query',
    },
    authParams: { apiKey: 'k' },
    answers: { '/a': '{"c":[{"t":"1.5k"}]}' },
    want: 1500,
    check: ({ url }) => url.search,
    asked: '?b=1&api_key=k',
  },
  {
    type: 'loki',
    metadata: {
      serverAddress: 'http://h/x/',
      query: 'rate({a="b"}[1m])',
      threshold: '1',
      tenantName: 't',
      authMode: 'basic',
    },
    authParams: { username: 'u', password: 'p' },
    answers: { '/x/loki/api/v1/query': '{"data":{"result":[{"value":[1,"7"]}]}}' },
    want: 7,
    check: ({ headers, url }) => [
      url.searchParams.get('query'),
      headers.get('x-scope-orgid'),
      headers.get('authorization'),
    ],
    asked: ['rate({a="b"}[1m])', 't', 'Basic dTpw'],
  },
  {
    type: 'elasticsearch',
    metadata: {
      addresses: 'http://h',
      index: 'a;b',
      searchTemplateName: 's',
      parameters: 'x:1;y:2:3',
      valueLocation: 'hits.total.value',
      targetValue: '1',
    },
    authParams: { username: 'u', password: 'p' },
    answers: { '/a,b/_search/template': '{"hits":{"total":{"value":12}}}' },
    want: 12,
    check: ({ body, method }) => [method, JSON.parse(body)],
    asked: ['POST', { id: 's', params: { x: '1', y: '2:3' } }],
  },
  {
    type: 'opensearch',
    metadata: {
      addresses: 'http://h',
      index: 'a',
      query: '{"size":0}',
      valueLocation: 'n',
      targetValue: '1',
      ignoreNullValues: 'true',
    },
    authParams: { username: 'u', password: 'p' },
    answers: { '/a/_search': '{"n":null}' },
    want: 0,
    check: ({ body, headers }) => [body, headers.get('authorization')],
    asked: ['{"size":0}', 'Basic dTpw'],
  },
  {
    type: 'influxdb',
    metadata: {
      serverURL: 'http://h/',
      organizationName: 'o',
      query: 'from(bucket:"b")',
      thresholdValue: '1',
    },
    authParams: { authToken: 't' },
    answers: {
      '/api/v2/query':
        '#datatype,string,long,double\r\n#group,false,false,false\r\n#default,_result,,\r\n,result,table,_value\r\n,,0,4.5\r\n',
    },
    want: 4.5,
    check: ({ headers, url }) => [url.search, headers.get('authorization')],
    asked: ['?org=o', 'Token t'],
  },
  {
    // A server without users is asked without a token.
    type: 'influxdb',
    metadata: { serverURL: 'http://h', organizationName: 'o', query: 'q', thresholdValue: '1' },
    answers: {
      '/api/v2/query': '#datatype,string,long,double\r\n,result,table,_value\r\n,,0,2\r\n',
    },
    want: 2,
    check: ({ headers }) => headers.get('authorization'),
    asked: null,
  },
  {
    type: 'influxdb',
    metadata: {
      serverURL: 'http://h',
      influxVersion: '3',
      database: 'd',
      metricKey: 'n',
      query: 'SELECT n',
      queryType: 'SQL',
      thresholdValue: '1',
    },
    authParams: { authToken: 't' },
    answers: { '/api/v3/query_sql': '[{"n":3}]' },
    want: 3,
    check: ({ body }) => JSON.parse(body),
    asked: { db: 'd', q: 'SELECT n', format: 'json' },
  },
  {
    type: 'aws-sqs-queue',
    metadata: {
      queueURL: 'https://sqs.eu-west-1.amazonaws.com/1/jobs',
      awsRegion: 'eu-west-1',
      scaleOnDelayed: 'true',
      awsEndpoint: 'http://h',
    },
    authParams: { awsAccessKeyID: 'k', awsSecretAccessKey: 's' },
    answers: {
      '/': '{"Attributes":{"ApproximateNumberOfMessages":"3","ApproximateNumberOfMessagesNotVisible":"2","ApproximateNumberOfMessagesDelayed":"1"}}',
    },
    want: 6,
    check: ({ body, headers }) => [
      JSON.parse(body),
      headers.get('x-amz-target'),
      headers.get('authorization')?.split(',')[0],
    ],
    asked: [
      {
        QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/jobs',
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      },
      'AmazonSQS.GetQueueAttributes',
      'AWS4-HMAC-SHA256 Credential=k/20270115/eu-west-1/sqs/aws4_request',
    ],
  },
  {
    type: 'azure-queue',
    metadata: { queueName: 'q', connectionFromEnv: 'C' },
    resolvedEnv: { C: 'UseDevelopmentStorage=true' },
    answers: {
      '/devstoreaccount1/q': () => new Response('', { headers: { 'x-ms-approximate-messages-count': '9' } }),
    },
    want: 9,
    check: ({ headers, url }) => [
      url.search,
      headers.get('authorization')?.startsWith('SharedKey devstoreaccount1:'),
    ],
    asked: ['?comp=metadata', true],
  },
  {
    type: 'azure-queue',
    metadata: { queueName: 'q', connectionFromEnv: 'C', queueLengthStrategy: 'visibleonly' },
    resolvedEnv: { C: 'QueueEndpoint=http://h/;SharedAccessSignature=sv=1&sig=x%2By' },
    answers: {
      '/q/messages':
        '<QueueMessagesList><QueueMessage></QueueMessage><QueueMessage></QueueMessage></QueueMessagesList>',
    },
    want: 2,
    check: ({ headers, url }) => [
      url.searchParams.get('sig'),
      url.searchParams.get('peekonly'),
      headers.get('authorization'),
    ],
    asked: ['x+y', 'true', null],
  },
  {
    type: 'solr',
    metadata: { host: 'http://h/', collection: 'c', targetQueryValue: '1', query: 'a:b' },
    authParams: { username: 'u', password: 'p' },
    answers: { '/solr/c/select': '{"response":{"numFound":11}}' },
    want: 11,
    check: ({ url }) => url.search,
    asked: '?q=a%3Ab&wt=json',
  },
  {
    type: 'couchdb',
    metadata: { host: 'h', port: '5984', dbName: 'd', query: '{"selector":{},"limit":50}', queryValue: '1' },
    authParams: { username: 'u', password: 'p@' },
    answers: { '/d/_find': '{"docs":[{},{},{}]}' },
    want: 3,
    check: ({ body, headers, url }) => [url.href, JSON.parse(body), headers.get('authorization')],
    asked: ['http://h:5984/d/_find', { selector: {} }, 'Basic dTpwQA=='],
  },
  {
    type: 'arangodb',
    metadata: {
      endpoints: 'http://h',
      dbName: 'd',
      collection: 'c',
      query: 'RETURN 1',
      queryValue: '1',
      authModes: 'bearer',
    },
    authParams: { bearerToken: 't' },
    answers: { '/_db/d/_api/cursor': '{"result":[{"value":4}]}' },
    want: 4,
    check: ({ headers }) => headers.get('authorization'),
    asked: 'Bearer t',
  },
  {
    type: 'pulsar',
    metadata: {
      adminURL: 'http://h',
      topic: 'persistent://t/n/x',
      subscription: 's',
      isPartitionedTopic: 'true',
    },
    answers: { '/admin/v2/persistent/t/n/x/partitioned-stats': '{"subscriptions":{"s":{"msgBacklog":15}}}' },
    want: 15,
    check: ({ method }) => method,
    asked: 'GET',
  },
  {
    type: 'artemis-queue',
    metadata: { managementEndpoint: 'h:8161', queueName: 'q', brokerName: 'b', brokerAddress: 'a' },
    authParams: { username: 'u', password: 'p' },
    answers: { '*': '{"value":14,"status":200}' },
    want: 14,
    check: ({ headers, url }) => [decodeURIComponent(url.pathname), headers.get('origin')],
    asked: [
      '/console/jolokia/read/org.apache.activemq.artemis:broker="b",component=addresses,address="a",subcomponent=queues,routing-type="anycast",queue="q"/MessageCount',
      'http://h:8161',
    ],
  },
  {
    type: 'activemq',
    metadata: { managementEndpoint: 'h:8161', destinationName: 'd', brokerName: 'b', corsHeader: 'http://x' },
    authParams: { username: 'u', password: 'p' },
    answers: { '*': '{"value":2,"status":200}' },
    want: 2,
    check: ({ headers }) => headers.get('origin'),
    asked: 'http://x',
  },
  {
    type: 'nsq',
    metadata: { nsqLookupdHTTPAddresses: 'l:4161', topic: 't', channel: 'c' },
    answers: {
      '/lookup':
        '{"producers":[{"broadcast_address":"n","http_port":4151},{"broadcast_address":"n","http_port":4151}]}',
      '/stats': '{"topics":[{"topic_name":"t","depth":50,"channels":[{"channel_name":"c","depth":7}]}]}',
    },
    want: 7,
    check: ({ url }) => url.searchParams.get('topic'),
    asked: 't',
  },
];
for (const { answers, asked, authParams = {}, check, metadata, resolvedEnv = {}, type, want } of cases) {
  testTrigger(type, metadata, { authParams, resolvedEnv, fetch: stub(answers).fetch });
  test(`${type}: asks as its server expects and reads ${want}`, async () => {
    const server = stub(answers);
    const trigger = await make(type, metadata, { authParams, resolvedEnv, fetch: server.fetch });
    const [reading] = await trigger.read(1_800_000_000_000, never);
    assert.deepEqual([reading?.value, reading?.active], [want, want > (type === 'artemis-queue' ? 10 : 0)]);
    // Some are pinged first.
    const question = server.asked.find(({ url }) => url.pathname !== '/' || server.asked.length === 1);
    assert.ok(question);
    assert.deepEqual(check(question), asked);
  });
  test(`${type}: a refusal names the server and its status, and no secret`, async () => {
    const trigger = await make(type, metadata, {
      authParams: { ...authParams },
      resolvedEnv,
      fetch: stub({
        '*': () => new Response(`secret ${Object.values(authParams).join(' ')}`, { status: 503 }),
      }).fetch,
    });
    await assert.rejects(trigger.read(0, never), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'upstream-failed');
      assert.match(error.message, /answered with status 503/);
      assert.doesNotMatch(error.message, /p@/);
      return true;
    });
  });
}

const refused: readonly { name: string; type: string; metadata: Texts; authParams?: Texts; want: RegExp }[] =
  [
    {
      name: 'an address that is none',
      type: 'metrics-api',
      metadata: { url: 'h', valueLocation: 'a', targetValue: '1' },
      want: /url: expected a URL/,
    },
    {
      name: 'endpoints of a Service',
      type: 'metrics-api',
      metadata: {
        url: 'http://h',
        valueLocation: 'a',
        targetValue: '1',
        aggregateFromKubeServiceEndpoints: 'true',
      },
      want: /only on a cluster/,
    },
    {
      name: 'a target of nothing',
      type: 'metrics-api',
      metadata: { url: 'http://h', valueLocation: 'a' },
      want: /targetValue/,
    },
    {
      name: 'a cloud id that is none',
      type: 'elasticsearch',
      metadata: { cloudID: 'x', apiKey: 'k', index: 'a', query: '{}', valueLocation: 'a', targetValue: '1' },
      want: /cloudID: expected/,
    },
    {
      name: 'a role',
      type: 'aws-sqs-queue',
      metadata: { queueURL: 'q', awsRegion: 'r' },
      authParams: { awsRoleArn: 'arn' },
      want: /awsRoleArn is taken on by a pod/,
    },
    {
      name: 'a connection without its key',
      type: 'azure-queue',
      metadata: { queueName: 'q' },
      authParams: { connection: 'AccountName=a' },
      want: /connection: expected a connection text/,
    },
    {
      name: 'a Mango query that is none',
      type: 'couchdb',
      metadata: { connectionString: 'http://h', dbName: 'd', query: 'x', queryValue: '1' },
      want: /query: expected a Mango query/,
    },
  ];
for (const { authParams = {}, metadata, name, type, want } of refused) {
  test(`${type} refuses ${name}`, () => assert.rejects(make(type, metadata, { authParams }), want));
}

const broken: readonly {
  name: string;
  type: string;
  metadata: Texts;
  authParams?: Texts;
  body: string;
  want: RegExp;
}[] = [
  {
    name: 'missing',
    type: 'metrics-api',
    metadata: { url: 'http://h', valueLocation: 'a', targetValue: '1' },
    body: '{}',
    want: /"a": expected a number.*received nothing/,
  },
  {
    name: 'true',
    type: 'metrics-api',
    metadata: { url: 'http://h', valueLocation: 'a', targetValue: '1' },
    body: '{"a":true}',
    want: /received true/,
  },
  {
    name: 'not JSON',
    type: 'solr',
    metadata: { host: 'http://h', collection: 'c', targetQueryValue: '1', username: 'u', password: 'p' },
    body: '<',
    want: /not JSON/,
  },
  {
    name: 'a Jolokia error',
    type: 'activemq',
    metadata: {
      managementEndpoint: 'h',
      destinationName: 'd',
      brokerName: 'b',
      username: 'u',
      password: 'p',
    },
    body: '{"status":404,"error":"no such bean"}',
    want: /received no such bean/,
  },
  {
    name: 'no subscription',
    type: 'pulsar',
    metadata: { adminURL: 'http://h', topic: 't', subscription: 's' },
    body: '{"subscriptions":{}}',
    want: /no subscription "s"/,
  },
  {
    name: 'two documents',
    type: 'arangodb',
    metadata: { endpoints: 'http://h', dbName: 'd', collection: 'c', query: 'q', queryValue: '1' },
    body: '{"result":[1,2]}',
    want: /2 documents, expected one/,
  },
  {
    name: 'a missing attribute',
    type: 'aws-sqs-queue',
    metadata: { queueURL: 'q', awsRegion: 'r' },
    authParams: { awsAccessKeyID: 'k', awsSecretAccessKey: 's' },
    body: '{"Attributes":{}}',
    want: /ApproximateNumberOfMessages: expected a whole number, received nothing/,
  },
];
for (const { authParams = {}, body, metadata, name, type, want } of broken) {
  test(`${type} says what is wrong with an answer that is ${name}`, async () => {
    const trigger = await make(type, metadata, { authParams, fetch: stub({ '*': body }).fetch });
    await assert.rejects(trigger.read(0, never), want);
  });
}

for (const { answer, change, name, want } of [
  { name: 'a text that is a number', answer: Response.json({ n: '1.5e3' }), change: {}, want: 1500 },
  {
    name: 'a quantity, which is none here',
    answer: Response.json({ n: '1k' }),
    change: {},
    want: /received "1k"/,
  },
  {
    name: 'an index that nobody has written to',
    answer: Response.json({ error: {} }, { status: 404 }),
    change: { ignoreNullValues: 'true' },
    want: 0,
  },
  {
    name: 'the same where null is no value',
    answer: new Response('', { status: 404 }),
    change: {},
    want: /status 404/,
  },
] as const) {
  test(`elasticsearch reads ${name}`, async () => {
    const metadata = { addresses: 'http://h', index: 'a', query: '{}', valueLocation: 'n', targetValue: '1' };
    const trigger = await make(
      'elasticsearch',
      { ...metadata, ...change },
      { authParams: { username: 'u', password: 'p' }, fetch: () => Promise.resolve(answer.clone()) },
    );
    const read = trigger.read(0, never);
    if (typeof want === 'number') assert.equal((await read)[0]?.value, want);
    else await assert.rejects(read, want);
  });
}

test('elasticsearch: the next address is asked only when one is silent', async () => {
  const asked: string[] = [];
  const trigger = await make(
    'elasticsearch',
    {
      addresses: 'http://a,http://b',
      username: 'u',
      password: 'p',
      index: 'i',
      query: '{}',
      valueLocation: 'n',
      targetValue: '1',
    },
    {
      fetch: (input) => {
        const { host, pathname } = new URL(input instanceof Request ? input.url : input);
        if (pathname !== '/') asked.push(host);
        return host === 'a'
          ? Promise.reject(new TypeError('down'))
          : Promise.resolve(new Response('{"n":1}'));
      },
    },
  );
  assert.equal((await trigger.read(0, never))[0]?.value, 1);
  assert.deepEqual(asked, ['a', 'b']);
});

for (const { authParams, metadata, type } of [
  {
    type: 'elasticsearch',
    metadata: { addresses: 'http://h', index: 'i', query: '{}', valueLocation: 'n', targetValue: '1' },
    authParams: { username: 'u', password: 'p' },
  },
  {
    type: 'couchdb',
    metadata: { dbName: 'd', query: '{"selector":{}}', queryValue: '1' },
    authParams: { connectionString: 'http://u:p@h' },
  },
]) {
  test(`${type}: a server that is gone is first an error of asking, then one of building, as KEDA pings it`, async () => {
    let isUp = true;
    const trigger = await make(type, metadata, {
      authParams,
      fetch: () =>
        isUp
          ? Promise.resolve(new Response('{"n":3,"docs":[{},{},{}]}'))
          : Promise.reject(new TypeError('down')),
    });
    const stages: unknown[] = [];
    const look = async (): Promise<void> => {
      try {
        stages.push((await trigger.read(0, never))[0]?.value);
      } catch (error) {
        stages.push(errorStageOf(error));
      }
    };
    await trigger.connect?.(never);
    await look();
    isUp = false;
    await look();
    await look();
    isUp = true;
    await look();
    assert.deepEqual(stages, [3, 'fetch', 'build', 3]);
  });
}

test('pulsar: a redirect to another host, or out of TLS, loses the credentials', async () => {
  const server = stub({
    '/admin/v2/t/stats': () => new Response(null, { status: 307, headers: { location: 'http://other/x' } }),
    '/x': '{"subscriptions":{"s":{"msgBacklog":1}}}',
  });
  const trigger = await make(
    'pulsar',
    { adminURL: 'http://h', topic: 't', subscription: 's', authModes: 'bearer' },
    { authParams: { bearerToken: 'secret' }, fetch: server.fetch },
  );
  assert.equal((await trigger.read(0, never))[0]?.value, 1);
  assert.deepEqual(
    server.asked.map(({ headers }) => headers.get('authorization')),
    ['Bearer secret', null],
  );
  for (const [from, to, want] of [
    ['https://a/x', 'https://a/y', true],
    ['http://a/x', 'https://a/y', true],
    ['https://a/x', 'http://a/y', false],
    ['https://a/x', 'https://b/y', false],
    ['http://a:1/x', 'http://a:2/y', false],
  ] as const) {
    assert.equal(keepsAuth(from, to), want, `${from} ${to}`);
  }
});

test('AWS: the signature of the published example', () => {
  // GET https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08, from the Signature Version 4 documentation.
  const headers = signAws(
    {
      url: new URL('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08'),
      method: 'GET',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: '',
    },
    {
      service: 'iam',
      region: 'us-east-1',
      credentials: {
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
        sessionToken: '',
      },
      nowMs: Date.parse('2015-08-30T12:36:00Z'),
    },
  );
  assert.equal(
    headers['authorization'],
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  );
});

test('Azure: connection texts, and a signature that covers the query', () => {
  const account = parseConnection(
    'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5;EndpointSuffix=example.net',
  );
  assert.equal(account?.queueEndpoint, 'https://a.queue.example.net');
  assert.ok(account);
  const sign = (query: string) =>
    signAzure(new URL(`https://a.queue.example.net/q${query}`), account, 'now')['authorization'];
  assert.match(sign('?comp=metadata') ?? '', /^SharedKey a:[\w+/]+=*$/);
  assert.notEqual(sign('?comp=metadata'), sign(''));
  for (const text of ['', 'AccountName=a', 'QueueEndpoint=http://h', 'AccountKey=a2V5'])
    assert.equal(parseConnection(text), null);
});

test('elastic cloud: the address inside the id', () => {
  const id = (text: string): string => `name:${Buffer.from(text).toString('base64')}`;
  assert.equal(cloudAddress(id('eu.example.io$abc$def')), 'https://abc.eu.example.io:443');
  assert.equal(cloudAddress(id('eu.example.io:9243$abc$')), 'https://abc.eu.example.io:9243');
});

test('influxdb: an error, no record, and a text are told', () => {
  for (const [csv, want] of [
    ['', /no record/],
    ['#datatype,string,string\n,error,reference\n,broken query,897\n', /the error "broken query"/],
    ['#datatype,string,long,string\n,result,table,_value\n,,0,many\n', /"many" of type string/],
  ] as const) {
    assert.throws(() => fluxValue(csv), want);
  }
  assert.equal(fluxValue('#datatype,string,long,long\n,result,table,_value\n,,0,12\n,,0,99\n'), 12);
});
