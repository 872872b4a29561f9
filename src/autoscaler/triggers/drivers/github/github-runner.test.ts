import assert from 'node:assert/strict';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { testTrigger, triggerDependencies, triggerSpec } from '../../conformance.ts';
import { createTrigger, takesJob } from '../github-runner.ts';

const metadata = { owner: 'acme', runnerScope: 'org', repos: 'shop', labels: 'gpu' };
const authParams = { personalAccessToken: 'geheim' };
const nowMs = Date.parse('2026-11-23T10:00:00Z');
const never = new AbortController().signal;

const run = (id: number, status: string, name = 'shop') => ({ id, status, repository: { name } });
const job = (status: string, labels: readonly string[] | null) => ({ status, labels });
const runsPath = (status: string, name = 'shop'): string =>
  `/repos/acme/${name}/actions/runs?status=${status}&per_page=100`;
const jobsPath = (id: number, name = 'shop'): string =>
  `/repos/acme/${name}/actions/runs/${id}/jobs?per_page=100`;
const quiet = { workflow_runs: [] };

interface Asked {
  readonly path: string;
  readonly headers: Headers;
}

/** GitHub as far as it is written down; the rest is not found. */
function github(answers: Readonly<Record<string, unknown>>, etag?: string) {
  const asked: Asked[] = [];
  const ask: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const path = `${url.pathname}${url.search}`;
    const headers = new Headers(init?.headers);
    asked.push({ path, headers });
    const answer = answers[path];
    if (answer instanceof Response) return Promise.resolve(answer.clone());
    if (answer === undefined)
      return Promise.resolve(new Response('{"message":"Not Found"}', { status: 404 }));
    if (etag !== undefined && headers.get('if-none-match') === etag) {
      return Promise.resolve(new Response(null, { status: 304 }));
    }
    return Promise.resolve(Response.json(answer, { headers: etag === undefined ? {} : { etag } }));
  };
  return { asked, fetch: ask };
}

const two = {
  [runsPath('queued')]: { workflow_runs: [run(1, 'queued'), run(2, 'completed')] },
  [runsPath('in_progress')]: { workflow_runs: [run(3, 'in_progress')] },
  [jobsPath(1)]: {
    jobs: [
      job('queued', ['self-hosted', 'GPU']),
      job('queued', ['windows']),
      job('completed', ['gpu']),
      job('waiting', ['gpu']),
    ],
  },
  [jobsPath(3)]: { jobs: [job('in_progress', ['linux', 'x64', 'gpu']), job('queued', [])] },
};

testTrigger('github-runner', metadata, { authParams, fetch: github(two).fetch });

test('github-runner: jobs that wait or run, of runs that are alive, with labels the runner has', async () => {
  const { asked, fetch } = github(two);
  const trigger = createTrigger(
    triggerSpec('github-runner', { ...metadata, targetWorkflowQueueLength: '3' }),
    triggerDependencies({ authParams, fetch }),
  );
  // Reaching the target is enough to be active.
  assert.deepEqual(await trigger.read(nowMs, never), [
    { name: 's0-github-runner-acme', value: 3, active: true },
  ]);
  assert.deepEqual(
    asked.map(({ path }) => path),
    [runsPath('queued'), jobsPath(1), runsPath('in_progress'), jobsPath(3)],
  );
  assert.equal(asked[0]?.headers.get('authorization'), 'Bearer geheim');
  assert.equal(asked[0]?.headers.get('x-github-api-version'), '2022-11-28');
});

for (const { job: labels, name, runner, want } of [
  {
    name: 'labels of its kind come with it',
    runner: {},
    job: ['self-hosted', 'Linux', 'X64', 'gpu'],
    want: true,
  },
  {
    name: 'unless it was told not to',
    runner: { noDefaultLabels: true },
    job: ['self-hosted', 'gpu'],
    want: false,
  },
  { name: 'a label it lacks', runner: {}, job: ['gpu', 'windows'], want: false },
  { name: 'a job without labels goes to all', runner: {}, job: [], want: true },
  { name: 'or only to runners without labels', runner: { matchUnlabeled: true }, job: [], want: false },
  { name: 'such as this', runner: { matchUnlabeled: true, labels: [] }, job: [], want: true },
] as const) {
  test(`github-runner: ${name}`, () => {
    const plain = { labels: ['gpu'], noDefaultLabels: false, matchUnlabeled: false };
    assert.equal(takesJob(labels, { ...plain, ...runner }), want);
  });
}

test('github-runner: without repos those of the owner are listed, page by page; foreign ones are passed over', async () => {
  const names = Array.from({ length: 31 }, (_, at) => `r${at}`);
  const repositories = names.map((name) => ({ name }));
  const { asked, fetch } = github({
    '/users/acme/repos?page=1': repositories.slice(0, 30),
    '/users/acme/repos?page=2': repositories.slice(30),
    [runsPath('queued', 'r30')]: { workflow_runs: [run(9, 'queued', 'r30')] },
    [runsPath('in_progress', 'r30')]: quiet,
    [jobsPath(9, 'r30')]: { jobs: [job('queued', null)] },
  });
  const { labels: _labels, repos: _repos, ...rest } = metadata;
  const trigger = createTrigger(
    triggerSpec('github-runner', { ...rest, runnerScope: 'repo' }),
    triggerDependencies({ authParams, fetch }),
  );
  assert.equal((await trigger.read(nowMs, never))[0]?.value, 1);
  assert.equal(asked.length, 2 + 31 * 2 + 1);
});

test('github-runner: with etags what has not changed is asked for cheaply and remembered', async () => {
  const { asked, fetch } = github(two, '"v1"');
  const trigger = createTrigger(
    triggerSpec('github-runner', { ...metadata, enableEtags: 'true' }),
    triggerDependencies({ authParams, fetch }),
  );
  for (const _turn of [1, 2, 3]) assert.equal((await trigger.read(nowMs, never))[0]?.value, 3);
  assert.deepEqual(
    asked.map(({ headers }) => headers.get('if-none-match')),
    [...Array.from({ length: 4 }, () => null), ...Array.from({ length: 8 }, () => '"v1"')],
  );
});

test('github-runner: an app signs itself in, and its token is kept until shortly before its end', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const tokens = '/app/installations/7/access_tokens';
  const { asked, fetch } = github({
    ...two,
    [tokens]: { token: 'app-token', expires_at: '2026-11-23T11:00:00Z' },
  });
  const trigger = createTrigger(
    triggerSpec('github-runner', { ...metadata, applicationID: '5', installationID: '7' }),
    triggerDependencies({
      authParams: { appKey: privateKey.export({ type: 'pkcs1', format: 'pem' }) },
      fetch,
    }),
  );
  for (const minutes of [0, 58, 59.5]) {
    assert.equal((await trigger.read(nowMs + minutes * 60_000, never))[0]?.value, 3);
  }
  assert.equal(asked.filter(({ path }) => path === tokens).length, 2);
  const [head = '', claims = '', signature = ''] = (asked[0]?.headers.get('authorization') ?? '')
    .replace('Bearer ', '')
    .split('.');
  assert.ok(createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url'));
  assert.deepEqual(JSON.parse(Buffer.from(claims, 'base64url').toString()), {
    iat: nowMs / 1000 - 30,
    exp: nowMs / 1000 + 90,
    iss: '5',
  });
  assert.equal(asked[1]?.headers.get('authorization'), 'Bearer app-token');
});

test('github-runner: limits, refusals and bad input are named, without the token', async () => {
  const read = async (answer: Response, change = {}) =>
    createTrigger(
      triggerSpec('github-runner', { ...metadata, ...change }),
      triggerDependencies({ authParams, fetch: github({ [runsPath('queued')]: answer }).fetch }),
    ).read(nowMs, never);
  const limit = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(nowMs / 1000) };
  await assert.rejects(
    read(new Response('{}', { status: 403, headers: limit })),
    /answers no more questions until 2026-11-23T10:00:00\.000Z: its limit is reached/,
  );
  await assert.rejects(read(new Response('geheim', { status: 403 })), /status 403: \*\*\*/);
  await assert.rejects(read(new Response('', { status: 500 })), /status 500/);
  await assert.rejects(read(Response.json([])), /something else than it documents/);
  const { repos: _repos, ...noRepos } = metadata;
  const trigger = createTrigger(
    triggerSpec('github-runner', noRepos),
    triggerDependencies({ authParams, fetch: github({}).fetch }),
  );
  await assert.rejects(trigger.read(nowMs, never), /GitHub knows no \/orgs\/acme\/repos/);
  await assert.rejects(
    read(Response.json(quiet), { githubApiURL: 'github' }),
    /githubApiURL: expected a URL/,
  );
  await assert.rejects(
    createTrigger(
      triggerSpec('github-runner', { ...metadata, applicationID: '5', installationID: '7' }),
      triggerDependencies({ authParams: { appKey: 'no key' }, fetch: github(two).fetch }),
    ).read(nowMs, never),
    /appKey: expected the private key of the GitHub App as PEM/,
  );
});
