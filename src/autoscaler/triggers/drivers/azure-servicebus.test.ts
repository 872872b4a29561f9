import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger, triggerDependencies, triggerSpec } from '../conformance.ts';
import { createTrigger } from './azure-servicebus.ts';
import { parseServiceBusConnection, serviceBusToken } from './azure/service-bus-connection.ts';

const never = new AbortController().signal;
const connection =
  'Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=c2VjcmV0a2V5=;EntityPath=x';
const base = 'https://acme.servicebus.windows.net';
const entry = (name: string, active: number): string =>
  `<entry><title type="text">${name}</title><content><QueueDescription><CountDetails xmlns:d="x">` +
  `<d:ActiveMessageCount>${active}</d:ActiveMessageCount></CountDetails></QueueDescription></content></entry>`;
const feed = (...entries: readonly string[]): string => `<feed>${entries.join('')}</feed>`;

function serviceBus(metadata: Readonly<Record<string, string>>, ...answers: readonly string[]) {
  const asked: Request[] = [];
  const trigger = createTrigger(
    triggerSpec('azure-servicebus', metadata),
    triggerDependencies({
      authParams: { connection },
      fetch: (url, init) => {
        asked.push(new Request(url, init));
        return Promise.resolve(new Response(answers[asked.length - 1] ?? feed()));
      },
    }),
  );
  const value = async () => (await trigger.read(1_000_000, never))[0]?.value;
  return { asked, value, urls: () => asked.map(({ url }) => decodeURIComponent(url.slice(base.length))) };
}

testTrigger(
  'azure-servicebus',
  { queueName: 'orders' },
  { authParams: { connection }, fetch: () => Promise.resolve(new Response(entry('orders', 3))) },
);

// The token was made by Microsoft's own @azure/service-bus 7.9.
test('azure-servicebus: a token is that of its own library', () => {
  const own = parseServiceBusConnection(connection.replace('acme.servicebus.windows.net', 'localhost:37217'));
  assert.ok(own);
  assert.equal(
    serviceBusToken(new URL('https://localhost:37217/orders?api-version=2021-05'), own, 1_795_450_514),
    'SharedAccessSignature sr=https%3a%2f%2flocalhost%3a37217%2forders%3fapi-version%3d2021-05' +
      '&sig=Q%2B28GrLyEz0nf0j3fT%2BFHxPUuVi69xLcGGouA5r438Y%3D&se=1795450514&skn=Root',
  );
});

test('azure-servicebus: connection texts', () => {
  const signature = 'SharedAccessSignature sr=x&sig=y%3D&se=1&skn=k';
  const given = parseServiceBusConnection(`endpoint=sb://h ; SharedAccessSignature=${signature}`);
  assert.deepEqual(given, { address: 'https://h', keyName: '', key: '', signature });
  assert.equal(serviceBusToken(new URL('https://h/q'), given, 1), signature);
  assert.equal(
    parseServiceBusConnection(
      'Endpoint=sb://localhost:5300;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true;',
    )?.address,
    'http://localhost:5300',
  );
  for (const bad of [
    '',
    'Endpoint=sb://h',
    'SharedAccessKeyName=a;SharedAccessKey=b',
    'Endpoint=sb://h;SharedAccessKey=b',
  ])
    assert.equal(parseServiceBusConnection(bad), null, bad);
});

for (const { answer, metadata, name, path } of [
  {
    name: 'a queue',
    metadata: { queueName: 'a/b c' },
    answer: entry('a/b c', 7),
    path: '/a/b c?api-version=2021-05',
  },
  {
    name: 'a subscription',
    metadata: { topicName: 't', subscriptionName: 's' },
    answer: entry('s', 7),
    path: '/t/Subscriptions/s?api-version=2021-05',
  },
]) {
  test(`azure-servicebus: messages of ${name}`, async () => {
    const { asked, urls, value } = serviceBus(metadata, answer);
    assert.equal(await value(), 7);
    assert.deepEqual(urls(), [path]);
    assert.match(
      asked[0]?.headers.get('authorization') ?? '',
      /^SharedAccessSignature sr=.*&se=4600&skn=Root$/,
    );
  });
}

for (const { metadata, name, list, want } of [
  { name: 'summed', metadata: { queueName: 'order.*' }, list: '$Resources/Queues', want: 12 },
  {
    name: 'the largest',
    metadata: { queueName: 'order.*', operation: 'max' },
    list: '$Resources/Queues',
    want: 7,
  },
  {
    name: 'on average, whole names only',
    metadata: { topicName: 't', subscriptionName: 'orders|order', operation: 'avg' },
    list: 't/Subscriptions',
    want: 6,
  },
  { name: 'none of them', metadata: { queueName: 'x' }, list: '$Resources/Queues', want: 0 },
]) {
  test(`azure-servicebus: all that match a pattern, ${name}`, async () => {
    const pages = [feed(entry('orders', 7), entry('my-orders', 100)), feed(entry('order', 5))];
    const { urls, value } = serviceBus({ ...metadata, useRegex: 'true' }, ...pages);
    assert.equal(await value(), want);
    assert.deepEqual(
      urls(),
      [0, 2, 3].map((skip) => `/${list}?api-version=2021-05&$skip=${skip}&$top=100`),
    );
  });
}

test('azure-servicebus: what is wrong is said, without the key', async () => {
  const queueName = 'orders';
  await assert.rejects(
    serviceBus({ queueName }).value(),
    /acme\.servicebus\.windows\.net has no queue "orders"/,
  );
  const subscription = { topicName: 't', subscriptionName: 's' };
  await assert.rejects(serviceBus(subscription).value(), /has no subscription "s" of topic "t"/);
  await assert.rejects(
    serviceBus({ queueName }, '<entry><title>orders</title></entry>').value(),
    /did not say how many messages orders has/,
  );
  await assert.rejects(serviceBus({ queueName }, 'c2VjcmV0a2V5=').value(), /not well-formed XML/);
  assert.throws(
    () =>
      createTrigger(
        triggerSpec('azure-servicebus', { queueName, namespace: 'acme' }),
        triggerDependencies({ podIdentity: 'azure-workload' }),
      ),
    /connection: expected a connection text with Endpoint/,
  );
  assert.throws(() => serviceBus({ queueName: '(?=a)', useRegex: 'true' }), /RE2 does not know/);
});
