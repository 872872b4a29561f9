// Many at once at zero replicas: everybody is answered, nobody twice, and the bounds of the ScaledObject hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coldStartHeader, heldMsHeader, replicaHeader } from '../../src/contract/headers.ts';
import { startSluice } from '../support/sluice-process.ts';
import { createApi, targetStatus, untilZero } from './support/api.ts';
import { exampleQuestion } from './support/example-question.ts';
import { quickManifest } from './support/quick-manifest.ts';
import { visitors } from './support/visitors.ts';

test('150 questions at once at zero replicas: no error, at most the maximum of replicas, zero afterwards', async () => {
  await using sluice = await startSluice({
    manifest: quickManifest({ maxReplicas: 2, slots: 4 }),
    args: visitors,
  });
  const api = createApi(sluice.url);
  await api.settled(4);
  await untilZero(sluice.adminUrl);
  const before = (await targetStatus(sluice.adminUrl)).arrivals;

  const { question, answers } = exampleQuestion('en-02');
  let most = 0;
  const answered = new AbortController();
  const watch = (async () => {
    while (!answered.signal.aborted) {
      const { replicas } = await targetStatus(sluice.adminUrl);
      most = Math.max(most, replicas.filter(({ state }) => state !== 'draining').length);
    }
  })();
  const asked = await Promise.all(Array.from({ length: 150 }, () => api.ask(question)));
  answered.abort();
  await watch;

  for (const { text } of asked) assert.ok(text.includes(answers[0] ?? '-'), text);
  const conversations = new Set(asked.map(({ completion }) => completion.sluice.conversationId));
  assert.equal(conversations.size, 150, 'each question was answered once, in a conversation of its own');
  assert.equal((await targetStatus(sluice.adminUrl)).arrivals - before, 150);
  assert.equal(most, 2);
  const replicas = new Set(asked.map(({ headers }) => headers.get(replicaHeader)));
  assert.equal(replicas.size, 2, 'both replicas had their share');
  const held = asked.filter(({ headers }) => Number(headers.get(heldMsHeader)) > 0);
  assert.ok(held.length > 100, `${held.length} were held`);
  assert.ok(asked.some(({ headers }) => headers.get(coldStartHeader) === 'true'));
  await untilZero(sluice.adminUrl);
});

test('beyond the waiting room a request is refused at once, with the time to come back, and the held ones are answered', async () => {
  await using sluice = await startSluice({
    manifest: quickManifest({ maxReplicas: 1, slots: 1 }),
    args: visitors,
    env: { SLUICE_GATEWAY_MAX_PENDING: '5' },
  });
  await createApi(sluice.url).settled(4);
  await untilZero(sluice.adminUrl);
  const responses = await Promise.all(Array.from({ length: 30 }, () => fetch(`${sluice.url}/v1/models`)));
  const served = responses.filter(({ status }) => status === 200);
  const refused = responses.filter(({ status }) => status === 503);
  assert.equal(served.length + refused.length, 30);
  assert.ok(served.length >= 5, `${served.length} served`);
  assert.ok(refused.length > 0);
  for (const response of refused) {
    assert.match(response.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    assert.equal(error.code, 'unavailable');
    assert.match(error.message, /\(5 requests or /);
  }
  await Promise.all(served.map((response) => response.arrayBuffer()));
});
