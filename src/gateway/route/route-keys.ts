import { hostPattern, plainPath } from './match-rule.ts';
import type { RouteRule } from './route-rule.ts';

/** Where the table keeps a host pattern and a path prefix: `shop.example/api/`, `*.example/`, and with any host, any path. */
export function routeKey(host: string, path: string): string {
  const plain = plainPath(path);
  return plain === '' ? `${host}/` : `${host}/${plain}/`;
}

/** A key for each host with each path of the rule. */
export function keysOf({ hosts, paths }: RouteRule): readonly string[] {
  return (hosts?.length ? hosts : ['*']).flatMap((host) =>
    (paths?.length ? paths : ['/']).map((path) => routeKey(hostPattern(host), path)),
  );
}

/** The wildcards that take this host, the most specific first: `a.b.example` -> `*.b.example`, `*.example`. */
export function wildcardsOf(host: string): readonly string[] {
  const wildcards: string[] = [];
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    wildcards.push(`*${host.slice(dot)}`);
  }
  return wildcards;
}
