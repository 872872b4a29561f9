import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, type LogEvent } from '../../../platform/logger.ts';
import { testTrigger, triggerDependencies, triggerSpec } from '../conformance.ts';
import { createTrigger } from './selenium-grid.ts';

const metadata = { url: 'http://grid:4444/graphql', browserName: 'chrome', platformName: 'linux' };
const stereotype = '{"browserName":"chrome","browserVersion":"","platformName":"linux"}';
const grid = {
  data: {
    nodesInfo: {
      nodes: [
        {
          id: 'a',
          status: 'UP',
          sessionCount: 1,
          maxSession: 1,
          stereotypes: `[{"slots":1,"stereotype":${stereotype}}]`,
          sessions: [
            { id: 's', slot: { id: 'x', stereotype } },
            { id: 't', slot: { stereotype: 'no JSON' } },
          ],
        },
        { id: 'b', status: 'UP', sessionCount: 0, maxSession: 1, stereotypes: 'no JSON', sessions: null },
      ],
    },
    sessionsInfo: {
      sessionQueueRequests: [
        '{"browserName":"chrome","platformName":"linux"}',
        'no JSON',
        '{"browserName":"firefox"}',
      ],
    },
  },
};
const never = new AbortController().signal;

testTrigger('selenium-grid', metadata, { fetch: () => Promise.resolve(Response.json(grid)) });

test('selenium-grid: one running session and one request make two; it is asked by POST with its login', async () => {
  const asked: { body: unknown; authorization: string | null; method: string | undefined }[] = [];
  const trigger = createTrigger(
    triggerSpec('selenium-grid', { ...metadata, activationThreshold: '1' }),
    triggerDependencies({
      authParams: { username: 'u', password: 'p' },
      fetch: (_url, init) => {
        asked.push({
          body: typeof init?.body === 'string' ? JSON.parse(init.body) : null,
          authorization: new Headers(init?.headers).get('authorization'),
          method: init?.method,
        });
        return Promise.resolve(Response.json(grid));
      },
    }),
  );
  assert.deepEqual(await trigger.read(0, never), [
    { name: 's0-selenium-grid-chrome--linux', value: 2, active: true },
  ]);
  const [first] = asked;
  assert.equal(first?.method, 'POST');
  assert.equal(first?.authorization, 'Basic dTpw');
  assert.match(String(Object(first?.body).query), /sessionQueueRequests/);
});

test('selenium-grid: a token of any kind is sent as that kind', async () => {
  let authorization: string | null = null;
  const trigger = createTrigger(
    triggerSpec('selenium-grid', metadata),
    triggerDependencies({
      authParams: { authType: 'Bearer', accessToken: 't', username: 'u', password: 'p' },
      fetch: (_url, init) => {
        authorization = new Headers(init?.headers).get('authorization');
        return Promise.resolve(Response.json({}));
      },
    }),
  );
  // An empty answer is an empty grid, as in KEDA.
  assert.equal((await trigger.read(0, never))[0]?.value, 0);
  assert.equal(authorization, 'Bearer t');
});

test('selenium-grid: bad input and bad answers are named, without secrets', async () => {
  assert.throws(
    () =>
      createTrigger(
        triggerSpec('selenium-grid', { url: 'grid', capabilities: '{a' }),
        triggerDependencies({ index: 2 }),
      ),
    /Trigger 2 \(selenium-grid\) of web cannot be used: url: expected a URL .* received "grid"; capabilities: expected an object as JSON/,
  );
  const read = (answer: Response) =>
    createTrigger(
      triggerSpec('selenium-grid', metadata),
      triggerDependencies({
        authParams: { authType: 'Bearer', accessToken: 'geheim' },
        fetch: () => Promise.resolve(answer),
      }),
    ).read(0, never);
  await assert.rejects(read(new Response('geheim', { status: 401 })), /status 401: \*\*\*/);
  await assert.rejects(read(new Response('', { status: 200 })), /not JSON/);
  await assert.rejects(read(Response.json({ data: { nodesInfo: { nodes: 3 } } })), /no view of a grid/);
});

test('selenium-grid: what the grid complains about is in the log', async () => {
  const events: LogEvent[] = [];
  const logger = createLogger({
    level: 'warn',
    now: () => 0,
    write: (line) => events.push(JSON.parse(line) as LogEvent),
  });
  const trigger = createTrigger(
    triggerSpec('selenium-grid', metadata),
    triggerDependencies({
      logger,
      fetch: () => Promise.resolve(Response.json({ errors: [{ message: 'no such field' }], data: null })),
    }),
  );
  assert.equal((await trigger.read(0, never))[0]?.value, 0);
  assert.equal(events[0]?.event, 'selenium-grid-error');
});
