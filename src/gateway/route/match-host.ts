/** Lower case, without port and without the final dot of a fully qualified name: `A.example.:8080` -> `a.example`. */
export function plainHost(host: string): string {
  const lower = host.toLowerCase();
  const withoutPort = lower.startsWith('[')
    ? lower.slice(0, lower.indexOf(']') + 1)
    : lower.replace(/:\d*$/, '');
  return withoutPort.endsWith('.') ? withoutPort.slice(0, -1) : withoutPort;
}

/** @param host from {@link plainHost}. @param pattern `shop.example`, `*.example` or `*`. */
export function matchesHost(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  if (!pattern.startsWith('*.')) return pattern === host;
  const suffix = pattern.slice(1);
  return host.length > suffix.length && host.endsWith(suffix);
}

/** Higher wins: an exact name over any wildcard, a longer wildcard over a shorter one, `*` last. */
export function hostRank(pattern: string): number {
  if (pattern === '*') return 0;
  return pattern.startsWith('*.') ? pattern.length : Number.MAX_SAFE_INTEGER;
}
