import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { HttpHeaders } from '../../../../platform/http-message.ts';
import { tlsOptions } from '../net/tls-options.ts';
import type { TlsParameters } from '../net/tls-parameters.ts';
import type { HttpRequest } from './follow-redirects.ts';

export interface RequestOverTlsOptions {
  readonly tls: TlsParameters;
  readonly maxBytes: number;
  /** The error of an answer with more than that. */
  readonly tooLarge: () => Error;
}

export interface TlsAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: HttpHeaders;
}

/**
 * One request with certificates of one's own, which `fetch` cannot take. Redirects are answers.
 *
 * @throws Error when it cannot connect, with the reason of the signal when that ended it.
 */
export function requestOverTls(
  { body, headers, method, url }: HttpRequest,
  { maxBytes, tls, tooLarge }: RequestOverTlsOptions,
  signal: AbortSignal,
): Promise<TlsAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(signal.aborted ? (signal.reason as Error) : error);
    const asked = request(url, {
      method,
      headers: Object.fromEntries(headers),
      agent: false,
      signal,
      ...tlsOptions(tls),
    });
    asked.once('error', fail);
    asked.once('response', (answer: IncomingMessage) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
        pieces.push(piece);
        if (bytes > maxBytes) asked.destroy(tooLarge());
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
