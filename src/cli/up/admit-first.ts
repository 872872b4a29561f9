import type { Caller } from '../../gateway/admit/create-admission.ts';
import type { HttpHandler } from '../../platform/http-server.ts';
import { errorResponse } from '../../platform/http-router.ts';
import { AppError } from '../../contract/app-error.ts';

/** What admission looks at; no other header is handed on. */
const looked = ['origin', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest'] as const;

/** A handler behind the gateway's admission: on the admin listener too, pages of other sites are kept out. */
export function admitFirst(admit: (caller: Caller) => void, handle: HttpHandler): HttpHandler {
  return async (request, signal) => {
    const { method, headers } = request;
    const sent = looked.map((name) => [name, headers.get(name) ?? undefined] as const);
    try {
      admit({ method, authority: headers.get('host') ?? '', headers: Object.fromEntries(sent) });
    } catch (error) {
      return errorResponse(AppError.from(error));
    }
    return handle(request, signal);
  };
}
