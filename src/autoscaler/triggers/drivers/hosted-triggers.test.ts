import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger, triggerDependencies, triggerSpec } from '../conformance.ts';
import type { CreateTrigger } from '../trigger.ts';
import { createTrigger as createForgejo } from './forgejo-runner.ts';
import { createTrigger as createNewRelic, firstNumber } from './new-relic.ts';

const never = new AbortController().signal;
type Texts = Readonly<Record<string, string>>;

/** One reading, and what was asked for it. */
async function read(
  create: CreateTrigger,
  type: string,
  metadata: Texts,
  authParams: Texts,
  answer: Response,
): Promise<{
  readonly value: number | undefined;
  readonly active: boolean | undefined;
  readonly request: Request;
}> {
  let request = new Request('http://nobody');
  await using trigger = create(
    triggerSpec(type, metadata),
    triggerDependencies({
      authParams,
      fetch: (url, init) => {
        request = new Request(url, init);
        return Promise.resolve(answer);
      },
    }),
  );
  const [reading] = await trigger.read(0, never);
  return { value: reading?.value, active: reading?.active, request };
}

const forgejo = { address: 'https://code.example/', labels: 'docker,arm' };
const token = { token: 'geheim' };
for (const { change, name, path } of [
  { name: 'of the user', change: {}, path: '/api/v1/user/actions/runners/jobs' },
  { name: 'of the server', change: { global: 'true' }, path: '/api/v1/admin/runners/jobs' },
  {
    name: 'of an organisation',
    change: { org: 'o', global: 'true' },
    path: '/api/v1/orgs/o/actions/runners/jobs',
  },
  {
    name: 'of a repository',
    change: { org: 'o', owner: 'a', repo: 'b/c' },
    path: '/api/v1/repos/a/b%2Fc/actions/runners/jobs',
  },
]) {
  test(`forgejo-runner: jobs ${name}`, async () => {
    const answer = Response.json([{ id: 1 }, { id: 2 }]);
    const { active, request, value } = await read(
      createForgejo,
      'forgejo-runner',
      { ...forgejo, ...change },
      token,
      answer,
    );
    assert.deepEqual([value, active], [2, true]);
    assert.equal(request.url, `https://code.example${path}?labels=docker%2Carm`);
    assert.equal(request.headers.get('authorization'), 'token geheim');
  });
}

// KEDA numbers its metric 1, wherever the trigger stands.
testTrigger(
  'forgejo-runner',
  forgejo,
  { authParams: token, fetch: () => Promise.resolve(Response.json([])) },
  1,
);

test('forgejo-runner: without jobs it is active all the same, as in KEDA, which numbers its metric 1', async () => {
  const { active, value } = await read(createForgejo, 'forgejo-runner', forgejo, token, Response.json(null));
  assert.deepEqual([value, active], [0, true]);
  const trigger = createForgejo(
    triggerSpec('forgejo-runner', forgejo),
    triggerDependencies({ authParams: token, index: 4 }),
  );
  assert.deepEqual(
    trigger.metrics().map((metric) => metric.name),
    ['s1-forgejo-runner-https---code-example-'],
  );
});

test('forgejo-runner: what is wrong is said without the token', async () => {
  const bad = (answer: Response, change: Texts = {}) =>
    read(createForgejo, 'forgejo-runner', { ...forgejo, ...change }, token, answer);
  await assert.rejects(bad(new Response('geheim', { status: 403 })), /Forgejo at .* status 403: \*\*\*/);
  await assert.rejects(bad(Response.json({})), /no list of jobs/);
  await assert.rejects(bad(Response.json([]), { address: 'code' }), /address: expected a URL/);
});

const relic = { account: '1', nrql: 'SELECT count(*) FROM Transaction', threshold: '5' };
const key = { queryKey: 'geheim' };
const rows = (results: readonly object[] | null) => ({ data: { actor: { account: { nrql: { results } } } } });
testTrigger('new-relic', relic, {
  authParams: key,
  fetch: () => Promise.resolve(Response.json(rows([{ count: 7 }]))),
});

test('new-relic: asks NerdGraph of its region', async () => {
  const answer = Response.json(rows([{ facet: 'a', count: 7.5, other: 9 }, { count: 100 }]));
  const { active, request, value } = await read(
    createNewRelic,
    'new-relic',
    { ...relic, region: 'EU' },
    key,
    answer,
  );
  assert.deepEqual([value, active], [7.5, true]);
  assert.equal(request.url, 'https://api.eu.newrelic.com/graphql');
  assert.equal(request.headers.get('api-key'), 'geheim');
  const body: { readonly variables?: unknown } = JSON.parse(await request.text());
  assert.deepEqual(body.variables, { account: 1, nrql: relic.nrql });
});

for (const { answer, name, want } of [
  { name: 'the first number of the first row', answer: rows([{ a: 'x', b: 3 }, { a: 4 }]), want: 3 },
  { name: 'no number', answer: rows([{ a: 'x' }, { a: 4 }]), want: null },
  { name: 'no rows', answer: rows([]), want: null },
  { name: 'no results', answer: rows(null), want: null },
  {
    name: 'a complaint',
    answer: { errors: [{ message: 'NRQL Syntax Error' }], data: null },
    want: /NRQL Syntax Error/,
  },
  { name: 'something else', answer: [], want: /expected an answer of NerdGraph/ },
] as const) {
  test(`new-relic: ${name}`, () => {
    if (want instanceof RegExp) assert.throws(() => firstNumber(answer, 'New Relic'), want);
    else assert.equal(firstNumber(answer, 'New Relic'), want);
  });
}

test('new-relic: no number is 0 or an error; bad input and refusals are named, without the key', async () => {
  const ask = (answer: Response, change: Texts = {}) =>
    read(createNewRelic, 'new-relic', { ...relic, ...change }, key, answer);
  assert.equal((await ask(Response.json(rows([])))).value, 0);
  await assert.rejects(ask(Response.json(rows([])), { noDataError: 'true' }), /gave no number/);
  await assert.rejects(ask(new Response('geheim', { status: 401 })), /status 401: \*\*\*/);
  await assert.rejects(
    ask(Response.json({}), { region: 'mars' }),
    /region: expected US, EU or Staging, received "mars"/,
  );
});
