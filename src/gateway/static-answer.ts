import { AppError } from '../contract/app-error.ts';
import { requestIdHeader } from '../contract/headers.ts';
import type { OutgoingAnswer } from '../platform/http-exchange.ts';
import { HttpHeaders } from '../platform/http-message.ts';
import { contentTypes } from './content-types.ts';
import { hasBody, type Exchange } from './exchange.ts';
import { matchesRule } from './route/match-rule.ts';
import type { Route, StaticAnswer, StaticRoute } from './route/route.ts';
import type { RouteQuery } from './route/route-rule.ts';

/** The first static route that takes the request; null when none does. */
export function staticRouteFor(
  { staticRoutes }: Pick<Route, 'staticRoutes'>,
  query: RouteQuery,
): StaticRoute | null {
  return staticRoutes?.find(({ rules }) => rules.some((rule) => matchesRule(rule, query))) ?? null;
}

/** The ConfigMap key that a path means: `/` is `index.html`, `/a.css` is `a.css`. */
export const keyFromPath = (pathname: string): string => pathname.replace(/^\//, '') || 'index.html';

/**
 * Gives a static answer, and marks it as not to be kept: the next one may come from a replica.
 *
 * @param pathname of the request. @throws AppError `internal` when a ConfigMap or its key is missing.
 */
export function giveStaticAnswer(
  { incoming, outgoing, requestId }: Pick<Exchange, 'incoming' | 'outgoing' | 'requestId'>,
  pathname: string,
  answer: StaticAnswer,
): void {
  if (outgoing.destroyed) return;
  const { text, contentType } = bodyOf(answer, pathname);
  const body = Buffer.from(text);
  const headers = new HttpHeaders({ 'cache-control': 'no-store' });
  for (const [name, value] of Object.entries(answer.headers)) headers.set(name, value);
  headers.set(requestIdHeader, requestId);
  if (contentType !== null && !headers.has('content-type')) headers.set('content-type', contentType);
  const isBodiless = answer.status === 204 || answer.status === 304;
  if (!isBodiless) headers.set('content-length', String(body.length));
  // A client that was to wait for `100 Continue` may or may not send its body now: only a new connection is unambiguous.
  if (hasBody(incoming) && !incoming.complete) headers.set('connection', 'close');
  outgoing.writeHead(answer.status, undefined, Object.fromEntries(headers));
  outgoing.end(isBodiless ? undefined : body);
  readAway(outgoing);
}

/** What is left of the request is read and thrown away, or the client could not see the answer. */
const readAway = ({ req }: OutgoingAnswer): void => void req.resume();

function bodyOf({ body }: StaticAnswer, pathname: string): { text: string; contentType: string | null } {
  if (body.kind === 'text') return { text: body.text, contentType: null };
  const { data, name } = body;
  if (data === null) throw missing(`There is no ConfigMap "${name}"; add it to the manifests.`);
  const key = body.key ?? keyFromPath(pathname);
  const text = Object.hasOwn(data, key) ? data[key] : undefined;
  if (text !== undefined) return { text, contentType: contentTypes[extensionOf(key)] ?? null };
  if (body.key === null) return { text: '', contentType: null };
  throw missing(`ConfigMap "${name}" has no key "${body.key}"; add it, or leave the key out.`);
}

const extensionOf = (key: string): string => /\.([^.]+)$/.exec(key)?.[1]?.toLowerCase() ?? '';

/** What is wrong with the manifests is for whoever runs the gateway, not for its clients. */
const missing = (cause: string): AppError =>
  new AppError('internal', 'The answer that was to be given here is missing; the log says which.', {
    cause: new Error(cause),
  });
