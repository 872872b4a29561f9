import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger, triggerDependencies, triggerSpec } from '../conformance.ts';
import { composeDepths, createTrigger, queueDepth } from './ibmmq.ts';

const host = 'https://mq.example/ibmmq/rest/v2/admin/action/qmgr/QM1/mqsc';
const authParams = { username: 'u', password: 'geheim' };
const depth = (curdepth: number) => ({
  commandResponse: [{ completionCode: 0, reasonCode: 0, parameters: { curdepth } }],
  overallCompletionCode: 0,
});
const never = new AbortController().signal;

testTrigger(
  'ibmmq',
  { host, queueName: 'Q' },
  { authParams, fetch: () => Promise.resolve(Response.json(depth(3))) },
);

for (const [operation, want] of [
  ['', 9],
  ['max', 9],
  ['sum', 13],
  ['avg', 6],
] as const) {
  test(`ibmmq: two queues by ${operation || 'default'} are ${want}`, async () => {
    const asked: unknown[] = [];
    const trigger = createTrigger(
      triggerSpec('ibmmq', { host, queueNames: 'A, B', ...(operation === '' ? {} : { operation }) }),
      triggerDependencies({
        authParams,
        fetch: (_url, init) => {
          const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : null;
          const name: unknown = Object(body).name;
          asked.push([name, init?.method, new Headers(init?.headers).get('ibm-mq-rest-csrf-token')]);
          return Promise.resolve(Response.json(depth(name === 'A' ? 4 : 9)));
        },
      }),
    );
    assert.deepEqual(await trigger.read(0, never), [{ name: 's0-ibmmq-A', value: want, active: true }]);
    assert.deepEqual(asked, [
      ['A', 'POST', 'value'],
      ['B', 'POST', 'value'],
    ]);
  });
}

test('ibmmq: no queues are empty', () => assert.equal(composeDepths('max', []), 0));

for (const { answer, name, want } of [
  { name: 'a depth', answer: depth(0), want: 0 },
  {
    name: 'a queue that does not exist',
    answer: { commandResponse: [{ message: ['AMQ8147E: IBM MQ object Q not found.'] }] },
    want: /queue Q: AMQ8147E: IBM MQ object Q not found/,
  },
  {
    name: 'a queue manager that does not run',
    answer: { error: [{ message: 'MQWB0009E: Could not query the queue manager.' }] },
    want: /MQWB0009E/,
  },
  { name: 'parameters without a depth', answer: { commandResponse: [{ parameters: {} }] }, want: 0 },
  { name: 'no parameters', answer: { commandResponse: [{}] }, want: /the answer has no depth/ },
  { name: 'something else', answer: [], want: /the answer has no depth/ },
] as const) {
  test(`ibmmq: ${name}`, () => {
    const read = () => queueDepth(answer, 'IBM MQ, queue Q');
    if (typeof want === 'number') assert.equal(read(), want);
    else assert.throws(read, want);
  });
}

test('ibmmq: refusals and bad input are named, without the password', async () => {
  const make = (answer: Response, given = host) =>
    createTrigger(
      triggerSpec('ibmmq', { host: given, queueName: 'Q' }),
      triggerDependencies({ authParams, fetch: () => Promise.resolve(answer) }),
    );
  await assert.rejects(make(new Response('geheim', { status: 401 })).read(0, never), /status 401: \*\*\*/);
  await assert.rejects(make(new Response('<html>', { status: 404 })).read(0, never), /not JSON/);
  assert.throws(() => make(new Response(), 'mq'), /host: /);
});
