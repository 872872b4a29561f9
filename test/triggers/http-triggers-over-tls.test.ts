import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startHttps, type HttpsStub } from '../support/servers/https-stub.ts';
import { serverOrSkip } from '../support/servers/server-process.ts';
import { makeTrigger, readFailure, readOnce } from './trigger-reader.ts';

type Texts = Readonly<Record<string, string>>;
interface Way {
  readonly metadata?: Texts;
  readonly authParams?: Texts;
}

interface Case {
  readonly type: string;
  /** Parameters of a trigger that asks this stub; `authParams` are needed in every way. */
  readonly metadata: (stub: HttpsStub) => Texts;
  readonly authParams?: Texts;
  /** By the path asked for; `*` for every other. The answer means 7. */
  readonly answers: Readonly<Record<string, (stub: HttpsStub) => unknown>>;
  /** Which of KEDA's parameters this type has: each must lead to the value, none must not. */
  readonly ways: Readonly<Partial<Record<'authority' | 'unchecked' | 'client', Way>>>;
}

const certificates = await serverOrSkip('HTTP triggers over TLS', 'openssl', ['openssl'], () =>
  Promise.resolve(makeCertificates()),
);
if (certificates) {
  const { ca, client } = certificates;
  const { cert, key } = client;
  const vector = { data: { result: [{ value: [1, '7'] }] } };
  const unchecked: Way = { metadata: { unsafeSsl: 'true' } };
  /** `authModes` and their parameters, which several types share. */
  const shared = {
    authority: { authParams: { ca } },
    unchecked,
    client: { metadata: { authModes: 'tls' }, authParams: { ca, cert, key } },
  };
  const pulsarAnswer = { '*': () => ({ subscriptions: { s: { msgBacklog: 7 } } }) };
  const pulsar = (stub: HttpsStub): Texts => ({
    adminURL: stub.origin,
    topic: 'persistent://public/default/t',
    subscription: 's',
  });
  const search = (stub: HttpsStub): Texts => ({
    addresses: stub.origin,
    index: 'i',
    query: '{}',
    valueLocation: 'n',
    targetValue: '1',
  });
  const login = { username: 'u', password: 'p4ssw0rd' };

  const cases: readonly Case[] = [
    {
      type: 'prometheus',
      metadata: ({ origin }) => ({ serverAddress: origin, query: 'up', threshold: '1' }),
      answers: { '*': () => vector },
      ways: shared,
    },
    {
      type: 'loki',
      metadata: ({ origin }) => ({ serverAddress: origin, query: '{a="b"}', threshold: '1' }),
      answers: { '*': () => vector },
      ways: shared,
    },
    {
      type: 'metrics-api',
      metadata: ({ origin }) => ({ url: origin, valueLocation: 'n', targetValue: '1' }),
      answers: { '*': () => ({ n: 7 }) },
      ways: shared,
    },
    {
      type: 'arangodb',
      metadata: ({ origin }) => ({
        endpoints: origin,
        dbName: 'd',
        collection: 'c',
        query: 'RETURN 7',
        queryValue: '1',
      }),
      answers: { '*': () => ({ result: [{ value: 7 }] }) },
      ways: shared,
    },
    {
      type: 'pulsar',
      metadata: pulsar,
      answers: pulsarAnswer,
      ways: { authority: { authParams: { ca } }, client: shared.client },
    },
    {
      type: 'pulsar',
      metadata: pulsar,
      answers: pulsarAnswer,
      ways: { client: { metadata: { tls: 'enable' }, authParams: { ca, cert, key } } },
    },
    {
      type: 'opensearch',
      metadata: search,
      authParams: login,
      answers: { '*': () => ({ n: 7 }) },
      ways: {
        authority: { authParams: { caCert: ca } },
        unchecked,
        client: {
          metadata: { enableTLS: 'true' },
          authParams: { caCert: ca, clientCert: cert, clientKey: key },
        },
      },
    },
    {
      type: 'elasticsearch',
      metadata: search,
      authParams: login,
      answers: { '*': () => ({ n: 7 }) },
      ways: { unchecked },
    },
    {
      type: 'influxdb',
      metadata: ({ origin }) => ({
        serverURL: origin,
        organizationName: 'o',
        query: 'q',
        thresholdValue: '1',
      }),
      authParams: { authToken: 't0ken-of-influx' },
      answers: { '*': () => '#datatype,string,long,long\n,result,table,_value\n,,0,7\n' },
      ways: { unchecked },
    },
    {
      type: 'artemis-queue',
      metadata: ({ origin }) => ({
        managementEndpoint: origin,
        queueName: 'q',
        brokerName: 'b',
        brokerAddress: 'a',
      }),
      authParams: login,
      answers: { '*': () => ({ status: 200, value: 7 }) },
      ways: {
        unchecked,
        authority: { authParams: { ca } },
        client: { authParams: { ca, cert, key } },
      },
    },
    {
      type: 'activemq',
      metadata: ({ origin }) => ({ managementEndpoint: origin, destinationName: 'q', brokerName: 'b' }),
      authParams: login,
      answers: { '*': () => ({ status: 200, value: 7 }) },
      ways: {},
    },
    {
      type: 'graphite',
      metadata: ({ origin }) => ({ serverAddress: origin, query: 'q', queryTime: '-1m', threshold: '1' }),
      answers: { '*': () => [{ datapoints: [[7, 1]] }] },
      ways: {},
    },
    {
      type: 'solr',
      metadata: ({ origin }) => ({ host: origin, collection: 'c', targetQueryValue: '1' }),
      authParams: login,
      answers: { '*': () => ({ response: { numFound: 7 } }) },
      ways: {},
    },
    {
      type: 'couchdb',
      metadata: () => ({ dbName: 'd', query: '{"selector":{}}', queryValue: '1' }),
      authParams: login,
      answers: { '*': () => ({ docs: Array.from({ length: 7 }, () => ({})) }) },
      ways: {},
    },
    {
      type: 'nats-jetstream',
      metadata: ({ port }) => ({
        natsServerMonitoringEndpoint: `127.0.0.1:${port}`,
        useHttps: 'true',
        account: '$G',
        stream: 's',
        consumer: 'c',
      }),
      answers: {
        '*': () => ({
          account_details: [
            {
              name: '$G',
              stream_detail: [{ name: 's', consumer_detail: [{ name: 'c', num_pending: 7 }] }],
            },
          ],
        }),
      },
      ways: {},
    },
    {
      type: 'nsq',
      metadata: ({ port }) => ({
        nsqLookupdHTTPAddresses: `127.0.0.1:${port}`,
        topic: 't',
        channel: 'c',
        useHttps: 'true',
      }),
      answers: {
        '/lookup': ({ port }) => ({ producers: [{ broadcast_address: '127.0.0.1', http_port: port }] }),
        '/stats': () => ({ topics: [{ topic_name: 't', channels: [{ channel_name: 'c', depth: 7 }] }] }),
      },
      ways: { unchecked },
    },
    {
      type: 'selenium-grid',
      metadata: ({ origin }) => ({ url: `${origin}/graphql`, browserName: 'chrome', platformName: 'linux' }),
      authParams: login,
      answers: {
        '*': () => ({
          data: {
            nodesInfo: { nodes: [] },
            sessionsInfo: {
              sessionQueueRequests: Array.from(
                { length: 7 },
                () => '{"browserName":"chrome","platformName":"linux"}',
              ),
            },
          },
        }),
      },
      ways: { unchecked },
    },
    {
      type: 'ibmmq',
      metadata: ({ origin }) => ({
        host: `${origin}/ibmmq/rest/v2/admin/action/qmgr/QM1/mqsc`,
        queueName: 'q',
      }),
      authParams: login,
      answers: {
        '*': () => ({
          commandResponse: [{ completionCode: 0, reasonCode: 0, parameters: { curdepth: 7 } }],
        }),
      },
      ways: {
        unchecked,
        authority: { authParams: { ca } },
        client: { authParams: { ca, cert, key } },
      },
    },
    {
      type: 'aws-sqs-queue',
      metadata: ({ origin }) => ({
        awsEndpoint: origin,
        awsRegion: 'eu-west-1',
        queueURL: `${origin}/1/q`,
        scaleOnInFlight: 'false',
      }),
      authParams: { awsAccessKeyID: 'id', awsSecretAccessKey: 's3cret-of-aws' },
      answers: { '*': () => ({ Attributes: { ApproximateNumberOfMessages: '7' } }) },
      ways: {},
    },
    {
      type: 'rabbitmq',
      metadata: ({ origin }) => ({ host: `${origin}/`, queueName: 'q', mode: 'QueueLength', value: '1' }),
      authParams: login,
      answers: { '*': () => ({ messages: 7 }) },
      ways: {
        unchecked,
        authority: { authParams: { tls: 'enable', ca } },
        client: { authParams: { tls: 'enable', ca, cert, key } },
      },
    },
  ];

  for (const { answers, authParams = {}, metadata, type, ways } of cases) {
    test(`${type} over TLS: refused, ${['usual', ...Object.keys(ways)].join(', ')}`, async () => {
      const start = (demandsClient: boolean): Promise<HttpsStub> => {
        const made: { stub: HttpsStub | null } = { stub: null };
        return startHttps(certificates, {
          demandsClient,
          answer: ({ url }, response) => {
            const answer = answers[url.pathname] ?? answers['*'];
            const content = made.stub && answer ? answer(made.stub) : '';
            response.end(typeof content === 'string' ? content : JSON.stringify(content));
          },
        }).then((stub) => {
          made.stub = stub;
          return stub;
        });
      };
      await using open = await start(false);
      await using strict = await start(true);
      const read = (stub: HttpsStub, way: Way) => {
        const own = type === 'couchdb' ? { connectionString: couchUrl(stub) } : {};
        const change = { fetch, authParams: { ...authParams, ...way.authParams, ...own } };
        return [type, { ...metadata(stub), ...way.metadata }, change] as const;
      };
      const { message } = await readFailure(...read(open, {}));
      assert.match(message, /cannot be (?:asked|reached): (?:self-signed|unable to)/);
      for (const [name, secret] of Object.entries(authParams)) {
        if (name !== 'username') assert.ok(!message.includes(secret), name);
      }
      for (const [name, way] of Object.entries(ways)) {
        const stub = name === 'client' ? strict : open;
        assert.equal((await readOnce(...read(stub, way))).value, 7, name);
        if (name === 'client') assert.equal(stub.requests.at(-1)?.client, 'keda');
      }
      // Whoever runs Sluice may trust an authority for everything, as KEDA's operator may.
      const usual = getCACertificates('default');
      setDefaultCACertificates([ca]);
      try {
        assert.equal((await readOnce(...read(open, {}))).value, 7);
      } finally {
        setDefaultCACertificates(usual);
      }
    });
  }
  const couchUrl = ({ port }: HttpsStub): string => `https://u:p4ssw0rd@127.0.0.1:${port}`;

  test('opensearch with enableTLS signs in by its certificate alone', async () => {
    await using stub = await startHttps(certificates, {
      answer: (_request, response) => response.end('{"n":1}'),
    });
    const authParams = { ...login, caCert: ca, clientCert: cert, clientKey: key };
    await readOnce('opensearch', search(stub), { authParams });
    await readOnce('opensearch', { ...search(stub), enableTLS: 'true' }, { authParams });
    const searches = stub.requests.filter(({ url }) => url.pathname !== '/');
    assert.deepEqual(
      searches.map((request) => [request.client, request.headers.authorization !== undefined]),
      [
        ['', true],
        ['keda', false],
      ],
    );
  });

  test('pulsar says how somebody signs in, to the broker it is sent on to as well', async () => {
    await using stub = await startHttps(certificates, {
      answer: ({ url }, response) => {
        if (url.pathname === '/owner')
          response.end(JSON.stringify({ subscriptions: { s: { msgBacklog: 7 } } }));
        else response.writeHead(307, { location: '/owner' }).end();
      },
    });
    for (const [metadata, authParams, want] of [
      [{ authModes: 'bearer' }, { ca, bearerToken: 'b' }, 'token'],
      [{ authModes: 'basic,tls' }, { ca, cert, key, ...login }, 'basic'],
      [{ tls: 'enable' }, { ca, cert, key }, 'tls'],
      [{}, { ca }, undefined],
    ] as const) {
      assert.equal((await readOnce('pulsar', { ...pulsar(stub), ...metadata }, { authParams })).value, 7);
      const methods = stub.requests.splice(0).map((request) => request.headers['x-pulsar-auth-method-name']);
      assert.deepEqual(methods, [want, want]);
    }
  });

  test('an OAuth token is asked for over the same TLS, in the form where the header is refused', async () => {
    let inForm = 0;
    await using stub = await startHttps(certificates, {
      answer: ({ body, headers, url }, response) => {
        if (url.pathname !== '/token') {
          response.end(JSON.stringify(headers.authorization === 'Bearer t' ? vector : {}));
        } else if (new URLSearchParams(body).get('client_secret') === 's3cret') {
          inForm += 1;
          response.end('{"access_token":"t","expires_in":"60"}');
        } else response.writeHead(401).end();
      },
    });
    const metadata = { serverAddress: stub.origin, query: 'up', threshold: '1', authModes: 'oauth' };
    const authParams = { ca, oauthTokenURI: `${stub.origin}/token`, clientID: 'me', clientSecret: 's3cret' };
    assert.equal((await readOnce('prometheus', metadata, { authParams })).value, 7);
    assert.equal(inForm, 1);
    const refused = { authParams: { ...authParams, clientSecret: 'other-s3cret' } };
    const { message } = await readFailure('prometheus', metadata, refused);
    assert.equal(message, `The token endpoint ${stub.origin}/token gave no token (status 401).`);
  });

  test('an https address of a cluster that does not resolve is answered by the embedded store', async () => {
    const serverAddress = 'https://prometheus.monitoring.svc.cluster.local:9090';
    for (const [metadata, authParams] of [
      [{}, {}],
      [{ unsafeSsl: 'true' }, {}],
      [{ authModes: 'tls' }, { ca, cert, key }],
    ] as const) {
      await using trigger = await makeTrigger(
        'prometheus',
        { serverAddress, query: 'up', threshold: '1', ...metadata },
        { authParams, query: () => Promise.resolve([{ labels: {}, value: 3 }]) },
      );
      const [reading] = await trigger.read(0, new AbortController().signal);
      assert.equal(reading?.value, 3);
    }
  });
}
