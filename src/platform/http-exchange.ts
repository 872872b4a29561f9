import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** What Sluice uses of a request: node:http's IncomingMessage is one, and a stream of HTTP/2 can be made one. */
export interface IncomingRequest extends Readable {
  /** `1.0`, `1.1` or `2.0`. */
  readonly httpVersion: string;
  readonly method?: string | undefined;
  /** As received: a path with its query string, or an absolute URL. */
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly headersDistinct: NodeJS.Dict<string[]>;
  /** Names and values in turns. */
  readonly rawHeaders: readonly string[];
  /** The same; filled once the body has been read. */
  readonly rawTrailers: readonly string[];
  /** Nothing more of it will come. */
  readonly complete: boolean;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** What Sluice uses of a response: node:http's ServerResponse is one, and a stream of HTTP/2 can be made one. */
export interface OutgoingAnswer {
  readonly req: IncomingRequest;
  statusCode: number;
  /** The head is fixed, sent or not. */
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  readonly closed: boolean;
  /** All of it has been handed to the system. */
  readonly writableFinished: boolean;
  appendHeader(name: string, value: string): unknown;
  /** @param headers names and values in turns, or an object. @throws for a head that the protocol cannot carry. */
  writeHead(status: number, message: string | undefined, headers: OutgoingHttpHeaders | string[]): unknown;
  flushHeaders(): void;
  writeContinue(): void;
  /** @returns false when it should be waited for `drain`. */
  write(piece: string | Uint8Array): boolean;
  end(piece?: string | Uint8Array): unknown;
  addTrailers(pairs: readonly [string, string][]): void;
  /** Cuts the answer, so that the client can tell that it is not whole. */
  destroy(): unknown;
  on(event: 'close' | 'drain' | 'error', listener: () => void): unknown;
  once(event: 'close' | 'drain' | 'finish', listener: () => void): unknown;
  off(event: 'close' | 'drain', listener: () => void): unknown;
}
