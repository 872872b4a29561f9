// OpenAI's own client, unchanged, against the gateway: from zero replicas, streaming, aborts, errors, and two tenants.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import OpenAI, {
  APIConnectionError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
} from 'openai';
import * as z from 'zod';
import { AnswerDetails } from '../../src/contract/chat.ts';
import { coldStartHeader } from '../../src/contract/headers.ts';
import {
  startScriptedServer,
  type ScriptedServer,
} from '../../src/rag/generation/testing/scripted-server.ts';
import {
  eventually,
  programs,
  startSluice,
  temporaryFolder,
  type SluiceProcess,
} from '../support/sluice-process.ts';
import { createApi, targetStatus, untilZero } from './support/api.ts';
import { exampleQuestion } from './support/example-question.ts';
import { quickManifest } from './support/quick-manifest.ts';
import { visitors } from './support/visitors.ts';

const Extended = z.looseObject({ sluice: AnswerDetails });
const client = (url: string, apiKey = 'any'): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });

describe("OpenAI's client", () => {
  let sluice: SluiceProcess;
  const { question, answers } = exampleQuestion('en-02');
  const answer = answers[0] ?? '-';

  before(async () => {
    sluice = await startSluice({
      manifest: quickManifest(),
      args: visitors,
    });
    await createApi(sluice.url).settled(4);
  });
  after(() => sluice[Symbol.asyncDispose]());

  test('asks at zero replicas and gets a cited answer', async () => {
    await untilZero(sluice.adminUrl);
    const { data, response } = await client(sluice.url)
      .chat.completions.create({ model: 'sluice', messages: [{ role: 'user', content: question }] })
      .withResponse();
    assert.equal(response.headers.get(coldStartHeader), 'true');
    const message = data.choices[0]?.message;
    const content = message?.content ?? '';
    assert.ok(content.includes(answer), content);
    const [first] = message?.annotations ?? [];
    assert.equal(first?.type, 'url_citation');
    assert.equal(first.url_citation.title, 'lock-guide.md');
    const cited = content.slice(first.url_citation.start_index, first.url_citation.end_index);
    assert.ok(cited.includes(answer), `the annotated span is "${cited}"`);
    const opened = await fetch(first.url_citation.url);
    assert.equal(
      await opened.text(),
      readFileSync(join(programs.examples, 'visitors/lock-guide.md'), 'utf8'),
    );
    assert.ok(Extended.parse(data).sluice.citations.some(({ verified }) => verified));
  });

  test('streams at zero replicas: the deltas are the text of the unstreamed answer', async () => {
    await untilZero(sluice.adminUrl);
    const openai = client(sluice.url);
    const messages = [{ role: 'user' as const, content: question }];
    const stream = await openai.chat.completions.create({
      model: 'sluice',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let finish: string | null = null;
    let usage = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      if (chunk.usage) usage += 1;
    }
    assert.equal(finish, 'stop');
    assert.equal(usage, 1);
    const whole = await openai.chat.completions.create({ model: 'sluice', messages });
    assert.equal(text, whole.choices[0]?.message.content);
    const helper = openai.chat.completions.stream({ model: 'sluice', messages });
    assert.equal(await helper.finalContent(), text);
  });

  test('lists the models', async () => {
    const ids: string[] = [];
    for await (const model of client(sluice.url).models.list()) ids.push(model.id);
    assert.equal(ids.length, 1);
    const { model } = await client(sluice.url).chat.completions.create({
      model: ids[0] ?? '',
      messages: [{ role: 'user', content: question }],
    });
    assert.equal(model, ids[0]);
  });

  const bad: readonly {
    name: string;
    messages: OpenAI.ChatCompletionMessageParam[];
    want: { message: RegExp; param: string; code: string };
  }[] = [
    {
      name: 'no message at all',
      messages: [],
      want: { message: /^400 messages: /, param: 'messages', code: 'invalid-argument' },
    },
    {
      name: 'an assistant message last',
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hello!' },
      ],
      want: {
        message: /^400 messages\[1\]: expected the question as the last message, with role "user"\.$/,
        param: 'messages[1]',
        code: 'invalid-argument',
      },
    },
  ];
  for (const { name, messages, want } of bad) {
    test(`throws its typed error for a bad request: ${name}`, async () => {
      await assert.rejects(
        client(sluice.url).chat.completions.create({ model: 'sluice', messages }),
        (error: unknown) => {
          assert.ok(error instanceof BadRequestError, String(error));
          assert.match(error.message, want.message);
          assert.equal(error.param, want.param);
          assert.equal(error.code, want.code);
          assert.equal(error.type, 'invalid_request_error');
          return true;
        },
      );
    });
  }

  test('throws NotFoundError for what is not there', async () => {
    await assert.rejects(client(sluice.url).get('/conversations/none'), NotFoundError);
  });

  test('throws a connection error, not a hang, when the server is not there', async () => {
    await assert.rejects(client('http://127.0.0.1:1').models.list(), APIConnectionError);
  });
});

describe("OpenAI's client with a model that writes slowly", () => {
  let model: ScriptedServer;
  let sluice: SluiceProcess;
  let goOn: PromiseWithResolvers<void>;
  let modelHungUp: PromiseWithResolvers<void>;

  before(async () => {
    goOn = Promise.withResolvers();
    modelHungUp = Promise.withResolvers();
    model = await startScriptedServer(() => ({
      deltas: ['The lock is 1.89 m deep [1].'],
      before: async (signal) => {
        signal.addEventListener('abort', () => modelHungUp.resolve(), { once: true });
        await Promise.race([goOn.promise, modelHungUp.promise]);
      },
    }));
    sluice = await startSluice({
      manifest: quickManifest(),
      args: visitors,
      env: { SLUICE_MODEL_BASE_URL: model.baseUrl, SLUICE_MODEL_NAME: 'scripted' },
    });
    await createApi(sluice.url).settled(4);
  });
  after(async () => {
    goOn.resolve();
    await sluice[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
  });

  test('an abort goes through to the model, and the turn is abandoned', async () => {
    const stop = new AbortController();
    const stream = await client(sluice.url).chat.completions.create(
      {
        model: 'sluice',
        messages: [{ role: 'user', content: exampleQuestion('en-02').question }],
        stream: true,
      },
      { signal: stop.signal },
    );
    let conversationId = '';
    const reading = (async () => {
      for await (const chunk of stream) {
        const { sluice: progress } = z
          .looseObject({ sluice: z.looseObject({ conversationId: z.string() }).optional() })
          .parse(chunk);
        conversationId = progress?.conversationId ?? conversationId;
      }
    })();
    await eventually('the model to be asked', async () => model.requests.length > 0);
    stop.abort();
    await reading.catch((error: unknown) => assert.ok(error instanceof APIUserAbortError, String(error)));
    await modelHungUp.promise;
    const api = createApi(sluice.url);
    const [turn] = await eventually('the turn to end', async () => {
      const { turns } = await api.conversation(conversationId);
      return turns[0]?.state === 'abandoned' && turns;
    });
    assert.equal(turn?.question, exampleQuestion('en-02').question);
    assert.equal((await targetStatus(sluice.adminUrl)).inFlight, 0);
  });
});

describe('two tenants behind one gateway', () => {
  let sluice: SluiceProcess;
  let dataDir: string;
  const keyOf = (name: string): string => `key-of-${name}`;

  before(async () => {
    dataDir = temporaryFolder();
    const entry = (name: string, tenant: string): string =>
      `  - { sha256: ${createHash('sha256').update(keyOf(name)).digest('hex')}, tenant: ${tenant}, subject: ${name} }`;
    writeFileSync(
      join(dataDir, 'sluice.yaml'),
      ['apiKeys:', entry('ann', 'red'), entry('bob', 'red'), entry('eve', 'blue'), ''].join('\n'),
    );
    sluice = await startSluice({
      dataDir,
      manifest: quickManifest(),
      args: ['--config', join(dataDir, 'sluice.yaml')],
    });
  });
  after(async () => {
    await sluice[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('a wrong key and a missing one are an AuthenticationError', async () => {
    const ask = (key: string) =>
      client(sluice.url, key).chat.completions.create({
        model: 'sluice',
        messages: [{ role: 'user', content: 'Hello?' }],
      });
    await assert.rejects(ask('wrong'), (error: unknown) => {
      assert.ok(error instanceof AuthenticationError, String(error));
      assert.match(error.message, /^401 The API key is not known here\./);
      return true;
    });
    const without = await fetch(`${sluice.url}/v1/documents`);
    assert.equal(without.status, 401);
  });

  test("no key reads another tenant's documents, search hits and answers", async () => {
    const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((name) => createApi(sluice.url, keyOf(name)));
    assert.ok(ann && bob && eve);
    const document = await ann.upload('secret.md', '# Safe\n\nThe safe of the red office opens with 7141.\n');
    await ann.settled(1);
    const asked = 'With which number does the safe of the red office open?';

    const own = await ann.ask(asked);
    assert.match(own.text, /7141/);
    assert.match((await bob.ask(asked)).text, /7141/, 'documents are shared within a tenant');

    const foreign = await eve.ask(asked);
    assert.equal(foreign.completion.sluice.grounded, false);
    assert.doesNotMatch(JSON.stringify(foreign.completion), /7141/);
    assert.deepEqual((await eve.search('safe of the red office')).passages, []);
    assert.deepEqual(await eve.documents(), []);
    const asEve = (path: string, method = 'GET') =>
      fetch(`${sluice.url}${path}`, { method, headers: { authorization: `Bearer ${keyOf('eve')}` } });
    for (const path of [
      `/v1/documents/${document.id}`,
      `/v1/documents/${document.id}/text`,
      `/v1/documents/${document.id}/content`,
    ])
      assert.equal((await asEve(path)).status, 404, path);
    assert.equal((await asEve(`/v1/documents/${document.id}`, 'DELETE')).status, 404);
    assert.equal((await ann.documents()).length, 1);
  });

  test("no key reads, goes on with, retries or deletes another's conversation, not even of its tenant", async () => {
    const own = await createApi(sluice.url, keyOf('ann')).ask(
      'With which number does the safe of the red office open?',
    );
    const { conversationId, turnId } = own.completion.sluice;
    for (const name of ['bob', 'eve']) {
      const headers = { authorization: `Bearer ${keyOf(name)}`, 'content-type': 'application/json' };
      const path = `${sluice.url}/v1/conversations/${conversationId}`;
      assert.equal((await fetch(path, { headers })).status, 404);
      assert.equal((await fetch(path, { headers, method: 'DELETE' })).status, 404);
      assert.equal((await fetch(`${path}/turns/${turnId}/retry`, { headers, method: 'POST' })).status, 404);
      const going = await fetch(`${sluice.url}/v1/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          messages: [{ role: 'user', content: 'And?' }],
          conversation_id: conversationId,
        }),
      });
      assert.equal(going.status, 404);
      const list = z
        .object({ data: z.array(z.object({ id: z.string() })) })
        .parse(await (await fetch(`${sluice.url}/v1/conversations`, { headers })).json());
      assert.ok(!list.data.some(({ id }) => id === conversationId));
    }
  });
});
