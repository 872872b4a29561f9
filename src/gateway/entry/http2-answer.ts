import { validateHeaderName, validateHeaderValue, type OutgoingHttpHeaders } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';
import type { OutgoingAnswer } from '../../platform/http-exchange.ts';
import { headersOverHttp2 } from '../headers-over-http2.ts';
import { resetStream } from '../reset-stream.ts';
import type { Http2Request } from './http2-request.ts';

/** A stream of HTTP/2 as the response that node:http would give. What HTTP/2 forbids in a head is left out. */
export class Http2Answer implements OutgoingAnswer {
  readonly req: Http2Request;
  statusCode = 200;
  readonly #stream: ServerHttp2Stream;
  #head: string[] = [];
  #trailers: readonly string[] = [];
  #isFixed = false;
  #isSent = false;
  #isCut = false;

  constructor(stream: ServerHttp2Stream, req: Http2Request) {
    this.#stream = stream;
    this.req = req;
    stream.on('wantTrailers', () => {
      stream.sendTrailers(headersOverHttp2(this.#trailers));
      this.#sendNoMore();
    });
  }

  get headersSent(): boolean {
    return this.#isFixed;
  }
  get destroyed(): boolean {
    return this.#isCut || this.#stream.destroyed || this.#stream.closed;
  }
  get closed(): boolean {
    return this.#stream.closed;
  }
  get writableFinished(): boolean {
    return this.#isSent && this.#stream.writableFinished;
  }

  appendHeader(name: string, value: string): void {
    this.#head.push(name, value);
  }

  writeHead(status: number, _message: string | undefined, headers: OutgoingHttpHeaders | string[]): void {
    const head = Array.isArray(headers) ? headers : inTurns(headers);
    if (status < 200 || status > 599) throw new RangeError(`HTTP/2 has no final status ${status}.`);
    for (let index = 0; index + 1 < head.length; index += 2) {
      const name = head[index] ?? '';
      validateHeaderName(name);
      validateHeaderValue(name, head[index + 1] ?? '');
    }
    this.statusCode = status;
    this.#head.push(...head);
    this.#isFixed = true;
  }

  flushHeaders(): void {
    this.#respond(false);
  }

  writeContinue(): void {
    if (!this.destroyed && !this.#isSent) this.#stream.additionalHeaders({ ':status': 100 });
  }

  write(piece: string | Uint8Array): boolean {
    this.#respond(false);
    // After a head that has no body (HEAD, 204) there is nothing to write.
    return this.destroyed || this.#stream.writableEnded || this.#stream.write(piece);
  }

  end(piece?: string | Uint8Array): void {
    // gRPC tells an answer of trailers alone by its one and only frame.
    this.#respond(piece === undefined && this.#trailers.length === 0);
    if (!this.destroyed && !this.#stream.writableEnded) this.#stream.end(piece);
    this.req.discard();
  }

  addTrailers(pairs: readonly [string, string][]): void {
    this.#trailers = pairs.flat();
  }

  destroy(): void {
    this.#isCut = true;
    resetStream(this.#stream, constants.NGHTTP2_INTERNAL_ERROR);
  }

  on(event: 'close' | 'drain' | 'error', listener: () => void): void {
    this.#stream.on(event, listener);
  }
  once(event: 'close' | 'drain' | 'finish', listener: () => void): void {
    this.#stream.once(event, listener);
  }
  off(event: 'close' | 'drain', listener: () => void): void {
    this.#stream.off(event, listener);
  }

  #respond(endStream: boolean): void {
    if (this.#isSent || this.destroyed) return;
    this.#isFixed = true;
    this.#isSent = true;
    const head = { ...headersOverHttp2(this.#head), ':status': this.statusCode };
    this.#stream.respond(head, endStream ? { endStream } : { waitForTrailers: true });
    if (endStream) this.#sendNoMore();
  }

  /** The client has its answer: the rest of its request need not come (RFC 9113, 8.1). */
  #sendNoMore(): void {
    if (!this.req.complete) resetStream(this.#stream, constants.NGHTTP2_NO_ERROR);
  }
}

function inTurns(headers: OutgoingHttpHeaders): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((each) => [name, String(each)]),
  );
}
