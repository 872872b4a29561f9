import { constants, performServerHandshake, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Clock } from '../../platform/clock.ts';
import type { IncomingRequest, OutgoingAnswer } from '../../platform/http-exchange.ts';
import { http2Leniency } from '../headers-over-http2.ts';
import { watchLeaving } from '../watch-leaving.ts';
import { Http2Answer } from './http2-answer.ts';
import { Http2Request } from './http2-request.ts';

export interface Http2Entry {
  /** @param head the bytes that have been read from it already, the preface first. */
  accept(socket: Socket, head: Buffer): void;
  /** Takes no new requests; connections close when their last one has been answered. */
  close(): void;
  /** Cuts what is left. */
  destroy(): void;
}

export interface Http2EntryOptions {
  readonly clock: Clock;
  readonly enter: (incoming: IncomingRequest, outgoing: OutgoingAnswer) => void;
  /** A request head above this is refused, in bytes. */
  readonly maxHeadBytes: number;
  /** A connection without a request is closed after this, in milliseconds. */
  readonly idleConnectionMs: number;
}

/** Requests at a time on one connection. A held one keeps up to 64 KiB, the window that RFC 9113 starts with. */
const maxConcurrentStreams = 256;

/** A client that takes its last bytes more slowly than this, in milliseconds, does not get them. */
const lastBytesMs = 1000;

/**
 * Says goodbye and goes. A session that is closed waits for its client to close too, which one that means harm does not, and
 * for the rest of a head that it has begun: we only wait until our last bytes have left.
 */
function leave(session: ServerHttp2Session, socket: Socket, clock: Clock): void {
  const cut = (): void => void socket.destroy();
  session.destroy();
  if (socket.writableFinished) cut();
  else {
    socket.once('finish', cut);
    socket.once('close', clock.schedule(lastBytesMs, cut, { background: true }));
  }
}

/** Turns connections of HTTP/2 without TLS into requests, each as if it had come over HTTP/1.1. */
export function createHttp2Entry({
  clock,
  enter,
  maxHeadBytes,
  idleConnectionMs,
}: Http2EntryOptions): Http2Entry {
  const sessions = new Map<ServerHttp2Session, Socket>();
  let isClosing = false;

  const accept = (socket: Socket, head: Buffer): void => {
    if (isClosing || socket.destroyed) {
      socket.destroy();
      return;
    }
    const { remoteAddress } = socket;
    socket.unshift(head);
    const session = performServerHandshake(socket, {
      ...http2Leniency,
      settings: { maxConcurrentStreams, maxHeaderListSize: maxHeadBytes },
    });
    let streams = 0;
    const closeWhenIdle = (): (() => void) =>
      clock.schedule(idleConnectionMs, () => leave(session, socket, clock), { background: true });
    let cancelIdle = closeWhenIdle();
    sessions.set(session, socket);
    // Broken frames or a lost connection: the streams close, and that is all there is to it.
    session.on('error', () => {});
    let stopWatching = (): void => {};
    session.once('goaway', () => {
      stopWatching = watchLeaving(session, socket, clock, () => leave(session, socket, clock));
    });
    session.once('close', () => {
      stopWatching();
      cancelIdle();
      sessions.delete(session);
    });
    session.on('stream', (stream, headers, flags, raw: readonly string[]) => {
      cancelIdle();
      streams += 1;
      // As over HTTP/1.1, a client that goes away is no event: `close` says all.
      stream.on('error', () => {});
      stream.once('close', () => {
        streams -= 1;
        if (streams === 0 && !session.closed) cancelIdle = closeWhenIdle();
      });
      const isHeadOnly = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      const request = new Http2Request(stream, headers, raw, isHeadOnly, remoteAddress);
      enter(request, new Http2Answer(stream, request));
    });
  };

  return {
    accept,
    close: () => {
      isClosing = true;
      for (const session of sessions.keys()) session.close();
    },
    destroy: () => {
      for (const [session, socket] of sessions) leave(session, socket, clock);
    },
  };
}
