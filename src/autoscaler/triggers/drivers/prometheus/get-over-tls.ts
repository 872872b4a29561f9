import { request } from 'node:https';
import { AppError } from '../../../../contract/app-error.ts';

export interface TlsOptions {
  /** PEM texts; null where not given. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** The parameter `unsafeSsl`: the manifest asks not to check the server's certificate. */
  readonly unsafe: boolean;
}

const maxAnswerBytes = 4 * 1024 * 1024;

/** A GET with a client certificate or a CA of its own, which `fetch` cannot do. Redirects are not followed. */
export function getOverTls(
  url: URL,
  headers: Iterable<readonly [string, string]>,
  tls: TlsOptions,
  signal: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      headers: Object.fromEntries(headers),
      agent: false,
      signal,
      rejectUnauthorized: !tls.unsafe,
      ...(tls.ca === null ? {} : { ca: tls.ca }),
      ...(tls.cert === null ? {} : { cert: tls.cert }),
      ...(tls.key === null ? {} : { key: tls.key }),
    });
    asked.once('error', reject);
    asked.once('response', (answer) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
        pieces.push(piece);
        if (bytes > maxAnswerBytes) {
          asked.destroy(new AppError('too-large', `The answer has more than ${maxAnswerBytes} bytes.`));
        }
      });
      answer.once('error', reject);
      answer.once('end', () => {
        const status = answer.statusCode ?? 502;
        const hasBody = status !== 204 && status !== 304;
        resolve(new Response(hasBody ? Buffer.concat(pieces) : null, { status }));
      });
    });
    asked.end();
  });
}
