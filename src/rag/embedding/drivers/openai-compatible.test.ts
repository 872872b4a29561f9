import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { describe } from 'node:test';
import { AppError } from '../../../contract/app-error.ts';
import type { Clock } from '../../../platform/clock.ts';
import { systemClock } from '../../../platform/clock.ts';
import { conformance } from '../conformance.ts';
import type { Embedder } from '../embedder.ts';
import { createOpenAiCompatibleEmbedder } from './openai-compatible.ts';

interface Asked {
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions?: number;
}
type Reply = { status?: number; headers?: Record<string, string>; body?: unknown } | 'silence';
const key = 'secret-key';

/** A local endpoint that answers by the script. */
async function endpoint(
  reply: (asked: Asked, time: number) => Reply,
): Promise<AsyncDisposable & { readonly url: string; readonly asked: Asked[]; readonly keys: unknown[] }> {
  const asked: Asked[] = [];
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      asked.push(JSON.parse(body) as Asked);
      keys.push(request.headers.authorization);
      const answer = reply(asked.at(-1) as Asked, asked.length);
      if (answer === 'silence') return;
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(answer.body ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    keys,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Vectors that tell texts apart, in reverse order of the texts: `index` is what counts. */
function vectorsFor({ input }: Asked): Reply {
  const data = input.map((text, index) => ({
    index,
    embedding: [3, text.length + 1, text.charCodeAt(5) || 0],
  }));
  return { body: { data: data.reverse() } };
}

const open = (
  baseUrl: string,
  more: { clock?: Clock; timeoutMs?: number; dimensions?: number } = {},
): Embedder =>
  createOpenAiCompatibleEmbedder({
    baseUrl,
    apiKey: key,
    model: 'small',
    dimensions: more.dimensions ?? null,
    timeoutMs: more.timeoutMs ?? 5000,
    clock: more.clock ?? systemClock,
  });

conformance('openai-compatible', async () => {
  const server = await endpoint(vectorsFor);
  const embedder = open(server.url);
  return {
    name: embedder.name,
    get dimensions() {
      return embedder.dimensions;
    },
    embed: (...call) => embedder.embed(...call),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});

test('texts go in batches of 64, with model, key and dimensions', async () => {
  await using server = await endpoint(vectorsFor);
  const embedder = open(server.url, { dimensions: 3 });
  assert.equal(embedder.name, 'openai-compatible:small');
  await embedder.embed(
    Array.from({ length: 130 }, () => 'x'),
    'document',
  );
  assert.deepEqual(
    server.asked.map(({ input, model, dimensions }) => [input.length, model, dimensions]),
    [
      [64, 'small', 3],
      [64, 'small', 3],
      [2, 'small', 3],
    ],
  );
  assert.deepEqual(new Set(server.keys), new Set([`Bearer ${key}`]));
});

/** Sleeps are noted and take no time. */
function patientClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return { ...systemClock, slept, sleep: async (ms) => void slept.push(ms) };
}

describe('an endpoint in trouble', () => {
  const troubles: readonly {
    name: string;
    reply: (asked: Asked, time: number) => Reply;
    slept: readonly number[];
    code: string | null;
    says?: RegExp;
  }[] = [
    {
      name: 'is asked again after 429 and 503',
      reply: (asked, time) =>
        time === 1 ? { status: 429 } : time === 2 ? { status: 503 } : vectorsFor(asked),
      slept: [250, 1000],
      code: null,
    },
    {
      name: 'is given the time it asks for, up to 10 s',
      reply: (asked, time) =>
        time <= 2 ? { status: 429, headers: { 'retry-after': time === 1 ? '2' : '600' } } : vectorsFor(asked),
      slept: [2000, 10_000],
      code: null,
    },
    {
      name: 'is given up after the third failure',
      reply: () => ({ status: 500 }),
      slept: [250, 1000],
      code: 'upstream-failed',
      says: /answered 500/,
    },
    {
      name: 'that refuses the key is not asked again',
      reply: () => ({ status: 401 }),
      slept: [],
      code: 'upstream-failed',
      says: /refused the key \(embedder\.apiKey\)/,
    },
    {
      name: 'that gives too few vectors is named',
      reply: () => ({ body: { data: [] } }),
      slept: [],
      code: 'upstream-failed',
      says: /asked for 2 vectors and gave 0/,
    },
    {
      name: 'that gives vectors of several lengths is named',
      reply: () => ({ body: { data: [{ embedding: [1, 2] }, { embedding: [1] }] } }),
      slept: [],
      code: 'upstream-failed',
      says: /vector of 1 numbers, expected 2/,
    },
    {
      name: 'that gives no numbers is named',
      reply: () => ({ body: { data: [{ embedding: ['1'] }, { embedding: [null] }] } }),
      slept: [],
      code: 'upstream-failed',
      says: /gave 0/,
    },
  ];
  for (const { name, reply, slept, code, says } of troubles) {
    test(name, async () => {
      await using server = await endpoint(reply);
      const clock = patientClock();
      const asking = open(server.url, { clock }).embed(['a', 'b'], 'query');
      if (code === null) assert.equal((await asking).length, 2);
      else {
        await assert.rejects(asking, (error) => {
          assert.ok(error instanceof AppError);
          assert.equal(error.code, code);
          assert.match(error.message, says ?? /./);
          assert.ok(!error.message.includes(key));
          return true;
        });
      }
      assert.deepEqual(clock.slept, slept);
    });
  }

  test('that says nothing ends in time', async () => {
    await using server = await endpoint(() => 'silence');
    await assert.rejects(open(server.url, { timeoutMs: 20 }).embed(['a'], 'query'), {
      code: 'deadline-exceeded',
    });
  });

  test('that is not there is named without its path', async () => {
    const server = await endpoint(vectorsFor);
    await server[Symbol.asyncDispose]();
    await assert.rejects(open(server.url).embed(['a'], 'query'), {
      code: 'upstream-failed',
      message: `The embedder at ${new URL(server.url).origin} cannot be reached or did not answer in JSON. Is it running? (embedder.baseUrl)`,
    });
  });
});
