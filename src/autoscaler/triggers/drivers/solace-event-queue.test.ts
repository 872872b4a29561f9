import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger, triggerDependencies, triggerSpec } from '../conformance.ts';
import { createTrigger } from './solace-event-queue.ts';

const metadata = {
  solaceSempBaseURL: 'http://solace:8080/',
  messageVpn: 'my vpn',
  queueName: 'orders/new',
  messageCountTarget: '20',
  messageSpoolUsageTarget: '2',
  messageReceiveRateTarget: '5',
};
const authParams = { username: 'u', password: 'geheim' };
const queue = (count: number, spool: number, rate: number, responseCode = 200) => ({
  collections: { msgs: { count } },
  data: { msgSpoolUsage: spool, averageRxMsgRate: rate },
  meta: { responseCode },
});
const never = new AbortController().signal;

const make = (answer: () => Response, change: Readonly<Record<string, string>> = {}, asked: Request[] = []) =>
  createTrigger(
    triggerSpec('solace-event-queue', { ...metadata, ...change }),
    triggerDependencies({
      authParams,
      fetch: (url, init) => {
        asked.push(new Request(url, init));
        return Promise.resolve(answer());
      },
    }),
  );

testTrigger('solace-event-queue', metadata, {
  authParams,
  fetch: () => Promise.resolve(Response.json(queue(1, 2, 3))),
});

test('solace-event-queue: one metric for each target, spool usage in bytes', async () => {
  const asked: Request[] = [];
  const trigger = make(() => Response.json(queue(7, 1_000_000, 3)), {}, asked);
  assert.deepEqual(
    trigger.metrics().map(({ name, target }) => [name, target.value]),
    [
      ['s0-solace-orders-new-msgcount', 20],
      ['s0-solace-orders-new-msgspoolusage', 2_097_152],
      ['s0-solace-orders-new-msgrcvrate', 5],
    ],
  );
  assert.deepEqual(
    (await trigger.read(0, never)).map(({ value, active }) => [value, active]),
    [
      [7, true],
      [1_000_000, true],
      [3, true],
    ],
  );
  const [request] = asked;
  assert.equal(
    request?.url,
    'http://solace:8080/SEMP/v2/monitor/msgVpns/my%20vpn/queues/orders%2Fnew?select=msgs%2CmsgSpoolUsage%2CaverageRxMsgRate',
  );
  assert.equal(request?.headers.get('authorization'), 'Basic dTpnZWhlaW0=');
});

for (const { name, answer, want } of [
  { name: 'nothing above its activation', answer: queue(3, 2 ** 20, 1), want: false },
  { name: 'messages above theirs', answer: queue(4, 0, 0), want: true },
  { name: 'spool usage above its own, in megabytes', answer: queue(0, 2 ** 20 + 1, 0), want: true },
  { name: 'a rate above its own', answer: queue(0, 0, 2), want: true },
]) {
  test(`solace-event-queue: ${name}, by a metric of another kind`, async () => {
    const trigger = make(() => Response.json(answer), {
      messageSpoolUsageTarget: '',
      messageReceiveRateTarget: '',
      activationMessageCountTarget: '3',
      activationMessageSpoolUsageTarget: '1',
      activationMessageReceiveRateTarget: '1',
    });
    const readings = await trigger.read(0, never);
    assert.deepEqual(
      readings.map(({ active }) => active),
      [want],
    );
  });
}

test('solace-event-queue: errors are told apart, without the password', async () => {
  await assert.rejects(
    make(() => new Response('geheim', { status: 401 })).read(0, never),
    /Solace at http:\/\/solace:8080 answered with status 401: \*\*\*/,
  );
  await assert.rejects(
    make(() => Response.json(queue(0, 0, 0, 400))).read(0, never),
    /received response code 400/,
  );
  await assert.rejects(make(() => Response.json({})).read(0, never), /received response code 0/);
  assert.throws(() => make(() => new Response(), { solaceSempBaseURL: 'solace' }), /expected a URL/);
});
