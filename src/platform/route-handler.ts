import { AppError } from '../contract/app-error.ts';
import { createRouter, errorResponse, type Route } from './http-router.ts';
import type { HttpHandler } from './http-server.ts';

/** Routes that need to know nothing about who asks, as one handler. Errors are answered in the error shape. */
export function handlerOf(routes: readonly Route<unknown>[]): HttpHandler {
  const match = createRouter(routes);
  return async (request, signal) => {
    try {
      const url = new URL(request.url);
      const { route, params } = match(request.method, url.pathname);
      const requestId = request.headers.get('x-request-id') ?? '';
      return await route.handle(request, { params, url, requestId, signal, scope: null });
    } catch (error) {
      return errorResponse(AppError.from(error));
    }
  };
}
