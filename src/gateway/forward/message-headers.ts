import type { OutgoingHttpHeaders } from 'node:http2';
import {
  coldStartHeader,
  heldMsHeader,
  replicaHeader,
  requestIdHeader,
  targetHeader,
} from '../../contract/headers.ts';
import { hasBody, type Exchange } from '../exchange.ts';
import { headersOverHttp2 } from '../headers-over-http2.ts';
import { isChunkedAnswer, withoutTrailerHeader } from './message-trailers.ts';
import type { UpstreamAnswer } from './upstream-call.ts';

/** About one connection only, never passed on. @see RFC 9110, 7.6.1 */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Kept even where Connection names them: without its length, the body of a GET would go to the replica as the next request
 * on that connection (request smuggling), and what proxies before us said of the client would be forgotten.
 */
const neverHopByHop = new Set(['content-length', 'x-forwarded-host', 'x-forwarded-proto']);

/** Set by the gateway itself. */
const ownRequestHeaders = new Set(['host', 'expect', requestIdHeader, targetHeader, 'x-forwarded-for']);
const ownResponseHeaders = new Set([coldStartHeader, heldMsHeader, replicaHeader, requestIdHeader]);

/** Methods for which node:http assumes no body unless told; for the others silence would become an empty chunked body. */
const bodiless = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/** Names and values in turns, spelling and order kept, without hop-by-hop headers, those that Connection names, and `own`. */
function endToEnd(
  raw: readonly string[],
  connection: string | undefined,
  own: ReadonlySet<string>,
): string[] {
  const named =
    connection
      ?.toLowerCase()
      .split(',')
      .map((name) => name.trim())
      .filter((name) => !neverHopByHop.has(name)) ?? [];
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || own.has(lower) || named.includes(lower)) continue;
    kept.push(name, raw[index + 1] ?? '');
  }
  return kept;
}

/** What any version of HTTP carries to the replica: what the client sent, X-Forwarded-* extended, the request id. */
function forwarded({ incoming, authority, requestId, upgrade, expectsContinue }: Exchange): string[] {
  const { headers } = incoming;
  const sent = endToEnd(incoming.rawHeaders, headers.connection, ownRequestHeaders);
  const forwardedFor = [headers['x-forwarded-for'], incoming.socket.remoteAddress].filter(Boolean).join(', ');
  sent.push('X-Forwarded-For', forwardedFor, requestIdHeader, requestId);
  if (headers['x-forwarded-host'] === undefined) sent.push('X-Forwarded-Host', authority);
  if (headers['x-forwarded-proto'] === undefined) sent.push('X-Forwarded-Proto', 'http');
  if (expectsContinue && !upgrade) sent.push('Expect', '100-continue');
  return sent;
}

/** Headers for a replica that speaks HTTP/1.1, Host preserved. */
export function requestHeaders(exchange: Exchange): string[] {
  const { incoming, authority, upgrade, method } = exchange;
  const { headers } = incoming;
  const sent = forwarded(exchange);
  sent.push('Host', authority);
  if (upgrade) {
    withoutTrailerHeader(sent);
    sent.push('Connection', 'Upgrade', 'Upgrade', headers.upgrade ?? '');
    return sent;
  }
  if (headers['transfer-encoding'] !== undefined) {
    sent.push('Transfer-Encoding', 'chunked');
    return sent;
  }
  withoutTrailerHeader(sent);
  if (!hasBody(incoming) && headers['content-length'] === undefined && !bodiless.has(method)) {
    sent.push('Content-Length', '0');
  }
  return sent;
}

/** Headers for a replica that speaks HTTP/2: Host becomes `:authority`; gRPC needs its `te: trailers`. */
export function requestHeadersOverHttp2(exchange: Exchange): OutgoingHttpHeaders {
  const sent = forwarded(exchange);
  if (/\btrailers\b/i.test(String(exchange.incoming.headers['te']))) sent.push('te', 'trailers');
  return {
    ':method': exchange.method,
    ':scheme': 'http',
    // A client of HTTP/1.0 names none, which HTTP/2 does not know.
    ':authority': exchange.authority || 'localhost',
    ':path': exchange.path,
    ...headersOverHttp2(sent),
  };
}

/** Headers for the client: what the replica sent, and what the gateway knows about the wait. */
export function responseHeaders(
  { status, rawHeaders, connection }: Pick<UpstreamAnswer, 'status' | 'rawHeaders' | 'connection'>,
  exchange: Exchange,
  replicaId: string,
): string[] {
  const sent = endToEnd(rawHeaders, connection, ownResponseHeaders);
  if (exchange.incoming.httpVersion !== '2.0' && !isChunkedAnswer(status, sent, exchange)) {
    withoutTrailerHeader(sent);
  }
  if (exchange.tellsColdStart) sent.push(coldStartHeader, String(exchange.coldStart));
  sent.push(
    heldMsHeader,
    String(Math.round(exchange.heldMs)),
    replicaHeader,
    replicaId,
    requestIdHeader,
    exchange.requestId,
  );
  return sent;
}
