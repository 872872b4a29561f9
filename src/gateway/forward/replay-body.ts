import type { IncomingRequest } from '../../platform/http-exchange.ts';
import { trailersToPassOn } from './message-trailers.ts';
import type { BodySink } from './upstream-call.ts';

/** A request body that streams to one replica at a time, and remembers its beginning in case another must have it. */
export interface ReplayBody {
  /** Everything read so far can be sent again. */
  readonly replayable: boolean;
  /** Bytes read from the client so far. */
  readonly bytesRead: number;
  /** More is to come, and it is the client that keeps everybody waiting, not the replica. */
  readonly awaited: boolean;
  /** Starts, or starts again, sending to this replica. Reading follows the replica's pace. */
  sendTo(sink: BodySink): void;
  /** Stops sending. What has been remembered stays for the next. */
  detach(): void;
  /** The replica has answered: there will be no other. Frees the memory. */
  forget(): void;
}

/** @param maxBytes remembered at most; a longer body cannot be sent again. */
export function createReplayBody(incoming: IncomingRequest, maxBytes: number): ReplayBody {
  let remembered: Buffer[] | null = [];
  let bytes = 0;
  let ended = false;
  let started = false;
  let sink: BodySink | null = null;

  const resume = (): void => {
    incoming.resume();
  };
  const finish = (): void => {
    if (!sink) return;
    if (incoming.rawTrailers.length > 0) sink.addTrailers(trailersToPassOn(incoming.rawTrailers));
    sink.end();
  };
  const start = (): void => {
    started = true;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (remembered) {
        if (bytes > maxBytes) remembered = null;
        else remembered.push(chunk);
      }
      // Without a replica the rest of the body is thrown away.
      if (sink && !sink.write(chunk)) incoming.pause();
    });
    incoming.on('end', () => {
      ended = true;
      finish();
    });
  };

  return {
    get replayable() {
      return remembered !== null;
    },
    get bytesRead() {
      return bytes;
    },
    get awaited() {
      return !ended && !incoming.isPaused();
    },
    sendTo: (next) => {
      sink = next;
      for (const chunk of remembered ?? []) next.write(chunk);
      next.on('drain', resume);
      if (!started) start();
      if (ended) finish();
      else incoming.resume();
    },
    detach: () => {
      sink?.off('drain', resume);
      sink = null;
      incoming.pause();
    },
    forget: () => {
      remembered = null;
    },
  };
}
