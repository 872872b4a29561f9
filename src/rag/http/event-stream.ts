import { HttpResponse } from '../../platform/http-message.ts';
import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { encodeSse, sseKeepAlive } from '../generation/sse.ts';

/** Silence after which a comment is sent, so that no proxy takes the stream for dead. */
const keepAliveMs = 10_000;

export interface EventStreamOptions {
  readonly clock: Clock;
  readonly headers: Readonly<Record<string, string>>;
  /** Told of what broke the stream; the client is sent it as an `error` event of OpenAI's shape. */
  readonly onError: (error: unknown) => void;
  /** Called when the client hung up. */
  readonly onCancel: () => void;
}

/**
 * Values as server-sent events, ended by `data: [DONE]`. Waits for the first value before the head is sent: what fails
 * until then is an HTTP error, which a gateway may still answer by another replica.
 */
export async function eventStream(
  values: AsyncIterator<unknown>,
  options: EventStreamOptions,
): Promise<HttpResponse> {
  const first = await values.next();
  const encoder = new TextEncoder();
  const event = (value: unknown): Uint8Array =>
    encoder.encode(
      encodeSse({ event: 'message', data: typeof value === 'string' ? value : JSON.stringify(value) }),
    );
  let cancelBeat = (): void => {};
  let pending: Promise<IteratorResult<unknown>> = Promise.resolve(first);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const beat = (): void => {
        cancelBeat = options.clock.schedule(
          keepAliveMs,
          () => {
            controller.enqueue(encoder.encode(sseKeepAlive));
            beat();
          },
          { background: true },
        );
      };
      beat();
    },
    pull: async (controller) => {
      try {
        const next = await pending;
        if (next.done) {
          cancelBeat();
          controller.enqueue(event('[DONE]'));
          controller.close();
          return;
        }
        controller.enqueue(event(next.value));
        pending = values.next();
        pending.catch(() => {
          // Awaited, and told, at the next pull.
        });
      } catch (error) {
        cancelBeat();
        options.onError(error);
        controller.enqueue(event(AppError.from(error).toBody()));
        controller.enqueue(event('[DONE]'));
        controller.close();
      }
    },
    cancel: async () => {
      cancelBeat();
      options.onCancel();
      await values.return?.();
    },
  });
  return new HttpResponse(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
      ...options.headers,
    },
  });
}
