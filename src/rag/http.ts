import { HttpResponse, type HttpRequest } from '../platform/http-message.ts';
import { AppError } from '../contract/app-error.ts';
import { replicaHeader, requestIdHeader } from '../contract/headers.ts';
import type { Principal } from '../contract/principal.ts';
import { createRouter, errorResponse, type Route } from '../platform/http-router.ts';
import type { HttpHandler } from '../platform/http-server.ts';
import { durationBuckets, type MetricsRegistry } from '../platform/metrics.ts';
import { chatRoutes, type ChatServices } from './http/chat-routes.ts';
import { conversationRoutes } from './http/conversation-routes.ts';
import type { ReplicaScope } from './http/replica-scope.ts';
import { searchRoutes } from './http/search-routes.ts';
import { traceRoutes } from './http/trace-routes.ts';

export interface ReplicaServices extends Omit<ChatServices, 'onAnswer'> {
  readonly metrics: MetricsRegistry;
  readonly principalOf: (request: HttpRequest) => Principal;
  /** Loaded on the first request that names a document or collection. */
  readonly documentRoutes: () => Promise<readonly Route<ReplicaScope>[]>;
  /** Null while ready; else why not. */
  readonly notReady: () => string | null;
}

const documentPath = /^\/v1\/(?:documents|collections)(?:\/|$)/u;

/** Routes that everybody may call: they tell nothing about anybody's documents. */
function operationRoutes({ metrics, notReady }: ReplicaServices): readonly Route<null>[] {
  return [
    { method: 'GET', path: '/healthz', handle: () => HttpResponse.json({ status: 'ok' }) },
    {
      method: 'GET',
      path: '/readyz',
      handle: () => {
        const reason = notReady();
        return reason === null
          ? HttpResponse.json({ status: 'ready' })
          : HttpResponse.json({ status: 'not-ready', reason }, { status: 503 });
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      handle: () =>
        new HttpResponse(metrics.text(), {
          headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        }),
    },
    {
      method: 'GET',
      path: '/openapi.json',
      handle: async () => {
        const { openApiDocument } = await import('./openapi.ts');
        return HttpResponse.json(openApiDocument());
      },
    },
  ];
}

/** Everything a replica answers: request -> principal -> route -> response. */
export function createReplicaHandler(services: ReplicaServices): HttpHandler {
  const { metrics, logger, clock } = services;
  const requests = metrics.counter(
    'sluice_replica_requests_total',
    'Requests answered, by route and status.',
  );
  const answers = metrics.counter('sluice_answers_total', 'Turns, by outcome.');
  const durations = metrics.histogram(
    'sluice_answer_duration_seconds',
    'From the question to the end of its answer.',
    durationBuckets,
  );
  const onAnswer = (outcome: string, tookMs: number): void => {
    answers.inc({ outcome });
    durations.observe(tookMs / 1000);
  };
  const open = createRouter(operationRoutes(services));
  const own = createRouter<ReplicaScope>([
    ...chatRoutes({ ...services, onAnswer }),
    ...conversationRoutes(services),
    ...traceRoutes(services),
    ...searchRoutes(services.retrieve, services.defaultCollection),
  ]);
  let documents: ReturnType<typeof createRouter<ReplicaScope>> | null = null;

  const find = async (
    request: HttpRequest,
    url: URL,
    requestId: string,
    signal: AbortSignal,
  ): Promise<{ path: string; respond: () => Promise<HttpResponse> | HttpResponse }> => {
    const context = { url, requestId, signal };
    if (!url.pathname.startsWith('/v1/')) {
      const { route, params } = open(request.method, url.pathname);
      return { path: route.path, respond: () => route.handle(request, { ...context, params, scope: null }) };
    }
    const principal = services.principalOf(request);
    if (documentPath.test(url.pathname)) documents ??= createRouter(await services.documentRoutes());
    const match = documentPath.test(url.pathname) && documents ? documents : own;
    const { route, params } = match(request.method, url.pathname);
    return {
      path: route.path,
      respond: () => route.handle(request, { ...context, params, scope: { principal } }),
    };
  };

  return async (request, signal) => {
    const named = request.headers.get(requestIdHeader);
    const requestId = named !== null && /^[\w.:-]{1,128}$/u.test(named) ? named : services.newId();
    const url = new URL(request.url);
    let path = 'unknown';
    let response: HttpResponse;
    try {
      const found = await find(request, url, requestId, signal);
      path = found.path;
      response = await found.respond();
    } catch (thrown) {
      // What an upload reads of a client that went away is an error of its socket, and nobody's fault here.
      const error = AppError.from(signal.aborted ? signal.reason : thrown);
      if (error.code === 'internal')
        logger.error({
          event: 'request-failed',
          requestId,
          method: request.method,
          path: url.pathname,
          error: thrown,
        });
      response = errorResponse(
        error,
        error.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {},
      );
    }
    requests.inc({ route: path, status: String(response.status) });
    response.headers.set(requestIdHeader, requestId);
    response.headers.set(replicaHeader, services.replicaId);
    logger.debug({
      event: 'request-answered',
      requestId,
      method: request.method,
      path: url.pathname,
      status: response.status,
      atMs: clock.now(),
    });
    return response;
  };
}
