/**
 * What others send is passed on as it came, as over HTTP/1.1: their number is bounded by their size, and a header that should
 * come once may come twice.
 */
export const http2Leniency = { maxHeaderListPairs: 1024, strictSingleValueFields: false };

/** About one connection of HTTP/1.1; HTTP/2 has frames for it and refuses them. @see RFC 9113, 8.2.2 */
const connectionSpecific = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Headers or trailers as node:http2 takes them: names in lower case, several of one name as a list, without pseudo headers
 * and those that HTTP/2 forbids.
 *
 * @param raw names and values in turns.
 */
export function headersOverHttp2(raw: readonly string[]): Record<string, string | string[]> {
  // Without a prototype: `__proto__` is a name like any other.
  const headers: Record<string, string | string[]> = Object.create(null);
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    if (connectionSpecific.has(name) || name.startsWith(':')) continue;
    const value = raw[index + 1] ?? '';
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (typeof before === 'string') headers[name] = [before, value];
    else before.push(value);
  }
  return headers;
}

/** Names and values in turns, as HTTP/1.1 would have them; pseudo headers come first. */
export function withoutPseudoHeaders(raw: readonly string[]): readonly string[] {
  let from = 0;
  while (raw[from]?.startsWith(':')) from += 2;
  return raw.slice(from);
}
