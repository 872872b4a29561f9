import type { IncomingHttpHeaders } from 'node:http';
import type { IncomingHttpHeaders as Http2Headers, ServerHttp2Stream } from 'node:http2';
import { Readable } from 'node:stream';
import type { IncomingRequest } from '../../platform/http-exchange.ts';
import { endedWhole } from '../ended-whole.ts';
import { withoutPseudoHeaders } from '../headers-over-http2.ts';

/**
 * A stream of HTTP/2 as the request that HTTP/1.1 would have made of it: Host in place of `:authority`, one Cookie header,
 * and `Transfer-Encoding: chunked` for a body of unknown length. Nothing of the body is read before it is asked for, so that
 * what the client may send unread is bounded by the stream's window.
 */
export class Http2Request extends Readable implements IncomingRequest {
  readonly httpVersion = '2.0';
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly remoteAddress: string | undefined };
  rawTrailers: readonly string[] = [];
  complete: boolean;
  readonly #stream: ServerHttp2Stream;
  #isRead = false;
  #bytes = 0;

  constructor(
    stream: ServerHttp2Stream,
    headers: Http2Headers,
    raw: readonly string[],
    isHeadOnly: boolean,
    remoteAddress: string | undefined,
  ) {
    super();
    this.#stream = stream;
    this.method = headers[':method'] ?? '';
    const path = headers[':path'] ?? '';
    // The absolute form belongs to HTTP/1.1: here `:authority` alone names the host.
    this.url = path.startsWith('/') || path === '*' ? path : '';
    this.rawHeaders = asHttp1(raw, headers, isHeadOnly);
    this.headers = merged(headers, this.rawHeaders);
    this.socket = { remoteAddress };
    this.complete = isHeadOnly;
    if (isHeadOnly) {
      this.push(null);
      stream.resume();
    } else {
      // A stream that the client has reset closes only when all of it has been read.
      stream.once('aborted', () => this.discard());
      stream.once('close', () => this.discard());
      stream.on('trailers', (_headers, _flags, sent: readonly string[]) => {
        this.rawTrailers = sent;
      });
    }
  }

  get headersDistinct(): NodeJS.Dict<string[]> {
    const distinct: NodeJS.Dict<string[]> = Object.create(null);
    for (let index = 0; index + 1 < this.rawHeaders.length; index += 2) {
      const name = this.rawHeaders[index] ?? '';
      const lines = (distinct[name] ??= []);
      lines.push(this.rawHeaders[index + 1] ?? '');
    }
    return distinct;
  }

  /** Nobody reads the rest: it is thrown away. */
  discard(): void {
    if (this.complete) return;
    // Without an error: nobody may be listening any more.
    this.destroy();
    this.#stream.resume();
  }

  override _read(): void {
    if (this.complete) return;
    if (!this.#isRead) {
      this.#isRead = true;
      this.#stream.on('data', (piece: Buffer) => {
        this.#bytes += piece.length;
        if (!this.destroyed && !this.push(piece)) this.#stream.pause();
      });
      this.#stream.on('end', () => this.#ended());
    }
    this.#stream.resume();
  }

  #ended(): void {
    const declared = this.headers['content-length'];
    const isWhole = endedWhole(
      this.#stream,
      this.#bytes,
      declared === undefined ? undefined : Number(declared),
    );
    // Half an upload must not look like a whole one. The stream's `close` says the rest.
    if (this.#stream.aborted || !isWhole) return;
    this.complete = true;
    this.push(null);
  }
}

function asHttp1(raw: readonly string[], headers: Http2Headers, isHeadOnly: boolean): readonly string[] {
  const authority = headers[':authority'];
  const sent: string[] = [];
  // Where both are sent they must be the same; two that differ are told apart further on.
  if (authority !== undefined && headers.host !== authority) sent.push('host', authority);
  const plain = withoutPseudoHeaders(raw);
  let hasCookie = false;
  for (let index = 0; index + 1 < plain.length; index += 2) {
    const name = plain[index] ?? '';
    if (name !== 'cookie') sent.push(name, plain[index + 1] ?? '');
    // It may come in pieces (RFC 9113, 8.2.3).
    else if (!hasCookie) sent.push(name, headers.cookie ?? '');
    hasCookie ||= name === 'cookie';
  }
  if (!isHeadOnly && headers['content-length'] === undefined) sent.push('transfer-encoding', 'chunked');
  return sent;
}

/** Joined where several of one name came, as node:http2 has joined them. */
function merged(headers: Http2Headers, raw: readonly string[]): IncomingHttpHeaders {
  const all: IncomingHttpHeaders = Object.create(null);
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    all[name] = headers[name] ?? raw[index + 1];
  }
  return all;
}
