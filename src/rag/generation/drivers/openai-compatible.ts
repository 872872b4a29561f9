import { AppError, type ErrorCode } from '../../../contract/app-error.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { GenerateRequest, LanguageModel, ModelPart } from '../language-model.ts';
import { readSse } from '../sse.ts';

export interface OpenAiCompatibleOptions {
  /** For example `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Null takes the first model the endpoint lists. */
  readonly model: string | null;
  readonly firstByteTimeoutMs: number;
  readonly clock: Clock;
}

/** Only what is used of a streamed chunk. */
interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: unknown };
    readonly finish_reason?: unknown;
  }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown } | null;
  readonly error?: { readonly message?: unknown };
}

const codes: Readonly<Record<number, ErrorCode>> = {
  429: 'rate-limited',
  408: 'deadline-exceeded',
  503: 'unavailable',
  504: 'deadline-exceeded',
};
const count = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

/** A model behind any endpoint that speaks OpenAI's chat completions. Nothing is sent before the first question. */
export function createOpenAiCompatibleModel(options: OpenAiCompatibleOptions): LanguageModel {
  const base = options.baseUrl.replace(/\/+$/u, '');
  /** Names the endpoint in messages; a key in its address stays out of them. */
  const endpoint = new URL(base).origin;
  let chosen = options.model;
  const headers = {
    'content-type': 'application/json',
    ...(options.apiKey === null ? {} : { authorization: `Bearer ${options.apiKey}` }),
  };

  const failed = (cause: unknown, signal: AbortSignal | undefined): AppError => {
    if (cause instanceof AppError) return cause;
    if (signal?.aborted) return new AppError('cancelled', 'The answer was cancelled.', { cause });
    return new AppError(
      'upstream-failed',
      `The model at ${endpoint} cannot be reached or broke off. Is it running? (model.baseUrl)`,
      { cause },
    );
  };

  /** The first byte must come in time; after it only the caller's signal ends the stream. */
  const send = async (
    path: string,
    init: RequestInit,
    signal: AbortSignal | undefined,
  ): Promise<Response> => {
    const late = new AbortController();
    const cancel = options.clock.schedule(options.firstByteTimeoutMs, () =>
      late.abort(
        new AppError(
          'deadline-exceeded',
          `The model at ${endpoint} said nothing for ${options.firstByteTimeoutMs} ms (model.firstByteTimeoutMs).`,
        ),
      ),
    );
    try {
      const response = await fetch(`${base}${path}`, {
        ...init,
        headers,
        signal: AbortSignal.any([late.signal, ...(signal ? [signal] : [])]),
      });
      if (response.ok) return response;
      await response.body?.cancel();
      const code = codes[response.status] ?? 'upstream-failed';
      const hint =
        response.status === 401 || response.status === 403
          ? ' It refused the key (model.apiKey, OPENAI_API_KEY).'
          : response.status === 404
            ? ` It knows no model ${chosen ?? ''} there (model.name, model.baseUrl).`
            : '';
      throw new AppError(code, `The model at ${endpoint} answered ${response.status}.${hint}`, {
        details: { status: response.status },
      });
    } catch (cause) {
      if (late.signal.aborted && late.signal.reason instanceof AppError) throw late.signal.reason;
      throw failed(cause, signal);
    } finally {
      cancel();
    }
  };

  const modelName = async (signal: AbortSignal | undefined): Promise<string> => {
    if (chosen !== null) return chosen;
    const response = await send('/models', { method: 'GET' }, signal);
    const list = (await response.json().catch((cause: unknown) => {
      throw failed(cause, signal);
    })) as { data?: readonly { id?: unknown }[] } | null;
    const first = list?.data?.[0]?.id;
    if (typeof first !== 'string')
      throw new AppError('upstream-failed', `${endpoint} lists no model. Name one (model.name).`);
    chosen = first;
    return first;
  };

  return {
    get name() {
      return `openai-compatible:${chosen ?? 'first'}`;
    },
    async *generate(request: GenerateRequest, signal?: AbortSignal): AsyncGenerator<ModelPart> {
      const body = {
        model: await modelName(signal),
        messages: request.messages,
        stream: true,
        stream_options: { include_usage: true },
        ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
        ...(request.maxTokens === undefined ? {} : { max_tokens: request.maxTokens }),
      };
      const response = await send(
        '/chat/completions',
        { method: 'POST', body: JSON.stringify(body) },
        signal,
      );
      yield { type: 'text-start' };
      let finishReason: 'stop' | 'length' = 'stop';
      let usage: Extract<ModelPart, { type: 'text-end' }>['usage'] = null;
      try {
        let finished = false;
        for await (const { data } of readSse(response.body)) {
          if (data === '[DONE]') {
            finished = true;
            continue;
          }
          const chunk = JSON.parse(data) as Chunk;
          if (chunk.error)
            throw new AppError('upstream-failed', `The model at ${endpoint} broke off with an error.`, {
              details: { error: chunk.error },
            });
          const choice = chunk.choices?.[0];
          if (typeof choice?.delta?.content === 'string' && choice.delta.content !== '')
            yield { type: 'text-delta', text: choice.delta.content };
          if (typeof choice?.finish_reason === 'string') {
            finished = true;
            finishReason = choice.finish_reason === 'length' ? 'length' : 'stop';
          }
          if (chunk.usage)
            usage = {
              promptTokens: count(chunk.usage.prompt_tokens),
              completionTokens: count(chunk.usage.completion_tokens),
            };
        }
        if (!finished)
          throw new AppError(
            'upstream-failed',
            `The model at ${endpoint} broke off in the middle of its answer.`,
          );
      } catch (cause) {
        throw failed(cause, signal);
      }
      yield { type: 'text-end', finishReason, usage };
    },
    [Symbol.asyncDispose]: async () => {},
  } satisfies LanguageModel;
}
