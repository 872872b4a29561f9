import type { Readable } from 'node:stream';
import type { ReplicaAddress } from '../../contract/load.ts';
import type { Exchange } from '../exchange.ts';

/** Where a request body goes. */
export interface BodySink {
  /** @returns false when it should be waited for `drain`. */
  write(piece: Uint8Array): boolean;
  /** Sent after the body; called before `end`, or not at all. */
  addTrailers(pairs: readonly [string, string][]): void;
  end(): void;
  on(event: 'drain', listener: () => void): unknown;
  off(event: 'drain', listener: () => void): unknown;
}

/** One request on its way to one replica, whichever version of HTTP carries it. */
export interface UpstreamCall extends BodySink {
  /** Nothing more of the request will come. */
  readonly writableEnded: boolean;
  /** All of it has left. */
  readonly writableFinished: boolean;
  /** Sends the head before there is a body. */
  flushHeaders(): void;
  /** Tells the replica that nobody wants the answer any more. No event comes after it. */
  destroy(): void;
}

/** The head of an answer, and its body as it comes. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly message: string;
  /** Names and values in turns; no pseudo headers. */
  readonly rawHeaders: readonly string[];
  readonly connection: string | undefined;
  readonly body: Readable;
  /** Names and values in turns; asked for when the body has ended. */
  readonly trailers: () => readonly string[];
  /** Asked for when the body has ended: whether that was its end, and not the replica letting go in the middle. */
  readonly isWhole: () => boolean;
}

/** What happens to a call, none of it before `OpenCall` has returned. */
export interface UpstreamEvents {
  /** A new connection is being made. */
  readonly connecting: () => void;
  /** From now on the replica may know of the request. */
  readonly connected: () => void;
  /** `100 Continue`. */
  readonly continued: () => void;
  readonly answered: (answer: UpstreamAnswer) => void;
  /** @param untouched the replica has said that it did not begin with the request. */
  readonly failed: (error: Error, untouched: boolean) => void;
}

export type OpenCall = (exchange: Exchange, address: ReplicaAddress, events: UpstreamEvents) => UpstreamCall;
