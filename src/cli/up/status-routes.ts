import { HttpResponse } from '../../platform/http-message.ts';
import type { ScalingEvent, ScalingStatus } from '../../contract/scaling.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Route } from '../../platform/http-router.ts';

/** What is shown of scaling, and who is told of changes. */
export interface StatusSource {
  status(): ScalingStatus;
  /** @returns a function that ends the subscription. */
  onEvent(listener: (event: ScalingEvent) => void): () => void;
}

/** Statuses are sent at most this often; decisions at once. */
const statusIntervalMs = 100;
/** A comment now and then keeps proxies from closing a silent stream, and finds out when nobody listens any more. */
const heartbeatMs = 15_000;
/** One reader that does not read must not fill the memory. */
const maxQueuedEvents = 200;

const frame = (event: ScalingEvent): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** `GET /scaling` once, `GET /events` as it changes (server-sent events, the present status first). */
export function statusRoutes(source: StatusSource, clock: Clock): readonly Route<unknown>[] {
  return [
    {
      method: 'GET',
      path: '/scaling',
      handle: () => HttpResponse.json(source.status(), { headers: { 'cache-control': 'no-store' } }),
    },
    {
      method: 'GET',
      path: '/events',
      handle: (_request, { signal }) =>
        new HttpResponse(eventStream(source, clock, signal), {
          headers: {
            'content-type': 'text/event-stream; charset=utf-8',
            'cache-control': 'no-store',
            'x-accel-buffering': 'no',
          },
        }),
    },
  ];
}

function eventStream(source: StatusSource, clock: Clock, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let end = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let cancelStatus: (() => void) | null = null;
        const send = (text: string): void => {
          // A reader that does not keep up is cut off; it connects again and starts from the present status.
          if ((controller.desiredSize ?? 0) < 1 - maxQueuedEvents) {
            end();
            return;
          }
          controller.enqueue(encoder.encode(text));
        };
        const sendStatus = (): void => {
          cancelStatus = null;
          send(frame({ type: 'status', status: source.status() }));
        };
        const beat = (): void => {
          send(': still here\n\n');
          cancelBeat = clock.schedule(heartbeatMs, beat, { background: true });
        };
        let cancelBeat = clock.schedule(heartbeatMs, beat, { background: true });
        const unsubscribe = source.onEvent((event) => {
          if (event.type === 'decision') send(frame(event));
          cancelStatus ??= clock.schedule(statusIntervalMs, sendStatus, { background: true });
        });
        let ended = false;
        end = (): void => {
          if (ended) return;
          ended = true;
          unsubscribe();
          cancelBeat();
          cancelStatus?.();
          signal.removeEventListener('abort', end);
          controller.close();
        };
        signal.addEventListener('abort', end);
        sendStatus();
      },
      cancel: () => end(),
    },
    { highWaterMark: 1 },
  );
}
