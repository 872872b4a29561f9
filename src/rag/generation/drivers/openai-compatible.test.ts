import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppError } from '../../../contract/app-error.ts';
import { systemClock } from '../../../platform/clock.ts';
import { createOpenAiCompatibleModel } from './openai-compatible.ts';
import { startScriptedServer } from '../testing/scripted-server.ts';

const ask = { messages: [{ role: 'user' as const, content: 'Hi' }], temperature: 0.2, maxTokens: 50 };
const options = { apiKey: 'secret-key', model: null, firstByteTimeoutMs: 5000, clock: systemClock };

test('streams deltas, reads usage, takes the first model listed, sends the key as a bearer token', async () => {
  await using server = await startScriptedServer(() => ({ deltas: ['Hel', 'lo', ' 你好'] }));
  await using model = createOpenAiCompatibleModel({ ...options, baseUrl: server.baseUrl });
  const parts = await Array.fromAsync(model.generate(ask));
  assert.equal(parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join(''), 'Hello 你好');
  assert.deepEqual(parts.at(-1), {
    type: 'text-end',
    finishReason: 'stop',
    usage: { promptTokens: 7, completionTokens: 5 },
  });
  assert.equal(model.name, 'openai-compatible:scripted');
  assert.deepEqual(server.keys, ['Bearer secret-key']);
});

const refusals: readonly { name: string; status: number; code: string }[] = [
  { name: 'a refused key', status: 401, code: 'upstream-failed' },
  { name: 'too many requests', status: 429, code: 'rate-limited' },
  { name: 'a broken server', status: 500, code: 'upstream-failed' },
  { name: 'a busy server', status: 503, code: 'unavailable' },
  { name: 'a late gateway', status: 504, code: 'deadline-exceeded' },
];
for (const { name, status, code } of refusals) {
  test(`${name} is told without the key`, async () => {
    await using server = await startScriptedServer(() => ({ status }));
    await using model = createOpenAiCompatibleModel({ ...options, model: 'm', baseUrl: server.baseUrl });
    await assert.rejects(Array.fromAsync(model.generate(ask)), (error: AppError) => {
      assert.equal(error.code, code);
      assert.ok(error.message.includes(new URL(server.baseUrl).origin));
      assert.ok(!JSON.stringify([error.message, error.details]).includes('secret-key'));
      return true;
    });
  });
}

test('a first byte that does not come in time ends the wait', async () => {
  await using server = await startScriptedServer(() => ({
    before: (signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
  }));
  await using model = createOpenAiCompatibleModel({
    ...options,
    model: 'm',
    baseUrl: server.baseUrl,
    firstByteTimeoutMs: 30,
  });
  await assert.rejects(Array.fromAsync(model.generate(ask)), { code: 'deadline-exceeded' });
});

test('an abort ends the answer as cancelled', async () => {
  await using server = await startScriptedServer(() => ({ deltas: ['a', 'b'] }));
  await using model = createOpenAiCompatibleModel({ ...options, model: 'm', baseUrl: server.baseUrl });
  const aborted = new AbortController();
  await assert.rejects(
    async () => {
      for await (const part of model.generate(ask, aborted.signal))
        if (part.type === 'text-delta') aborted.abort();
    },
    { code: 'cancelled' },
  );
});

test('a stream that breaks off is an error, not a short answer', async () => {
  await using server = await startScriptedServer(() => ({ deltas: ['a'], breakOff: true }));
  await using model = createOpenAiCompatibleModel({ ...options, model: 'm', baseUrl: server.baseUrl });
  await assert.rejects(Array.fromAsync(model.generate(ask)), { code: 'upstream-failed' });
});

test('an endpoint that is not there', async () => {
  await using model = createOpenAiCompatibleModel({
    ...options,
    model: 'm',
    baseUrl: 'http://127.0.0.1:9/v1',
  });
  await assert.rejects(Array.fromAsync(model.generate(ask)), { code: 'upstream-failed' });
});
