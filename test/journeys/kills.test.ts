// Processes are killed at the worst moment: nothing acknowledged is lost, nobody is left behind, and the user sees it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as z from 'zod';
import {
  startScriptedServer,
  type ScriptedServer,
} from '../../src/rag/generation/testing/scripted-server.ts';
import { eventually, startSluice, temporaryFolder, type SluiceProcess } from '../support/sluice-process.ts';
import { createApi, targetStatus, untilStatus } from './support/api.ts';
import { exampleQuestion } from './support/example-question.ts';
import { openStream } from './support/open-stream.ts';
import { descendantsOf, isReplica, isWorker, stillRunning } from './support/processes.ts';
import { quickManifest } from './support/quick-manifest.ts';
import { runSluice } from './support/run-sluice.ts';
import { visitors } from './support/visitors.ts';

const { question } = exampleQuestion('en-02');
const pidOf = ({ child }: SluiceProcess): number => child.pid ?? 0;
const noneRuns = (pids: readonly number[]) => async (): Promise<boolean> => stillRunning(pids).length === 0;

const ScalingState = z.object({ createdAtMs: z.number(), lastActiveMs: z.number().nullable() });
/** What the autoscaler keeps over a restart; null before it has written anything. */
function scalingState(dataDir: string): z.infer<typeof ScalingState> | null {
  const folder = join(dataDir, 'scaling');
  const [file] = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return file === undefined ? null : ScalingState.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

/** A model that says the first half of its answer, then nothing until it is let go on. */
async function startPausingModel(): Promise<ScriptedServer & { goOn(): void }> {
  const gate = Promise.withResolvers<void>();
  const server = await startScriptedServer(() => ({
    deltas: ['Elder Lock has a depth ', 'over the sill of 1.89 m [1].'],
    between: async (place, signal) => {
      if (place > 0) return;
      const gone = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await Promise.race([gate.promise, gone]);
    },
  }));
  return { ...server, goOn: () => gate.resolve() };
}
const withModel = (model: ScriptedServer) => ({
  SLUICE_MODEL_BASE_URL: model.baseUrl,
  SLUICE_MODEL_NAME: 'scripted',
});

test('a replica killed in mid-answer: the stream breaks visibly, the turn shows as interrupted, a retry answers it', async () => {
  await using model = await startPausingModel();
  await using sluice = await startSluice({
    manifest: quickManifest({ cooldownSeconds: 60 }),
    args: visitors,
    env: withModel(model),
  });
  const api = createApi(sluice.url);
  await api.settled(4);

  const stream = await openStream(`${sluice.url}/v1/chat/completions`, {
    messages: [{ role: 'user', content: question }],
    stream: true,
  });
  await eventually('the first words', async () => stream.text().includes('Elder Lock has'));
  const [victim] = (await targetStatus(sluice.adminUrl)).replicas;
  assert.ok(victim?.pid, 'a replica is answering');
  process.kill(victim.pid, 'SIGKILL');

  const end = await stream.ended;
  assert.equal(end.done, false, 'no [DONE]: a client can tell this from a short answer');
  assert.ok(end.error, 'the connection broke, it was not ended');
  assert.doesNotMatch(stream.text(), /1\.89/);
  const { conversationId, turnId } = stream.place();

  const next = await untilStatus(sluice.adminUrl, 'another replica', ({ replicas }) =>
    replicas.some(({ pid, state }) => state === 'ready' && pid !== victim.pid),
  );
  assert.equal(next.desiredReplicas, 1);
  const under = (await api.conversation(conversationId)).turns[0];
  assert.equal(under?.question, question, 'the question was stored before it was answered');
  const interrupted = await eventually('the lease to end', async () => {
    const { turns } = await api.conversation(conversationId);
    return turns[0]?.state === 'interrupted' && turns[0];
  });
  assert.equal(interrupted.id, turnId);

  model.goOn();
  const retried = await openStream(
    `${sluice.url}/v1/conversations/${conversationId}/turns/${turnId}/retry`,
    {},
  );
  assert.deepEqual(await retried.ended, { done: true, error: null });
  assert.match(retried.text(), /^Elder Lock has a depth over the sill of 1\.89 m/);
  const { turns } = await api.conversation(conversationId);
  assert.deepEqual(
    turns.map(({ id, state, answer, citations }) => ({ id, state, answer, cited: citations.length })),
    [{ id: turnId, state: 'answered', answer: retried.text(), cited: 1 }],
  );
  assert.equal((await api.documents()).length, 4);
});

test('a worker killed in mid-ingestion: another one goes on, every document ends ready exactly once', async () => {
  const folder = temporaryFolder();
  const birds = ['heron', 'kestrel', 'bittern', 'dunlin', 'plover'];
  for (const bird of birds) {
    const sections = Array.from(
      { length: 300 },
      (_, place) =>
        `## Section ${place} of ${bird}\n\n${'Water flows past the gate and the keeper writes it down. '.repeat(6)}`,
    );
    writeFileSync(join(folder, `${bird}.md`), `${sections.join('\n\n')}\n\nThe last word is ${bird}end.\n`);
  }
  try {
    await using sluice = await startSluice({ manifest: quickManifest(), args: ['--documents', folder] });
    const started = (): number => sluice.log().split('"event":"job-started"').length - 1;
    await eventually('the third document to be begun', async () => started() >= 3);
    const [worker] = descendantsOf(pidOf(sluice)).filter(isWorker);
    assert.ok(worker, 'a worker is at work');
    process.kill(worker.pid, 'SIGKILL');

    const api = createApi(sluice.url);
    const readyAtKill = (await api.documents()).filter(({ state }) => state === 'ready').length;
    assert.ok(readyAtKill < birds.length, `all ${readyAtKill} were ready already: this showed nothing`);
    const documents = await api.settled(birds.length);
    assert.deepEqual(
      documents
        .map(({ source, state, error }) => ({ source, state, error }))
        .toSorted((a, b) => a.source.localeCompare(b.source)),
      birds.toSorted().map((bird) => ({ source: `${bird}.md`, state: 'ready', error: null })),
    );
    for (const bird of birds) {
      const { passages } = await api.search(`${bird}end`);
      assert.deepEqual(
        passages.map(({ source }) => source),
        [`${bird}.md`],
        'its last chunk is there once',
      );
    }
    const chunks = new Set(documents.map((document) => document.chunks));
    assert.equal(chunks.size, 1, `documents of one shape have as many chunks: ${[...chunks].join()}`);
    assert.match(sluice.log(), /"event":"worker-failed"[^\n]*"signal":"SIGKILL"/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('sluice up itself', () => {
  let folder: string;
  let model: Awaited<ReturnType<typeof startPausingModel>>;
  /** Where sockets of replicas are made. */
  let temp: string;

  before(async () => {
    folder = temporaryFolder();
    model = await startPausingModel();
    temp = join(folder, 'temp');
    mkdirSync(temp);
  });
  after(async () => {
    await model[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = (dataDir: string, env: Record<string, string> = {}): Promise<SluiceProcess> => {
    mkdirSync(dataDir, { recursive: true });
    return startSluice({
      dataDir,
      manifest: quickManifest({ cooldownSeconds: 60 }),
      args: visitors,
      env: { TMPDIR: temp, ...env },
    });
  };

  test('killed: no process and no socket stays, and a restart finds documents, conversations and the cooldown', async () => {
    const dataDir = join(folder, 'killed');
    const first = await start(dataDir);
    const api = createApi(first.url);
    await api.settled(4);
    const answered = await api.ask(question);
    await api.upload('ferry.md', '# Ferry\n\nThe ferry Kittiwake carries 46 passengers.\n');
    await eventually('a worker', async () => descendantsOf(pidOf(first)).some(isWorker));
    const kept = await eventually('the last activity to be written', async () => {
      const state = scalingState(dataDir);
      return state?.lastActiveMs !== null && state;
    });
    const family = descendantsOf(pidOf(first));
    assert.ok(family.some(isReplica), 'a replica runs');
    assert.ok(
      family.some(({ command }) => command.includes('guardian')),
      'a guardian runs',
    );
    assert.equal(readdirSync(temp).length, 1, 'sockets have their folder');

    await first.stop('SIGKILL');
    const pids = family.map(({ pid }) => pid);
    await eventually('replica, worker and guardian to end', noneRuns(pids), 10_000);
    assert.deepEqual(readdirSync(temp), []);

    await using second = await start(dataDir);
    const again = createApi(second.url);
    const documents = await again.settled(5);
    assert.deepEqual(
      documents.filter((document) => document.state !== 'ready'),
      [],
    );
    const { conversationId } = answered.completion.sluice;
    const { turns } = await again.conversation(conversationId);
    assert.deepEqual(
      turns.map((turn) => ({ state: turn.state, answer: turn.answer })),
      [{ state: 'answered', answer: answered.text }],
    );
    assert.match((await again.ask('How many passengers does the ferry Kittiwake carry?')).text, /46/);
    const now = scalingState(dataDir);
    assert.equal(now?.createdAtMs, kept?.createdAtMs, 'its clocks go on, they do not start anew');
    assert.ok((now?.lastActiveMs ?? 0) >= (kept?.lastActiveMs ?? Infinity));
  });

  test('killed in mid-answer: the client sees it break, and after a restart the turn is interrupted and can be retried', async () => {
    const dataDir = join(folder, 'mid-answer');
    const first = await start(dataDir, withModel(model));
    await createApi(first.url).settled(4);
    const stream = await openStream(`${first.url}/v1/chat/completions`, {
      messages: [{ role: 'user', content: question }],
      stream: true,
    });
    await eventually('the first words', async () => stream.text().includes('Elder Lock has'));
    const pids = descendantsOf(pidOf(first)).map(({ pid }) => pid);
    await first.stop('SIGKILL');
    const { done, error } = await stream.ended;
    assert.equal(done, false);
    assert.ok(error, 'the connection broke');
    await eventually('its family to end', noneRuns(pids), 10_000);

    await using second = await start(dataDir, withModel(model));
    const { conversationId, turnId } = stream.place();
    const api = createApi(second.url);
    const turn = await eventually('the turn to be given up', async () => {
      const { turns } = await api.conversation(conversationId);
      return (turns[0]?.state === 'interrupted' || turns[0]?.state === 'abandoned') && turns[0];
    });
    assert.equal(turn.question, question);
    model.goOn();
    const retried = await openStream(
      `${second.url}/v1/conversations/${conversationId}/turns/${turnId}/retry`,
      {},
    );
    assert.deepEqual(await retried.ended, { done: true, error: null });
    assert.match(retried.text(), /1\.89 m/);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`${signal} with a question in flight: it is answered to its end, then all stops with code 0`, async () => {
      const slow = await startPausingModel();
      const sluice = await start(join(folder, signal), withModel(slow));
      await createApi(sluice.url).settled(4);
      const stream = await openStream(`${sluice.url}/v1/chat/completions`, {
        messages: [{ role: 'user', content: question }],
        stream: true,
      });
      await eventually('the first words', async () => stream.text().includes('Elder Lock has'));
      const pids = descendantsOf(pidOf(sluice)).map(({ pid }) => pid);
      assert.ok(pids.length >= 2);

      const stopped = sluice.stop(signal);
      await eventually('it to stop', async () => sluice.log().includes('"event":"stopping"'));
      slow.goOn();
      assert.deepEqual(await stream.ended, { done: true, error: null });
      assert.match(stream.text(), /1\.89 m/);
      assert.equal(await stopped, 0);
      await eventually('its family to end', noneRuns(pids), 5_000);
      assert.deepEqual(readdirSync(temp), []);
      await slow[Symbol.asyncDispose]();
    });
  }

  test('a second one on the same data directory is refused with a sentence', async () => {
    const dataDir = join(folder, 'shared');
    await using first = await start(dataDir);
    const { code, stdout, stderr } = await runSluice([
      'up',
      '--port',
      '0',
      '--admin-port',
      '0',
      '--data-dir',
      dataDir,
    ]);
    assert.deepEqual(
      { code, stdout, stderr },
      {
        code: 2,
        stdout: '',
        stderr: `sluice: Another "sluice up" uses the data directory ${dataDir}. Stop it, or choose another one (--data-dir, SLUICE_DATA_DIR).\n`,
      },
    );
    assert.equal((await fetch(`${first.adminUrl}/healthz`)).status, 200, 'the first one goes on');
  });
});
