import {
  coldStartHeader,
  heldMsHeader,
  replicaHeader,
  requestIdHeader,
  targetHeader,
} from '../../contract/headers.ts';

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
