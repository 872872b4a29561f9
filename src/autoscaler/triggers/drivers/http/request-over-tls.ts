import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AppError } from '../../../../contract/app-error.ts';
import { HttpHeaders } from '../../../../platform/http-message.ts';
import { tlsOptions, type TlsParameters } from '../net/tls-parameters.ts';

export interface TlsRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: HttpHeaders;
  /** Undefined: none. */
  readonly body: string | undefined;
  readonly redirect: 'follow' | 'manual';
  readonly tls: TlsParameters;
  readonly maxBytes: number;
}

export interface TlsAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: HttpHeaders;
}

const maxRedirects = 10;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * A request with certificates of one's own, which `fetch` cannot take. Redirects are followed as `fetch` follows them:
 * credentials do not go along to another server.
 *
 * @throws Error when it cannot connect, with the reason of the signal when that ended it; AppError `too-large`.
 */
export async function requestOverTls(request: TlsRequest, signal: AbortSignal): Promise<TlsAnswer> {
  let { body, method, url } = request;
  const headers: Record<string, string> = Object.fromEntries(request.headers);
  for (let turn = 0; turn <= maxRedirects; turn += 1) {
    const answer = await requestOnce({ ...request, url, method, headers, body }, signal);
    const location = answer.headers.get('location');
    if (request.redirect === 'manual' || location === null || !redirects.has(answer.status)) return answer;
    const next = new URL(location, url);
    if (next.origin !== url.origin) delete headers['authorization'];
    if (answer.status <= 303 && method !== 'GET') {
      [method, body] = ['GET', undefined];
      delete headers['content-type'];
    }
    url = next;
  }
  throw new Error('it redirects without end');
}

function requestOnce(
  {
    body,
    headers,
    maxBytes,
    method,
    tls,
    url,
  }: Omit<TlsRequest, 'headers'> & { readonly headers: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<TlsAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(signal.aborted ? (signal.reason as Error) : error);
    const options = { method, headers: { ...headers }, agent: false as const, signal };
    const asked =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, ...tlsOptions(tls) })
        : httpRequest(url, options);
    asked.once('error', fail);
    asked.once('response', (answer: IncomingMessage) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
        pieces.push(piece);
        if (bytes > maxBytes) {
          asked.destroy(new AppError('too-large', `The answer has more than ${maxBytes} bytes.`));
        }
      });
      answer.once('error', fail);
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 502,
          text: Buffer.concat(pieces).toString('utf8'),
          headers: new HttpHeaders(headersOf(answer)),
        }),
      );
    });
    asked.end(body);
  });
}

function* headersOf({ headersDistinct }: IncomingMessage): Generator<[string, string]> {
  for (const [name, values] of Object.entries(headersDistinct)) {
    for (const value of values ?? []) yield [name, value];
  }
}
