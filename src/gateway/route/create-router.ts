import { AppError } from '../../contract/app-error.ts';
import { targetHeader } from '../../contract/headers.ts';
import { hostRank, matchesHost, plainHost } from './match-host.ts';
import type { RouteQuery, RouteRule } from './route-rule.ts';

/** One host and one path of a rule, so that the table can be sorted once and the first match is the best. */
interface Entry {
  readonly target: string;
  readonly host: string;
  /** Without a final slash; empty for `/`. */
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value?: string }[];
}

/**
 * Precedence as KEDA's HTTP add-on: exact host, then the longer wildcard, then any host; then the longer path; then more
 * header conditions; then the earlier rule.
 *
 * @returns a function query -> name of the scale target. It throws AppError `not-found` that says what was looked for.
 */
export function createRouter(rules: readonly RouteRule[]): (query: RouteQuery) => string {
  const targets = new Set(rules.map((rule) => rule.target));
  const entries = rules.flatMap(entriesOf).sort(byPrecedence);
  return (query) => {
    const named = query.headers[targetHeader];
    if (named !== undefined) {
      const target = String(named);
      if (targets.has(target)) return target;
      throw new AppError(
        'not-found',
        `The header ${targetHeader} names the scale target "${target}", which does not exist. Known: ${listOf(targets)}.`,
        { param: targetHeader },
      );
    }
    const host = plainHost(query.host);
    const found = entries.find((entry) => matches(entry, host, query));
    if (found) return found.target;
    throw new AppError(
      'not-found',
      `No scale target takes host "${host}" with path "${query.path}". Known scale targets: ${listOf(targets)}. Add a route, or name one in the header ${targetHeader}.`,
    );
  };
}

const listOf = (targets: ReadonlySet<string>): string => [...targets].join(', ') || 'none';

function entriesOf(rule: RouteRule): Entry[] {
  const hosts = rule.hosts?.length ? rule.hosts : ['*'];
  const paths = rule.paths?.length ? rule.paths : ['/'];
  const headers = (rule.headers ?? []).map((header) => ({ ...header, name: header.name.toLowerCase() }));
  return hosts.flatMap((host) =>
    paths.map((path) => ({
      target: rule.target,
      // An empty name is any host; one that only becomes empty, such as `:80`, is not.
      host: host === '' ? '*' : plainHost(host),
      path: path.replace(/\/+$/, ''),
      headers,
    })),
  );
}

/** `sort` is stable, so equal entries stay in the order of the rules. */
function byPrecedence(a: Entry, b: Entry): number {
  return (
    hostRank(b.host) - hostRank(a.host) ||
    b.path.length - a.path.length ||
    b.headers.length - a.headers.length
  );
}

function matches(entry: Entry, host: string, query: RouteQuery): boolean {
  return (
    matchesHost(entry.host, host) &&
    (query.path === entry.path || query.path.startsWith(`${entry.path}/`)) &&
    entry.headers.every(({ name, value }) => {
      const received = query.headers[name];
      return received !== undefined && (value === undefined || String(received) === value);
    })
  );
}
