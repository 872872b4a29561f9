import { HttpHeaders, type ReadonlyHeaders } from '../../../../platform/http-message.ts';

/** One request on its way, each time it is sent. */
export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: HttpHeaders;
  /** Undefined: none. */
  readonly body: string | undefined;
}

const maxRedirects = 10;
const redirects = new Set([301, 302, 303, 307, 308]);
/** All that a server may know that was not named in the manifest. Tokens travel under many names. */
const harmlessHeaders = new Set(['accept', 'content-type', 'user-agent']);

/**
 * Sends a request, and again to wherever it is sent on. Another server is told no credentials, in whichever header they
 * are, and nothing that has a body: forms and questions hold passwords too. A server that moves from http to https under
 * its own name is the same.
 *
 * @throws Error for redirects that do not end or lead out of HTTP; whatever `send` throws.
 */
export async function followRedirects<
  Answer extends { readonly status: number; readonly headers: ReadonlyHeaders },
>(first: HttpRequest, send: (request: HttpRequest) => Promise<Answer>): Promise<Answer> {
  let request = first;
  for (let turn = 0; turn <= maxRedirects; turn += 1) {
    const answer = await send(request);
    const location = answer.headers.get('location');
    if (location === null || !redirects.has(answer.status)) return answer;
    request = redirected(request, answer.status, location);
  }
  throw new Error('it redirects without end');
}

function redirected(request: HttpRequest, status: number, location: string): HttpRequest {
  const url = URL.canParse(location, request.url.href) ? new URL(location, request.url) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error('it redirects to what is no address of http or https');
  }
  // Whoever redirects has no say in who signs in there.
  [url.username, url.password] = ['', ''];
  const turnsToGet = status <= 303 && request.method !== 'GET';
  const body = turnsToGet ? undefined : request.body;
  const isSame = isSameServer(request.url, url);
  if (!isSame && body !== undefined) {
    throw new Error(`it redirects to another server, ${url.origin}, which is not told what was asked`);
  }
  const headers = new HttpHeaders(
    [...request.headers].filter(
      ([name]) => (isSame || harmlessHeaders.has(name)) && (!turnsToGet || name !== 'content-type'),
    ),
  );
  return { url, method: turnsToGet ? 'GET' : request.method, headers, body };
}

const isSameServer = (from: URL, to: URL): boolean =>
  from.origin === to.origin ||
  (from.hostname === to.hostname && from.protocol === 'http:' && to.protocol === 'https:');
