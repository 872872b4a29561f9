import { STATUS_CODES, type OutgoingHttpHeaders } from 'node:http';
import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import { endedWhole } from '../ended-whole.ts';
import { hasBody } from '../exchange.ts';
import { headersOverHttp2, withoutPseudoHeaders } from '../headers-over-http2.ts';
import { resetStream } from '../reset-stream.ts';
import { requestHeadersOverHttp2 } from './message-headers.ts';
import type { ReplicaSessions } from './replica-sessions.ts';
import type { OpenCall, UpstreamAnswer, UpstreamCall } from './upstream-call.ts';

/** Calls over HTTP/2 without TLS, known beforehand: one stream of the session that is kept for the replica. */
export function createHttp2Caller(sessions: ReplicaSessions): OpenCall {
  return (exchange, address, events) => {
    const lease = sessions.lease(address);
    const { session } = lease;
    let stream: ClientHttp2Stream | null = null;
    let trailers: OutgoingHttpHeaders = {};
    let isAnswered = false;
    let isOver = false;

    const end = (error: Error, untouched: boolean): void => {
      if (isOver) return;
      isOver = true;
      leave();
      events.failed(error, untouched);
    };
    const unconnected = (error?: Error): void => end(error ?? new Error('the connection was closed'), false);
    /** Stops waiting for the connection; a stream of its own gives the lease back when it has closed. */
    const leave = (): void => {
      session.off('connect', begin);
      session.off('error', unconnected);
      session.off('close', unconnected);
      if (stream === null) lease.release();
    };
    const begin = (): void => {
      if (isOver) return;
      try {
        const endStream = !hasBody(exchange.incoming);
        stream = session.request(requestHeadersOverHttp2(exchange), {
          endStream,
          waitForTrailers: !endStream,
        });
      } catch (error) {
        // For example a session that has been closed this very moment.
        end(error instanceof Error ? error : new Error(String(error)), true);
        return;
      }
      leave();
      watch(stream);
      events.connected();
    };
    const watch = (opened: ClientHttp2Stream): void => {
      const failed = (error: Error): void => {
        const isRefused = opened.rstCode === constants.NGHTTP2_REFUSED_STREAM;
        end(error, isRefused || lease.isUntouched(opened.id));
      };
      opened.on('wantTrailers', () => opened.sendTrailers(trailers));
      opened.on('continue', events.continued);
      opened.on('response', (headers, flags, raw: readonly string[]) => {
        isAnswered = true;
        if (!isOver) events.answered(answerOf(opened, headers, flags, raw));
      });
      opened.on('error', failed);
      opened.on('close', () => {
        failed(new Error('the replica closed the stream'));
        lease.release();
      });
    };

    if (session.connecting) {
      session.once('connect', begin);
      session.once('error', unconnected);
      session.once('close', unconnected);
      queueMicrotask(() => {
        if (!isOver) events.connecting();
      });
    } else queueMicrotask(begin);

    return {
      get writableEnded() {
        return stream?.writableEnded ?? false;
      },
      get writableFinished() {
        return stream?.writableFinished ?? false;
      },
      write: (piece) => stream?.write(piece) ?? true,
      addTrailers: (pairs) => {
        trailers = headersOverHttp2(pairs.flat());
      },
      end: () => {
        if (stream?.writableEnded === false) stream.end();
      },
      // The head has been sent when the stream was opened.
      flushHeaders: () => {},
      on: (event, listener) => stream?.on(event, listener),
      off: (event, listener) => stream?.off(event, listener),
      destroy: () => {
        if (isOver) return;
        isOver = true;
        if (stream) resetStream(stream, constants.NGHTTP2_CANCEL);
        if (!isAnswered) lease.suspect();
        leave();
      },
    } satisfies UpstreamCall;
  };
}

function answerOf(
  stream: ClientHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  raw: readonly string[],
): UpstreamAnswer {
  const status = Number(headers[':status']);
  const declared = headers['content-length'];
  const isHeadOnly = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
  let received = 0;
  let trailers: readonly string[] = [];
  stream.on('data', (piece: Buffer) => {
    received += piece.length;
  });
  stream.on('trailers', (_headers, _flags, sent: readonly string[]) => {
    trailers = sent;
  });
  return {
    status,
    message: STATUS_CODES[status] ?? '',
    rawHeaders: withoutPseudoHeaders(raw),
    connection: undefined,
    body: stream,
    trailers: () => trailers,
    isWhole: () =>
      isHeadOnly || endedWhole(stream, received, declared === undefined ? undefined : Number(declared)),
  };
}
