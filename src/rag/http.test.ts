import type { HttpResponse } from '../platform/http-message.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI, { type APIError } from 'openai';
import type { AnswerDetails, ChatCompletion, ChatCompletionChunk } from '../contract/chat.ts';
import { AppError } from '../contract/app-error.ts';
import { systemClock } from '../platform/clock.ts';
import { serveHttp } from '../platform/http-server.ts';
import { silentLogger } from '../platform/logger.ts';
import { createModelWriter } from './generation/drivers/written.ts';
import { createOpenAiCompatibleModel } from './generation/drivers/openai-compatible.ts';
import { startScriptedServer } from './generation/testing/scripted-server.ts';
import { createReplicaHandler, type ReplicaServices } from './http.ts';
import { createPrincipals } from './principals.ts';
import { replicaServices } from './testing/replica-services.ts';
import { createHash } from 'node:crypto';

const signal = new AbortController().signal;
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Request =>
  new Request(`http://replica${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
const ask = (content: string, more: object = {}): object => ({
  messages: [{ role: 'user', content }],
  ...more,
});

async function withClient(
  services: ReplicaServices,
  run: (client: OpenAI, baseURL: string) => Promise<void>,
): Promise<void> {
  await using server = await serveHttp({ host: '127.0.0.1', port: 0 }, createReplicaHandler(services));
  const { address } = server;
  assert.equal(address.kind, 'tcp');
  if (address.kind !== 'tcp') return;
  const baseURL = `http://127.0.0.1:${address.port}/v1`;
  await run(new OpenAI({ apiKey: 'any', baseURL, maxRetries: 0 }), baseURL);
}

test('the official client, not streaming', async () => {
  await withClient(replicaServices(), async (client) => {
    const completion = await client.chat.completions.create({
      model: 'sluice',
      messages: [{ role: 'user', content: 'When was the north lock built?' }],
    });
    const message = completion.choices[0]?.message;
    assert.match(message?.content ?? '', /built in 1931/);
    const [annotation] = message?.annotations ?? [];
    assert.equal(annotation?.type, 'url_citation');
    assert.match(
      annotation?.url_citation.url ?? '',
      /^http:\/\/127\.0\.0\.1:\d+\/v1\/documents\/d0\/content#page=1$/,
    );
    const { sluice } = completion as unknown as { sluice: AnswerDetails };
    assert.equal(sluice.grounded, true);
    assert.ok(sluice.citations.every(({ verified }) => verified));
    assert.equal(
      message?.content?.slice(sluice.citations[0]?.answerStart, sluice.citations[0]?.answerEnd),
      sluice.citations[0]?.quote,
    );
  });
});

test('the official client, streaming with usage', async () => {
  await withClient(replicaServices(), async (client) => {
    const stream = await client.chat.completions.create({
      model: 'sluice',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: '北闸始建于哪一年？' }],
    });
    const chunks = (await Array.fromAsync(stream)) as unknown as ChatCompletionChunk[];
    assert.match(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''), /1931年/);
    assert.deepEqual(
      chunks
        .flatMap((chunk) => chunk.sluice?.state ?? [])
        .filter((state, index, all) => state !== all[index - 1]),
      ['received', 'retrieving', 'generating', 'answered'],
    );
    assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, 'stop');
    assert.deepEqual([chunks.at(-1)?.choices, chunks.at(-1)?.usage?.total_tokens], [[], 0]);
    assert.equal(chunks.at(-2)?.sluice?.details?.citations[0]?.verified, true);
  });
});

test('the official client lists models, and reads errors', async () => {
  await withClient(replicaServices(), async (client) => {
    const models = await client.models.list();
    assert.deepEqual(
      models.data.map(({ id }) => id),
      ['sluice'],
    );
    await assert.rejects(
      client.chat.completions.create({ model: 'sluice', messages: [] }),
      (error: APIError) => {
        assert.deepEqual(
          [error.status, error.code, error.param, error.type],
          [400, 'invalid-argument', 'messages', 'invalid_request_error'],
        );
        return true;
      },
    );
  });
});

test('the official client is told of an error in mid-stream', async () => {
  const services = replicaServices({
    writer: async () => ({
      name: 'breaks',
      async *write() {
        yield { type: 'text-start' };
        yield { type: 'text-delta', text: 'Half' };
        throw new AppError('upstream-failed', 'The model broke off.');
      },
    }),
  });
  await withClient(services, async (client) => {
    const stream = await client.chat.completions.create({
      model: 'sluice',
      stream: true,
      messages: [{ role: 'user', content: 'Hello there?' }],
    });
    await assert.rejects(Array.fromAsync(stream), /The model broke off/);
  });
  const [conversation] = await services.store.list(
    { tenant: 'local', subject: 'anonymous' },
    { limit: 1, after: null },
  );
  const { turns } = await services.store.read(
    { tenant: 'local', subject: 'anonymous' },
    conversation?.id ?? '',
    systemClock.now(),
  );
  assert.deepEqual(
    turns.map(({ state, answer, error }) => [state, answer, error]),
    [['failed', 'Half', 'The model broke off.']],
  );
});

test('a client that hangs up leaves an abandoned turn with the text so far', async () => {
  const written = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const services = replicaServices({
    writer: async () => ({
      name: 'waits',
      async *write(_request, stop) {
        yield { type: 'text-start' };
        yield { type: 'text-delta', text: 'Half an answer' };
        written.resolve();
        await new Promise((_resolve, reject) => stop?.addEventListener('abort', () => reject(stop.reason)));
      },
    }),
  });
  const store = services.store;
  const watched = {
    ...services,
    store: {
      ...store,
      advance: async (...args: Parameters<typeof store.advance>) => {
        await store.advance(...args);
        if (args[2].state === 'abandoned') ended.resolve();
      },
    },
  };
  await withClient(watched, async (client) => {
    const stream = await client.chat.completions.create({
      model: 'sluice',
      stream: true,
      messages: [{ role: 'user', content: 'Hello there?' }],
    });
    for await (const chunk of stream) {
      if (!chunk.choices[0]?.delta.content) continue;
      await written.promise;
      stream.controller.abort();
      break;
    }
    await ended.promise;
    const local = { tenant: 'local', subject: 'anonymous' };
    const [conversation] = await store.list(local, { limit: 1, after: null });
    const read = await store.read(local, conversation?.id ?? '', systemClock.now());
    assert.deepEqual(
      read.turns.map(({ state, answer }) => [state, answer]),
      [['abandoned', 'Half an answer']],
    );
  });
});

test('a written answer: marks leave the text and become checked citations', async () => {
  await using model = await startScriptedServer(() => ({
    deltas: [
      'The lock was built in 1931 by Anna Keller [',
      '1]. Its gates weigh 13 ton',
      'nes each [1]. A passage costs 8 EUR.',
    ],
  }));
  const services = replicaServices({
    writer: async () =>
      createModelWriter(
        createOpenAiCompatibleModel({
          baseUrl: model.baseUrl,
          apiKey: null,
          model: 'm',
          firstByteTimeoutMs: 5000,
          clock: systemClock,
        }),
        { temperature: 0, maxTokens: 100 },
      ),
  });
  const response = await createReplicaHandler(services)(
    post('/v1/chat/completions', ask('Tell me about the lock.')),
    signal,
  );
  const completion = (await response.json()) as ChatCompletion;
  assert.equal(
    completion.choices[0]?.message.content,
    'The lock was built in 1931 by Anna Keller. Its gates weigh 13 tonnes each. A passage costs 8 EUR.',
  );
  assert.deepEqual(
    completion.sluice.citations.map(({ number, verified, problems }) => [number, verified, problems]),
    [
      [1, true, []],
      [1, false, ['number-not-found']],
      [1, true, []],
    ],
  );
  assert.equal(completion.usage.total_tokens, 12);
  assert.match(
    model.requests[0]?.messages.at(-1)?.content ?? '',
    /<passage number="1" from="lock-0\.md > page 1">/,
  );
});

test('a follow-up in a stored conversation, read back with its turns', async () => {
  const queries: string[] = [];
  const services = replicaServices();
  const handle = createReplicaHandler({
    ...services,
    retrieve: (request) => {
      queries.push(JSON.stringify(request.query));
      return services.retrieve(request);
    },
  });
  const first = (await (
    await handle(post('/v1/chat/completions', ask('When was the north lock built?')), signal)
  ).json()) as ChatCompletion;
  const { conversationId } = first.sluice;
  await handle(
    post('/v1/chat/completions', ask('Who built it?', { conversation_id: conversationId })),
    signal,
  );
  assert.match(queries[1] ?? '', /north lock.*Who built it/);
  const read = (await (
    await handle(new Request(`http://replica/v1/conversations/${conversationId}`), signal)
  ).json()) as { title: string; turns: { question: string; state: string }[] };
  assert.equal(read.title, 'When was the north lock built?');
  assert.deepEqual(
    read.turns.map(({ question, state }) => [question, state]),
    [
      ['When was the north lock built?', 'answered'],
      ['Who built it?', 'answered'],
    ],
  );
  const removed = await handle(
    new Request(`http://replica/v1/conversations/${conversationId}`, { method: 'DELETE' }),
    signal,
  );
  assert.equal(removed.status, 200);
  assert.equal(
    (await handle(new Request(`http://replica/v1/conversations/${conversationId}`), signal)).status,
    404,
  );
});

test('the same Idempotency-Key tells the same turn again without asking twice', async () => {
  let retrieved = 0;
  const services = replicaServices();
  const handle = createReplicaHandler({
    ...services,
    retrieve: (request) => {
      retrieved += 1;
      return services.retrieve(request);
    },
  });
  const send = async (): Promise<ChatCompletion> =>
    (await (
      await handle(
        post('/v1/chat/completions', ask('When was the north lock built?'), { 'idempotency-key': 'k1' }),
        signal,
      )
    ).json()) as ChatCompletion;
  const [first, second] = [await send(), await send()];
  assert.equal(retrieved, 1);
  assert.equal(second.sluice.turnId, first.sluice.turnId);
  assert.deepEqual(second.choices[0]?.message, first.choices[0]?.message);
});

test('a request that fails is counted under its route', async () => {
  const services = replicaServices();
  await createReplicaHandler(services)(post('/v1/search', { query: 'locks', topK: 0 }), signal);
  assert.match(
    services.metrics.text(),
    /sluice_replica_requests_total\{route="\/v1\/search",status="400"\} 1/,
  );
});

test('a client that goes away while it sends is no failure of ours', async () => {
  const hangUp = new AbortController();
  const logged: object[] = [];
  const logger = { ...silentLogger, error: (line: object) => logged.push(line) };
  async function* body(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode('{"messages"');
    hangUp.abort(new AppError('cancelled', 'The client hung up.'));
    throw new Error('aborted');
  }
  const url = 'http://replica/v1/chat/completions';
  const sent = { method: 'POST', url, headers: new Headers(), body: body(), text: async () => '' };
  const response = await createReplicaHandler({ ...replicaServices(), logger })(sent, hangUp.signal);
  assert.equal(response.status, 499);
  assert.deepEqual(logged, []);
});

test('an Idempotency-Key of another question is refused: its answer would be to that question', async () => {
  const handle = createReplicaHandler(replicaServices());
  const send = (question: string, more: object = {}) =>
    handle(post('/v1/chat/completions', ask(question, more), { 'idempotency-key': 'k1' }), signal);
  const { sluice } = (await (await send('When was the north lock built?')).json()) as ChatCompletion;
  const { conversationId } = sluice;
  assert.equal((await send('Who keeps the south lock?')).status, 409);
  assert.equal((await send('When was the north lock built?', { conversation_id: 'other' })).status, 409);
  assert.equal(
    (await send('When was the north lock built?', { conversation_id: conversationId })).status,
    200,
  );
});

test('an interrupted turn is retried and streams', async () => {
  const services = replicaServices();
  const local = { tenant: 'local', subject: 'anonymous' };
  await services.store.begin(
    local,
    {
      turnId: 't',
      conversationId: null,
      newConversationId: 'c',
      collection: 'default',
      question: 'When was the north lock built?',
      idempotencyKey: null,
      lease: { holder: 'dead', untilMs: 1 },
    },
    0,
  );
  const response = await createReplicaHandler(services)(
    post('/v1/conversations/c/turns/t/retry', ''),
    signal,
  );
  const text = await response.text();
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.match(text, /1931/);
  assert.ok(text.endsWith('data: [DONE]\n\n'));
  assert.equal((await services.store.read(local, 'c', systemClock.now())).turns[0]?.state, 'answered');
});

const badRequests: readonly {
  name: string;
  request: Request;
  status: number;
  message: RegExp;
  param: string | null;
}[] = [
  {
    name: 'no JSON',
    request: post('/v1/chat/completions', '{"messages":'),
    status: 400,
    message: /^The body is not valid JSON/,
    param: null,
  },
  {
    name: 'a wrong type deep inside',
    request: post('/v1/chat/completions', { messages: [{ role: 'user', content: 7 }] }),
    status: 400,
    message: /received 7\.$/,
    param: 'messages[0].content',
  },
  {
    name: 'an unknown role',
    request: post('/v1/chat/completions', { messages: [{ role: 'robot', content: 'x' }] }),
    status: 400,
    message: /received "robot"/,
    param: 'messages[0].role',
  },
  {
    name: 'no question',
    request: post('/v1/chat/completions', { messages: [{ role: 'assistant', content: 'x' }] }),
    status: 400,
    message: /with role "user"/,
    param: 'messages[0]',
  },
  {
    name: 'an empty question',
    request: post('/v1/chat/completions', ask('  ')),
    status: 400,
    message: /expected a question in text/,
    param: 'messages[0].content',
  },
  {
    name: 'an unknown conversation',
    request: post('/v1/chat/completions', ask('x?', { conversation_id: 'none' })),
    status: 404,
    message: /no conversation none/,
    param: 'conversation_id',
  },
  {
    name: 'an unknown conversation, streaming',
    request: post('/v1/chat/completions', ask('x?', { conversation_id: 'none', stream: true })),
    status: 404,
    message: /no conversation none/,
    param: 'conversation_id',
  },
  {
    name: 'a field that is none',
    request: post('/v1/search', { query: 'x', top_k: 3 }),
    status: 400,
    message: /^top_k is no field/,
    param: 'top_k',
  },
  {
    name: 'a bound',
    request: post('/v1/search', { query: 'x', topK: 0 }),
    status: 400,
    message: /^topK: .*received 0\.$/,
    param: 'topK',
  },
  {
    name: 'no number in the address',
    request: new Request('http://replica/v1/search?query=x&topK=ten'),
    status: 400,
    message: /^topK/,
    param: 'topK',
  },
  {
    name: 'a body that is too large',
    request: post('/v1/chat/completions', 'x'.repeat(1_048_577)),
    status: 413,
    message: /1048576 bytes/,
    param: null,
  },
  {
    name: 'another content type',
    request: post('/v1/search', 'x', { 'content-type': 'application/xml' }),
    status: 415,
    message: /received application\/xml/,
    param: null,
  },
  {
    name: 'an unknown path',
    request: new Request('http://replica/v1/nothing'),
    status: 404,
    message: /nothing at \/v1\/nothing/,
    param: null,
  },
  {
    name: 'another method',
    request: new Request('http://replica/v1/search', { method: 'DELETE' }),
    status: 405,
    message: /takes POST, GET/,
    param: null,
  },
];
for (const { name, request, status, message, param } of badRequests) {
  test(`bad request: ${name}`, async () => {
    const response = await createReplicaHandler(replicaServices())(request, signal);
    const { error } = (await response.json()) as { error: { message: string; param: string | null } };
    assert.equal(response.status, status);
    assert.match(error.message, message);
    assert.equal(error.param, param);
  });
}

test('search by POST and by GET', async () => {
  const services = replicaServices();
  const handle = createReplicaHandler(services);
  for (const request of [
    post('/v1/search', { query: 'lock', topK: 1 }),
    new Request('http://replica/v1/search?query=lock&topK=1'),
  ]) {
    const found = (await (await handle(request, signal)).json()) as {
      generation: number;
      passages: unknown[];
    };
    assert.deepEqual([found.generation, found.passages.length], [3, 1]);
  }
});

test('with API keys, each key sees its own conversations and no key sees none', async () => {
  const sha256 = (key: string): string => createHash('sha256').update(key).digest('hex');
  const principalOf = createPrincipals([
    { sha256: sha256('ann-key'), tenant: 't', subject: 'ann' },
    { sha256: sha256('bob-key'), tenant: 't', subject: 'bob' },
  ]);
  const handle = createReplicaHandler(replicaServices({ principalOf }));
  const ann = { authorization: 'Bearer ann-key' };
  const { sluice } = (await (
    await handle(post('/v1/chat/completions', ask('When was the north lock built?'), ann), signal)
  ).json()) as ChatCompletion;
  const read = (headers: Record<string, string>): Promise<HttpResponse> =>
    handle(new Request(`http://replica/v1/conversations/${sluice.conversationId}`, { headers }), signal);
  assert.equal((await read(ann)).status, 200);
  assert.equal((await read({ authorization: 'Bearer bob-key' })).status, 404);
  const refusals: Record<string, string>[] = [
    {},
    { authorization: 'Bearer other' },
    { authorization: 'Basic ann-key' },
  ];
  for (const headers of refusals) {
    const refused = await read(headers);
    assert.deepEqual([refused.status, refused.headers.get('www-authenticate')], [401, 'Bearer']);
  }
  assert.equal((await handle(new Request('http://replica/readyz'), signal)).status, 200);
});

test('health, readiness, metrics and the OpenAPI document', async () => {
  let reason: string | null = 'starting';
  const handle = createReplicaHandler(replicaServices({ notReady: () => reason }));
  const get = (path: string): Promise<HttpResponse> => handle(new Request(`http://replica${path}`), signal);
  assert.equal((await get('/healthz')).status, 200);
  assert.equal((await get('/readyz')).status, 503);
  reason = null;
  assert.equal((await get('/readyz')).status, 200);
  assert.match(
    await (await get('/metrics')).text(),
    /sluice_replica_requests_total\{route="\/readyz",status="503"\} 1/,
  );
  const document = (await (await get('/openapi.json')).json()) as {
    openapi: string;
    paths: Record<string, object>;
    components: { schemas: Record<string, object> };
  };
  assert.equal(document.openapi, '3.1.0');
  const named = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/gu)].map(
    ([, name]) => name ?? '',
  );
  assert.deepEqual(
    named.filter((name) => !document.components.schemas[name]),
    [],
  );
});
