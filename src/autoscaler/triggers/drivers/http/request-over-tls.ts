import { request as httpsRequest } from 'node:https';
import { AppError } from '../../../../contract/app-error.ts';
import { tlsOptions, type TlsParameters } from '../net/tls-parameters.ts';

/** A request with certificates of one's own, which `fetch` cannot take. Redirects are not followed. */
export function requestOverTls(
  url: URL,
  request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  },
  tls: TlsParameters,
  maxBytes: number,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const asked = httpsRequest(url, {
      method: request.method,
      headers: { ...request.headers },
      agent: false,
      signal,
      ...tlsOptions(tls),
    });
    asked.once('error', (error) => reject(signal.aborted ? signal.reason : error));
    asked.once('response', (answer) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
        pieces.push(piece);
        if (bytes > maxBytes) {
          asked.destroy(new AppError('too-large', `The answer has more than ${maxBytes} bytes.`));
        }
      });
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 502, text: Buffer.concat(pieces).toString('utf8') }),
      );
    });
    asked.end(request.body);
  });
}
