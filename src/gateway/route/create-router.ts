import { AppError } from '../../contract/app-error.ts';
import { targetHeader } from '../../contract/headers.ts';
import { matchesHeaders, plainHost } from './match-rule.ts';
import { keysOf, routeKey, wildcardsOf } from './route-keys.ts';
import type { Route } from './route.ts';
import type { HeaderMatch, RouteQuery } from './route-rule.ts';

/** One rule of a route under one of its keys. */
interface Entry<Kind extends Route> {
  readonly route: Kind;
  readonly headers: readonly HeaderMatch[];
}

/**
 * Precedence as KEDA's HTTP add-on: exact host, then the longer wildcard, then any host; then the longest path that is known
 * for that host; there the rule with more header conditions, of as many the one that wants more values, then the older route,
 * then the earlier one. A host whose longest path has no rule for these headers gives way to the next host, not to a shorter
 * path.
 *
 * The table is asked once for each segment of the path, for each host pattern that it knows, however many routes there are.
 *
 * @returns a function query -> route. It throws AppError `not-found` that says what was looked for.
 */
export function createRouter<Kind extends Route>(routes: readonly Kind[]): (query: RouteQuery) => Kind {
  const table = new Map<string, Entry<Kind>[]>();
  const hosts = new Set<string>();
  for (const route of routes) {
    for (const rule of route.rules.length > 0 ? route.rules : [{}]) {
      const entry: Entry<Kind> = { route, headers: rule.headers ?? [] };
      for (const key of keysOf(rule)) {
        table.set(key, [...(table.get(key) ?? []), entry]);
        hosts.add(key.slice(0, key.indexOf('/')));
      }
    }
  }
  for (const entries of table.values()) entries.sort(byPrecedence);

  const hasWildcards = [...hosts].some((host) => host.startsWith('*.'));

  const longest = (host: string, path: string): readonly Entry<Kind>[] => {
    for (let key = routeKey(host, path); ; key = key.slice(0, key.lastIndexOf('/', key.length - 2) + 1)) {
      const found = table.get(key);
      if (found) return found;
      if (key.length <= host.length + 1) return [];
    }
  };

  return (query) => {
    const [named] = query.header(targetHeader);
    if (named !== undefined) return routeNamed(routes, named);
    const host = plainHost(query.host);
    const wildcards = hasWildcards ? wildcardsOf(host) : [];
    for (const pattern of [host, ...wildcards, '*']) {
      if (!hosts.has(pattern)) continue;
      const entry = longest(pattern, query.path).find(({ headers }) => matchesHeaders(headers, query.header));
      if (entry) return entry.route;
    }
    throw new AppError(
      'not-found',
      `No scale target takes host "${host}" with path "${query.path}". Known scale targets: ${targetsOf(routes)}. Add a route, or name one in the header ${targetHeader}.`,
    );
  };
}

/** By its own name, else the first that leads to the scale target of this name. */
function routeNamed<Kind extends Route>(routes: readonly Kind[], named: string): Kind {
  const found = routes.find(({ name }) => name === named) ?? routes.find(({ target }) => target === named);
  if (found) return found;
  throw new AppError(
    'not-found',
    `The header ${targetHeader} names the scale target "${named}", which does not exist. Known: ${targetsOf(routes)}.`,
    { param: targetHeader },
  );
}

const targetsOf = (routes: readonly Route[]): string =>
  [...new Set(routes.map(({ target }) => target))].join(', ') || 'none';

/** `sort` is stable, so equal entries stay in the order of the routes. */
function byPrecedence(a: Entry<Route>, b: Entry<Route>): number {
  return (
    b.headers.length - a.headers.length ||
    valuesWanted(b.headers) - valuesWanted(a.headers) ||
    // Two routes without a time: Infinity - Infinity would be no number.
    (createdMs(a) === createdMs(b) ? 0 : createdMs(a) - createdMs(b))
  );
}

const valuesWanted = (headers: readonly HeaderMatch[]): number =>
  headers.filter(({ value }) => value !== undefined).length;

const createdMs = ({ route }: Entry<Route>): number => route.createdMs ?? -Infinity;
