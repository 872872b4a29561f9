import type { HeaderMatch, RouteQuery, RouteRule } from './route-rule.ts';

/** Lower case, without port, brackets and the final dot of a fully qualified name: `A.example.:8080` -> `a.example`. */
export function plainHost(host: string): string {
  const lower = host.toLowerCase();
  if (lower.startsWith('[')) return /^\[([^\]]*)\](?::\d*)?$/.exec(lower)?.[1] ?? lower;
  const colon = lower.indexOf(':');
  // With more than one colon it is an IPv6 address without brackets, and has no port.
  const hasPort = colon >= 0 && /^:\d*$/.test(lower.slice(colon));
  const withoutPort = hasPort ? lower.slice(0, colon) : lower;
  return withoutPort.endsWith('.') ? withoutPort.slice(0, -1) : withoutPort;
}

/** Without slashes at either end; empty for `/`. */
export const plainPath = (path: string): string => path.replace(/^\/+|\/+$/g, '');

/**
 * A host of a rule as it is compared: `*` for any host. An empty name is any host; one that only becomes empty, such as
 * `:80`, is nobody's.
 */
export const hostPattern = (host: string): string => (host === '' ? '*' : plainHost(host));

/** @param pattern from {@link hostPattern}. @param host from {@link plainHost}. */
export function matchesHost(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  if (!pattern.startsWith('*.')) return pattern === host;
  const suffix = pattern.slice(1);
  return host.length > suffix.length && host.endsWith(suffix);
}

/** @param prefix and @param path from {@link plainPath}. */
const matchesPath = (prefix: string, path: string): boolean =>
  prefix === '' || path === prefix || path.startsWith(`${prefix}/`);

export function matchesHeaders(wanted: readonly HeaderMatch[], header: RouteQuery['header']): boolean {
  return wanted.every(({ name, value }) => {
    const lines = header(name.toLowerCase());
    return value === undefined ? lines.length > 0 : lines.includes(value);
  });
}

/** Does the request meet every condition of the rule? */
export function matchesRule({ hosts, paths, headers }: RouteRule, query: RouteQuery): boolean {
  const host = plainHost(query.host);
  const path = plainPath(query.path);
  return (
    (!hosts?.length || hosts.some((pattern) => matchesHost(hostPattern(pattern), host))) &&
    (!paths?.length || paths.some((prefix) => matchesPath(plainPath(prefix), path))) &&
    matchesHeaders(headers ?? [], query.header)
  );
}
