import { HttpResponse, type HttpRequest } from './http-message.ts';
import { AppError } from '../contract/app-error.ts';

/** What a handler is told beside the request. */
export interface RouteContext<Scope> {
  /** Decoded values of `:name` segments. */
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly requestId: string;
  /** Aborts when the client hangs up. */
  readonly signal: AbortSignal;
  /** What the room resolved for this request, for example its principal. */
  readonly scope: Scope;
}

export interface Route<Scope> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/documents/:id`; `:name` matches one segment. */
  readonly path: string;
  readonly handle: (
    request: HttpRequest,
    context: RouteContext<Scope>,
  ) => Promise<HttpResponse> | HttpResponse;
}

export interface RouteMatch<Scope> {
  readonly route: Route<Scope>;
  readonly params: Readonly<Record<string, string>>;
}

function matchPath(pattern: readonly string[], path: readonly string[]): Record<string, string> | null {
  if (pattern.length !== path.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const value = path[index] ?? '';
    if (segment.startsWith(':')) params[segment.slice(1)] = value;
    else if (segment !== value) return null;
  }
  return params;
}

function segmentsOf(pathname: string): string[] {
  try {
    return pathname.split('/').map((segment) => decodeURIComponent(segment));
  } catch (cause) {
    throw new AppError('invalid-argument', `The path ${pathname} is not valid percent-encoding.`, { cause });
  }
}

/**
 * Finds the route of a method and path. HEAD is answered by GET.
 *
 * @throws AppError `not-found`, or `method-not-allowed` naming the methods that the path knows.
 */
export function createRouter<Scope>(
  routes: readonly Route<Scope>[],
): (method: string, pathname: string) => RouteMatch<Scope> {
  const table = routes.map((route) => ({ route, pattern: route.path.split('/') }));
  return (method, pathname) => {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const path = segmentsOf(pathname);
    const allowed: string[] = [];
    for (const { route, pattern } of table) {
      const params = matchPath(pattern, path);
      if (!params) continue;
      if (route.method === wanted) return { route, params };
      allowed.push(route.method);
    }
    if (allowed.length > 0) {
      throw new AppError(
        'method-not-allowed',
        `${pathname} takes ${allowed.join(', ')}, received ${method}.`,
      );
    }
    throw new AppError('not-found', `There is nothing at ${pathname}.`);
  };
}

/** An error as every answer carries it. */
export function errorResponse(error: AppError, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return HttpResponse.json(error.toBody(), { status: error.status, headers });
}
