import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Certificate, Certificates } from './certificates.ts';
import { listenLocally } from './listen-locally.ts';

/** One request as the stub saw it. */
export interface HttpsRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Common name of the client's certificate; empty when it showed none. */
  readonly client: string;
}

export interface HttpsStub extends AsyncDisposable {
  /** `https://127.0.0.1:port`, without a slash at the end. */
  readonly origin: string;
  readonly port: number;
  readonly requests: HttpsRequest[];
}

export interface HttpsStubOptions {
  /** @defaultValue the one for localhost */
  readonly certificate?: Certificate;
  /** Refuse clients without a certificate of the authority. @defaultValue false: it is only asked for */
  readonly demandsClient?: boolean;
  readonly answer: (request: HttpsRequest, response: ServerResponse) => void;
}

/** A real TLS server with any answers. */
export async function startHttps(
  certificates: Certificates,
  { answer, certificate = certificates.server, demandsClient = false }: HttpsStubOptions,
): Promise<HttpsStub> {
  const requests: HttpsRequest[] = [];
  const { cert, key } = certificate;
  const server = createServer(
    { cert, key, ca: certificates.ca, requestCert: true, rejectUnauthorized: demandsClient },
    (incoming, response) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.once('end', () => {
        const { socket } = incoming;
        const subject: unknown =
          socket instanceof TLSSocket && socket.authorized ? socket.getPeerCertificate().subject.CN : '';
        const request = {
          method: incoming.method ?? '',
          url: new URL(incoming.url ?? '/', `https://127.0.0.1:${port}`),
          headers: incoming.headers,
          body: Buffer.concat(pieces).toString('utf8'),
          client: String(subject),
        };
        requests.push(request);
        answer(request, response);
      });
    },
  );
  const port = await listenLocally(server);
  return {
    origin: `https://127.0.0.1:${port}`,
    port,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
