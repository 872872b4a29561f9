import {
  coldStartHeader,
  heldMsHeader,
  replicaHeader,
  requestIdHeader,
  targetHeader,
} from '../../contract/headers.ts';
import type { Exchange } from '../exchange.ts';

/**
 * What a server may act on before or without the body, or that says where a message ends, must not come after it: programs
 * that put trailers among the headers would believe it. `te` in a trailer node:http2 even refuses with an error.
 *
 * @see RFC 9110, 6.5.1
 */
const neverTrailing = new Set([
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  coldStartHeader,
  heldMsHeader,
  replicaHeader,
  requestIdHeader,
  targetHeader,
]);

/**
 * Leaves the announcement of trailers out of a head of HTTP/1.1 whose body is not chunked, or that has none: no trailers can
 * come then, and node:http refuses to send such a head.
 *
 * @param sent names and values in turns; changed in place.
 */
export function withoutTrailerHeader(sent: string[]): void {
  for (let index = sent.length - 2; index >= 0; index -= 2) {
    if (isNamed(sent[index], 'trailer')) sent.splice(index, 2);
  }
}

/** Whether node:http will send this answer in chunks. @param sent names and values in turns. */
export function isChunkedAnswer(
  status: number,
  sent: readonly string[],
  { method, incoming }: Pick<Exchange, 'method' | 'incoming'>,
): boolean {
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  const hasLength = sent.some((name, index) => index % 2 === 0 && isNamed(name, 'content-length'));
  return hasBody && !hasLength && incoming.httpVersion !== '1.0';
}

const isNamed = (name: string | undefined, wanted: string): boolean =>
  name?.length === wanted.length && name.toLowerCase() === wanted;

/** The trailers that are passed on, in pairs as `addTrailers` takes them. @param raw names and values in turns. */
export function trailersToPassOn(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (neverTrailing.has(lower) || lower.startsWith('x-forwarded-')) continue;
    pairs.push([name, raw[index + 1] ?? '']);
  }
  return pairs;
}
