import { HttpResponse } from '../../../platform/http-message.ts';
import { serveHttp } from '../../../platform/http-server.ts';
import { encodeSse } from '../sse.ts';

/** What the scripted server says to one request. */
export interface ScriptedAnswer {
  /** Sent as one delta each. */
  readonly deltas?: readonly string[];
  readonly status?: number;
  /** Called before the head is sent: wait here for a late first byte. */
  readonly before?: (signal: AbortSignal) => Promise<void>;
  /** Called after each delta, with its 0-based place: wait here for a pause in mid-stream. */
  readonly between?: (place: number, signal: AbortSignal) => Promise<void>;
  /** Breaks the connection after the deltas, without an end. */
  readonly breakOff?: boolean;
}

export interface ScriptedServer extends AsyncDisposable {
  /** For `model.baseUrl`. */
  readonly baseUrl: string;
  /** Bodies of the chat requests so far. */
  readonly requests: readonly { readonly messages: readonly { role: string; content: string }[] }[];
  /** Authorization headers, one a request. */
  readonly keys: readonly (string | null)[];
}

/**
 * A stand-in for a language model, for tests: an OpenAI-compatible server that says what it is told to. It thinks
 * nothing; it shows what Sluice does with an answer, never how good a model is.
 */
export async function startScriptedServer(script: (call: number) => ScriptedAnswer): Promise<ScriptedServer> {
  const requests: { messages: { role: string; content: string }[] }[] = [];
  const keys: (string | null)[] = [];
  const server = await serveHttp({ host: '127.0.0.1', port: 0 }, async (request, signal) => {
    if (new URL(request.url).pathname === '/v1/models')
      return HttpResponse.json({ object: 'list', data: [{ id: 'scripted', object: 'model' }] });
    const answer = script(requests.length);
    requests.push(JSON.parse(await request.text()) as (typeof requests)[number]);
    keys.push(request.headers.get('authorization'));
    await answer.before?.(signal);
    if (answer.status !== undefined && answer.status !== 200)
      return HttpResponse.json({ error: { message: 'scripted refusal' } }, { status: answer.status });
    const chunk = (delta: object, finish: string | null): string =>
      encodeSse({
        event: 'message',
        data: JSON.stringify({
          id: 'x',
          object: 'chat.completion.chunk',
          choices: [{ index: 0, delta, finish_reason: finish }],
        }),
      });
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        const encoder = new TextEncoder();
        for (const [place, content] of (answer.deltas ?? []).entries()) {
          controller.enqueue(encoder.encode(chunk({ content }, null)));
          await new Promise((resolve) => setImmediate(resolve));
          await answer.between?.(place, signal);
        }
        if (answer.breakOff) {
          controller.error(new Error('scripted break'));
          return;
        }
        controller.enqueue(encoder.encode(chunk({}, 'stop')));
        controller.enqueue(
          encoder.encode(
            encodeSse({
              event: 'message',
              data: JSON.stringify({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 5 } }),
            }),
          ),
        );
        controller.enqueue(encoder.encode('data: [DONE]\n\n'));
        controller.close();
      },
    });
    return new HttpResponse(body, { headers: { 'content-type': 'text/event-stream' } });
  });
  const { address } = server;
  if (address.kind !== 'tcp') throw new TypeError('The scripted server listens on TCP.');
  return {
    baseUrl: `http://${address.host}:${address.port}/v1`,
    requests,
    keys,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
