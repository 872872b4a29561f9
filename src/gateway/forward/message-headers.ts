import {
  coldStartHeader,
  heldMsHeader,
  replicaHeader,
  requestIdHeader,
  targetHeader,
} from '../../contract/headers.ts';
import { hasBody, type Exchange } from '../exchange.ts';

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
      .map((name) => name.trim()) ?? [];
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || own.has(lower) || named.includes(lower)) continue;
    kept.push(name, raw[index + 1] ?? '');
  }
  return kept;
}

/** Headers for the replica: what the client sent, Host preserved, X-Forwarded-* extended, the request id. */
export function requestHeaders(exchange: Exchange): string[] {
  const { incoming, authority, requestId, upgrade, expectsContinue, method } = exchange;
  const { headers } = incoming;
  const sent = endToEnd(incoming.rawHeaders, headers.connection, ownRequestHeaders);
  const forwardedFor = [headers['x-forwarded-for'], incoming.socket.remoteAddress].filter(Boolean).join(', ');
  sent.push('Host', authority, 'X-Forwarded-For', forwardedFor, requestIdHeader, requestId);
  if (headers['x-forwarded-host'] === undefined) sent.push('X-Forwarded-Host', authority);
  if (headers['x-forwarded-proto'] === undefined) sent.push('X-Forwarded-Proto', 'http');
  if (upgrade) {
    sent.push('Connection', 'Upgrade', 'Upgrade', headers.upgrade ?? '');
    return sent;
  }
  if (headers['transfer-encoding'] !== undefined) sent.push('Transfer-Encoding', 'chunked');
  else if (!hasBody(incoming) && headers['content-length'] === undefined && !bodiless.has(method)) {
    sent.push('Content-Length', '0');
  }
  if (expectsContinue) sent.push('Expect', '100-continue');
  return sent;
}

/** Headers for the client: what the replica sent, and what the gateway knows about the wait. */
export function responseHeaders(
  raw: readonly string[],
  connection: string | undefined,
  exchange: Exchange,
  replicaId: string,
): string[] {
  const sent = endToEnd(raw, connection, ownResponseHeaders);
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
