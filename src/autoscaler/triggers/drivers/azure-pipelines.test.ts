import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger, triggerDependencies, triggerSpec } from '../conformance.ts';
import { createTrigger } from './azure-pipelines.ts';

const never = new AbortController().signal;
const authParams = { organizationURL: 'https://dev.example/acme', personalAccessToken: 'geheim\n' };
const waiting = {
  count: 3,
  value: [
    { demands: ['java'], matchedAgents: [{ name: 'template' }, {}] },
    { result: null },
    { result: 'failed', demands: null },
  ],
};
const jobs = 'https://dev.example/acme/_apis/distributedtask/pools/44/jobrequests';

/** A trigger whose questions are answered one after the other; the last answer stays. */
function pipelines(metadata: Readonly<Record<string, string>>, ...answers: readonly (() => Response)[]) {
  const asked: Request[] = [];
  const trigger = createTrigger(
    triggerSpec('azure-pipelines', metadata),
    triggerDependencies({
      authParams,
      fetch: (url, init) => {
        const answer = answers[Math.min(asked.push(new Request(url, init)), answers.length) - 1];
        return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError('no answer'));
      },
    }),
  );
  return {
    trigger,
    asked,
    value: async () => (await trigger.read(0, never))[0]?.value,
    urls: () => asked.map(({ url }) => url),
  };
}
const answerJobs = () => Response.json(waiting);

testTrigger('azure-pipelines', { poolID: '44' }, { authParams, fetch: () => Promise.resolve(answerJobs()) });

for (const { name, metadata, query, want } of [
  { name: 'the newest 250 jobs', metadata: {}, query: '?$top=250', want: 2 },
  { name: 'as many as are asked for', metadata: { jobsToFetch: '9' }, query: '?$top=9', want: 2 },
  { name: 'all jobs with their agents', metadata: { parent: 'template' }, query: '', want: 1 },
  {
    name: 'unfinished jobs',
    metadata: { parent: 'template', fetchUnfinishedJobsOnly: 'true' },
    query: '?completedRequestCount=0',
    want: 1,
  },
  {
    name: 'jobs by demands',
    metadata: { demands: 'JAVA', requireAllDemands: 'true', caseInsensitiveDemandsProcessing: 'true' },
    query: '?$top=250',
    want: 1,
  },
  {
    name: 'jobs that demand all of it',
    metadata: { demands: 'java', requireAllDemandsAndIgnoreOthers: 'true' },
    query: '?$top=250',
    want: 1,
  },
]) {
  test(`azure-pipelines: ${name}`, async () => {
    const { asked, urls, value } = pipelines({ poolID: '44', ...metadata }, answerJobs);
    assert.equal(await value(), want);
    assert.deepEqual(urls(), [`${jobs}${query}`]);
    assert.equal(asked[0]?.headers.get('authorization'), `Basic ${btoa(':geheim')}`);
  });
}

test('azure-pipelines: a pool is found by its name once, and again after a failure', async () => {
  const pool = () => Response.json({ count: 1, value: [{ id: 44 }] });
  const down = () => new Response('down', { status: 503 });
  const { urls, value } = pipelines(
    { poolName: 'a b', poolID: '1' },
    pool,
    answerJobs,
    down,
    pool,
    answerJobs,
  );
  assert.equal(await value(), 2);
  await assert.rejects(value(), /status 503: down/);
  assert.equal(await value(), 2);
  const find = 'https://dev.example/acme/_apis/distributedtask/pools?poolName=a%20b';
  const ask = `${jobs}?$top=250`;
  assert.deepEqual(urls(), [find, ask, ask, find, ask]);
});

for (const { name, metadata = { poolID: '44' }, answer, want } of [
  {
    name: 'no pool of the name',
    metadata: { poolName: 'p' },
    answer: () => Response.json({ count: 0, value: [] }),
    want: /expected one agent pool with the name "p", found none/,
  },
  {
    name: 'two pools of the name',
    metadata: { poolName: 'p' },
    answer: () => Response.json({ count: 2, value: [{ id: 1 }, { id: 2 }] }),
    want: /found 2/,
  },
  { name: 'a page to sign in', answer: () => new Response('geheim', { status: 203 }), want: /203: \*\*\*/ },
  {
    name: 'a way to such a page',
    answer: () => new Response(null, { status: 302, headers: { location: '/signin' } }),
    want: /status 302/,
  },
  { name: 'no list', answer: () => Response.json({ value: 1 }), want: /no list of jobs/ },
]) {
  test(`azure-pipelines: ${name} is an error`, async () => {
    await assert.rejects(pipelines(metadata, answer).value(), want);
  });
}

test('azure-pipelines: bad input is named', () => {
  const make = (metadata: Readonly<Record<string, string>>, change: object) => () =>
    createTrigger(
      triggerSpec('azure-pipelines', { poolID: '1', ...metadata }),
      triggerDependencies({ authParams, ...change }),
    );
  const { organizationURL } = authParams;
  assert.throws(
    make({}, { authParams: { organizationURL }, podIdentity: 'azure-workload' }),
    /personalAccessToken: expected a value, because workload identity is known only to a cluster/,
  );
  assert.throws(
    make({}, { authParams: { ...authParams, organizationURL: 'acme' } }),
    /organizationURL: expected a URL/,
  );
  assert.throws(make({ jobsToFetch: '1', parent: 'p' }, {}), /jobsToFetch/);
  assert.throws(make({ jobsToFetch: '1', fetchUnfinishedJobsOnly: 'false' }, {}), /jobsToFetch/);
});
