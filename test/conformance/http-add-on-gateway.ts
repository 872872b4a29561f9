import { keyFromPath, staticRouteFor } from '../../src/gateway/static-answer.ts';
import { createRouter } from '../../src/gateway/route/create-router.ts';
import { matchesRule, plainHost } from '../../src/gateway/route/match-rule.ts';
import { keysOf, routeKey, wildcardsOf } from '../../src/gateway/route/route-keys.ts';
import type { Route, StaticAnswer, StaticRoute } from '../../src/gateway/route/route.ts';
import type { RouteQuery, RouteRule } from '../../src/gateway/route/route-rule.ts';
import {
  ask,
  askOverHttp2,
  startGateway,
  startHttp2Replica,
  startReplica,
  until,
  type Reply,
} from '../../src/gateway/gateway-fixture.ts';
import { AppError } from '../../src/contract/app-error.ts';
import { createVirtualClock } from '../../src/platform/virtual-clock.ts';

/** A rule as the cases write it, which is as InterceptorRoute writes it. */
interface Rule {
  readonly hosts?: readonly string[];
  readonly paths?: readonly { readonly value: string }[];
  readonly headers?: readonly { readonly name: string; readonly value?: string }[];
}
interface Response {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly bodyFromConfigMap?: { readonly name: string; readonly key?: string };
}
interface Fixed {
  readonly rules?: readonly Rule[];
  readonly response?: Response;
  readonly responseMode?: string;
}
type ConfigMaps = Readonly<Record<string, Readonly<Record<string, string>>>>;
type Headers = Readonly<Record<string, string | readonly string[]>>;

const toRule = ({ hosts, paths, headers }: Rule): RouteRule => ({
  ...(hosts ? { hosts } : {}),
  ...(paths ? { paths: paths.map(({ value }) => value) } : {}),
  ...(headers ? { headers } : {}),
});

function toQuery(host = '', path = '', headers: Headers = {}): RouteQuery {
  const lines = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat()]));
  return { host, path, header: (name) => lines.get(name) ?? [] };
}

function toAnswer(response: Response, configMaps: ConfigMaps, status: number): StaticAnswer {
  const { body, bodyFromConfigMap: from, headers = {}, statusCode = status } = response;
  if (!from || (body ?? null) !== null) {
    return { status: statusCode, headers, body: { kind: 'text', text: body ?? '' } };
  }
  const { name, key = '' } = from;
  const data = configMaps[name] ?? null;
  return { status: statusCode, headers, body: { kind: 'files', name, data, key: key === '' ? null : key } };
}

const toStatic = (fixed: Fixed, configMaps: ConfigMaps): StaticRoute => ({
  rules: (fixed.rules ?? []).map(toRule),
  answer: toAnswer(fixed.response ?? {}, configMaps, 200),
  mode: fixed.responseMode === 'Always' ? 'always' : 'when-unavailable',
});

const webRoute = (more: Partial<Route>): readonly Route[] => [
  { name: 'web', target: 'shop', rules: [], ...more },
];

/** The router's answer; null where it says that there is none. Every other error is the case's failure. */
function routed(
  routes: readonly { readonly name: string; readonly rules: readonly Rule[]; readonly created?: number }[],
  query: RouteQuery,
): string | null {
  const router = createRouter(
    routes.map(({ created, name, rules }): Route => ({
      name,
      target: name,
      rules: rules.map(toRule),
      ...(created === undefined ? {} : { createdMs: created }),
    })),
  );
  try {
    return router(query).name;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return null;
    throw error;
  }
}

/** What a reply says, by the names of the cases. An error body is Sluice's own, whatever the add-on writes there. */
const said = ({ body, headers, status }: Reply): object => ({
  status,
  headers,
  contentType: headers['content-type'] ?? '',
  body,
});

/** Sends one request; when it is held and not answered, a replica comes and answers it. */
async function askAndSee(
  routes: readonly Route[],
  ready: boolean,
  path: string,
): Promise<{ readonly reply: Reply; readonly asked: number }> {
  let asked = 0;
  await using replica = await startReplica((_, response) => {
    asked += 1;
    response.end();
  });
  await using open = await startGateway({ routes }, ready ? [replica.endpoint] : []);
  const reply = ask(open.port, { path: path === '' ? '/' : path });
  let over = false;
  void reply.finally(() => (over = true));
  await until(() => over || open.gateway.load('shop').pending === 1, 'an answer or a hold');
  if (!over) open.gateway.setReplicas('shop', [replica.endpoint]);
  return { reply: await reply, asked };
}

interface PlaceholderInput {
  readonly ready: boolean;
  readonly path?: string;
  readonly response?: Response | null;
  readonly configMaps?: ConfigMaps;
  readonly configMap?: Readonly<Record<string, string>>;
  readonly configMapKey?: string | null;
  readonly responseHeaders?: Readonly<Record<string, string>> | null;
  readonly statusCode?: number;
}

async function placeholder(input: PlaceholderInput): Promise<object> {
  const { configMap, configMapKey, path = '/', ready, responseHeaders, statusCode } = input;
  const configMaps = configMap ? { pages: configMap } : (input.configMaps ?? {});
  const fromMap: Response = {
    ...(statusCode === undefined ? {} : { statusCode }),
    headers: responseHeaders ?? {},
    bodyFromConfigMap: { name: 'pages', key: configMapKey ?? '' },
  };
  const response = configMap ? fromMap : input.response;
  const routes = webRoute(response ? { placeholder: toAnswer(response, configMaps, 503) } : {});
  const { asked, reply } = await askAndSee(routes, ready, path);
  return { forwarded: asked > 0, ...said(reply) };
}

interface StaticInput {
  readonly path: string;
  readonly backendReady?: boolean;
  readonly staticRoutes?: readonly Fixed[] | null;
  readonly configMaps?: ConfigMaps;
}

/** `next`: the way of every request, counted. `upstream`: a replica, uncounted. Else the answer of the static route itself. */
async function staticRouting({
  backendReady = false,
  configMaps = {},
  path,
  staticRoutes,
}: StaticInput): Promise<object> {
  const fixed = (staticRoutes ?? []).map((each) => toStatic(each, configMaps));
  let asked = 0;
  await using replica = await startReplica((_, response) => {
    asked += 1;
    response.end();
  });
  await using open = await startGateway(
    { routes: webRoute({ staticRoutes: fixed }) },
    backendReady ? [replica.endpoint] : [],
  );
  const reply = ask(open.port, { path });
  let over = false;
  void reply.finally(() => (over = true));
  await until(() => over || open.gateway.load('shop').pending === 1, 'an answer or a hold');
  const isCounted = open.gateway.load('shop').arrivals === 1;
  if (!over) open.gateway.setReplicas('shop', [replica.endpoint]);
  const forwarded = asked > 0 ? 'upstream' : 'static';
  return { served: isCounted ? 'next' : forwarded, ...said(await reply) };
}

interface ResolverInput {
  readonly ready: boolean;
  readonly coldStartHeader?: boolean;
  readonly becomesReadyAfterMs?: number;
  readonly readinessTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  readonly fallback?: boolean;
}

/** The timeout that a case gives the route itself, beside that of the whole gateway. */
function ownReadinessMs(input: ResolverInput): number | undefined {
  for (const [key, value] of Object.entries(input)) {
    if (/route/i.test(key) && /readiness/i.test(key) && typeof value === 'number') return value;
  }
  return undefined;
}

async function endpointResolver(input: ResolverInput): Promise<object> {
  const { becomesReadyAfterMs, coldStartHeader = true, fallback = false, ready, requestTimeoutMs } = input;
  const clock = createVirtualClock(5000);
  const forwardedTo: string[] = [];
  const serverOf = (name: string) =>
    startReplica((_, response) => {
      forwardedTo.push(name);
      response.end();
    });
  await using replica = await serverOf('upstream');
  await using spare = await serverOf('fallback');
  const { address } = spare.endpoint;
  if (address.kind !== 'tcp') throw new Error('expected a port');
  const readinessMs = ownReadinessMs(input);
  const timeouts = {
    ...(readinessMs === undefined ? {} : { readinessMs }),
    ...(requestTimeoutMs === undefined ? {} : { requestMs: requestTimeoutMs }),
  };
  const routes = webRoute({ timeouts, ...(fallback ? { fallback: { ...address, name: 'spare' } } : {}) });
  const hold = { timeoutMs: input.readinessTimeoutMs ?? 0 };
  await using open = await startGateway(
    { clock, routes, hold, coldStartHeader },
    ready ? [replica.endpoint] : [],
  );
  const reply = ask(open.port);
  if (!ready) {
    await until(() => open.gateway.load('shop').pending === 1, 'holding the request');
    const ends = [readinessMs ?? hold.timeoutMs, requestTimeoutMs ?? 0].filter((ms) => ms > 0);
    await clock.advance(becomesReadyAfterMs ?? (ends.length > 0 ? Math.min(...ends) : 30_000));
    if (becomesReadyAfterMs !== undefined) open.gateway.setReplicas('shop', [replica.endpoint]);
  }
  const { headers, status } = await reply;
  return {
    status,
    forwardedTo: forwardedTo[0] ?? null,
    'X-KEDA-HTTP-Cold-Start': headers['x-keda-http-cold-start'] ?? null,
  };
}

interface ProtocolInput {
  readonly appProtocol?: string | null;
  readonly incomingHttpMajor: number;
}

/** A replica that speaks one version only: spoken to in the other, it could not answer. */
async function appProtocol({ appProtocol: declared, incomingHttpMajor }: ProtocolInput): Promise<object> {
  const isH2c = declared === 'kubernetes.io/h2c';
  const seen: number[] = [];
  await using replica = isH2c
    ? await startHttp2Replica((stream) => {
        seen.push(2);
        stream.respond({ ':status': 200 }, { endStream: true });
      })
    : await startReplica((request, response) => {
        seen.push(request.httpVersionMajor);
        response.end();
      });
  const routes = webRoute({ protocol: isH2c ? 'h2c' : 'http/1.1' });
  await using open = await startGateway({ routes }, [replica.endpoint]);
  await (incomingHttpMajor === 2 ? askOverHttp2(open.port) : ask(open.port));
  return { backendHttpMajor: seen[0] ?? null };
}

interface MatchInput {
  readonly host: string;
  readonly hosts: readonly string[];
  readonly path: string;
  readonly paths: readonly { readonly value: string }[];
  readonly headers: Headers;
  readonly matchers: NonNullable<Rule['headers']>;
  readonly rule: Rule;
  readonly routes: Parameters<typeof routed>[0];
  readonly staticRoutes: readonly Fixed[] | null;
}

const matched = (rule: Rule, query: RouteQuery): object => ({ match: matchesRule(toRule(rule), query) });

/** Kinds about routes and the request path: input of a case -> what Sluice does, by the names of the case. */
export const gatewayKinds = {
  stripPort: ({ host }: MatchInput) => ({ host: plainHost(host) }),
  key: ({ host, path }: MatchInput) => ({ key: routeKey(host, path) }),
  ruleKeys: ({ rule }: MatchInput) => ({ keys: keysOf(toRule(rule)) }),
  wildcards: ({ host }: MatchInput) => ({ candidates: wildcardsOf(host) }),
  matchRule: ({ headers, host, path, rule }: MatchInput) => matched(rule, toQuery(host, path, headers)),
  matchHost: ({ host, hosts }: MatchInput) => matched({ hosts }, toQuery(host)),
  matchPath: ({ path, paths }: MatchInput) => matched({ paths }, toQuery('', path)),
  matchHeaders: ({ headers, matchers }: MatchInput) =>
    matched({ headers: matchers ?? [] }, toQuery('', '', headers)),
  matchStaticRoute: ({ path, staticRoutes }: MatchInput) => ({
    match:
      staticRouteFor(
        { staticRoutes: (staticRoutes ?? []).map((each) => toStatic(each, {})) },
        toQuery('', path),
      ) !== null,
  }),
  route: ({ headers, host, path, routes }: MatchInput) => ({
    route: routed(routes, toQuery(host, path, headers)),
  }),
  configMapKeyFromPath: ({ path }: MatchInput) => ({ key: keyFromPath(path) }),
  placeholder,
  staticRouting,
  endpointResolver,
  appProtocol,
};
