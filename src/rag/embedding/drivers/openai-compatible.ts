import { AppError } from '../../../contract/app-error.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Embedder } from '../embedder.ts';
import { unitVector } from '../unit-vector.ts';

export interface OpenAiCompatibleEmbedderOptions {
  /** For example `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  /** Vector length asked for; null takes what the model gives. */
  readonly dimensions: number | null;
  /** Longest wait for one batch. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Texts in one request. */
const batchSize = 64;
/** Waits before the second and the third try, when the endpoint names none. */
const backoffMs: readonly number[] = [250, 1000];
/** Longest wait that an endpoint's `Retry-After` may ask for. */
const maxRetryAfterMs = 10_000;

/** Only what is used of an answer. */
interface EmbeddingAnswer {
  readonly data?: readonly { readonly index?: unknown; readonly embedding?: unknown }[];
}

const isVector = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((part) => typeof part === 'number' && Number.isFinite(part));

/** Vectors from any endpoint that speaks OpenAI's embeddings. Nothing is sent before the first text. */
export function createOpenAiCompatibleEmbedder(options: OpenAiCompatibleEmbedderOptions): Embedder {
  const { clock, model, timeoutMs } = options;
  const base = options.baseUrl.replace(/\/+$/u, '');
  /** Names the endpoint in messages; a key in its address stays out of them. */
  const endpoint = new URL(base).origin;
  let dimensions = options.dimensions;

  /** One request. @returns the answer, or how long to wait before another try. */
  const ask = async (
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<
    { readonly answer: unknown } | { readonly failure: AppError; readonly waitMs: number | null }
  > => {
    const late = new AbortController();
    const cancel = clock.schedule(timeoutMs, () => late.abort());
    try {
      const response = await fetch(`${base}/embeddings`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(options.apiKey === null ? {} : { authorization: `Bearer ${options.apiKey}` }),
        },
        body: JSON.stringify({
          model,
          input: texts,
          encoding_format: 'float',
          ...(options.dimensions === null ? {} : { dimensions: options.dimensions }),
        }),
        signal: AbortSignal.any([late.signal, ...(signal ? [signal] : [])]),
      });
      if (response.ok) return { answer: await response.json() };
      await response.body?.cancel();
      const { status } = response;
      const hint =
        status === 401 || status === 403
          ? ' It refused the key (embedder.apiKey).'
          : status === 404
            ? ` It knows no model ${model} there (embedder.name, embedder.baseUrl).`
            : '';
      const failure = new AppError(
        'upstream-failed',
        `The embedder at ${endpoint} answered ${status}.${hint}`,
        { details: { status } },
      );
      if (status !== 429 && status < 500) throw failure;
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      return { failure, waitMs: Number.isFinite(seconds) ? Math.min(seconds * 1000, maxRetryAfterMs) : null };
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      if (signal?.aborted) throw new AppError('cancelled', 'Embedding was cancelled.', { cause });
      if (late.signal.aborted) {
        throw new AppError(
          'deadline-exceeded',
          `The embedder at ${endpoint} did not answer ${texts.length} texts within ${timeoutMs} ms (embedder.timeoutMs).`,
        );
      }
      throw new AppError(
        'upstream-failed',
        `The embedder at ${endpoint} cannot be reached or did not answer in JSON. Is it running? (embedder.baseUrl)`,
        { cause },
      );
    } finally {
      cancel();
    }
  };

  const askPatiently = async (
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<unknown> => {
    for (let time = 0; ; time += 1) {
      const result = await ask(texts, signal);
      if ('answer' in result) return result.answer;
      const backoff = backoffMs[time];
      if (backoff === undefined) throw result.failure;
      await clock.sleep(result.waitMs ?? backoff, signal);
    }
  };

  const read = (answer: unknown, count: number): readonly Float32Array[] => {
    const { data } = (answer ?? {}) as EmbeddingAnswer;
    const vectors: (Float32Array | undefined)[] = Array.from({ length: count });
    for (const [place, item] of (Array.isArray(data) ? data : []).entries()) {
      const { index, embedding } = item as { index?: unknown; embedding?: unknown };
      if (isVector(embedding)) vectors[typeof index === 'number' ? index : place] = unitVector(embedding);
    }
    const found = vectors.filter((vector) => vector !== undefined);
    if (found.length !== count || vectors.length !== count) {
      throw new AppError(
        'upstream-failed',
        `The embedder at ${endpoint} was asked for ${count} vectors and gave ${found.length}. Is ${model} an embedding model? (embedder.name)`,
      );
    }
    for (const { length } of found) {
      dimensions ??= length;
      if (length !== dimensions) {
        throw new AppError(
          'upstream-failed',
          `The embedder at ${endpoint} gave a vector of ${length} numbers, expected ${dimensions}. (embedder.dimensions)`,
        );
      }
    }
    return found;
  };

  return {
    name: `openai-compatible:${model}`,
    get dimensions() {
      return dimensions;
    },
    embed: async (texts, _kind, signal) => {
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += batchSize) {
        const batch = texts.slice(from, from + batchSize);
        vectors.push(...read(await askPatiently(batch, signal), batch.length));
      }
      return vectors;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
