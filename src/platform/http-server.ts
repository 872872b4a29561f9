import { HttpHeaders, readText, type HttpRequest, type HttpResponse } from './http-message.ts';
import { createServer, type Server } from 'node:http';
import type { Server as NetServer } from 'node:net';
import { AppError } from '../contract/app-error.ts';
import type { ReplicaAddress } from '../contract/load.ts';
import type { IncomingRequest, OutgoingAnswer } from './http-exchange.ts';
import { errorResponse } from './http-router.ts';
import { isAuthority } from './is-authority.ts';

/** HTTP as a function: testable without a socket. `signal` aborts when the client hangs up before the answer is complete. */
export type HttpHandler = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>;

export interface HttpServer extends AsyncDisposable {
  readonly address: ReplicaAddress;
  /** Refuses new connections, lets running answers end, then closes. After `graceMs` the rest is cut off. */
  close(graceMs: number): Promise<void>;
}

/** Where to listen: port 0 takes a free one. */
export type ListenOptions = { readonly host: string; readonly port: number } | { readonly path: string };

/** Serves `handle` with node:http; bodies stream both ways. @throws AppError `conflict` when the port is taken. */
export async function serveHttp(listen: ListenOptions, handle: HttpHandler): Promise<HttpServer> {
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing, handle));
  // A held request or a long answer is not a stuck client: deadlines belong to the gateway.
  server.requestTimeout = 0;
  await listenOn(server, listen);
  const close = (graceMs: number): Promise<void> => closeServer(server, graceMs);
  return { address: addressOf(server), close, [Symbol.asyncDispose]: () => close(0) };
}

/** Starts listening. @throws AppError `conflict` with the port in its message when it is taken. */
export function listenOn(server: NetServer, listen: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = 'path' in listen ? listen.path : `${listen.host}:${listen.port}`;
      if (error.code === 'EADDRINUSE') {
        reject(
          new AppError(
            'conflict',
            `${where} is in use by another program. Stop it, or choose another port (--port or --admin-port; 0 takes any free one).`,
            { cause: error },
          ),
        );
      } else {
        reject(new AppError('unavailable', `Cannot listen on ${where}: ${error.message}`, { cause: error }));
      }
    });
    server.listen(listen, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

export function addressOf(server: NetServer): ReplicaAddress {
  const address = server.address();
  if (typeof address === 'string') return { kind: 'unix', path: address };
  if (!address) throw new AppError('internal', 'The server is not listening.');
  return { kind: 'tcp', host: address.address, port: address.port };
}

/** Stops accepting, waits for answers under way at most `graceMs`, then cuts what is left. */
export function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = AbortSignal.timeout(Math.max(1, graceMs));
    const cut = (): void => server.closeAllConnections();
    timer.addEventListener('abort', cut, { once: true });
    server.close(() => {
      timer.removeEventListener('abort', cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Answers one exchange with `handle`. Never rejects: a failing handler becomes an error body, a failing body a cut connection. */
export async function answer(
  incoming: IncomingRequest,
  outgoing: OutgoingAnswer,
  handle: HttpHandler,
): Promise<void> {
  const aborted = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) aborted.abort(new AppError('cancelled', 'The client hung up.'));
  });
  let response: HttpResponse;
  try {
    response = await handle(toRequest(incoming), aborted.signal);
  } catch (error) {
    response = errorResponse(AppError.from(error));
  }
  try {
    await send(response, outgoing, incoming.method === 'HEAD');
  } catch {
    // The body failed after the head was sent: cutting the connection is the only way left to say so.
    outgoing.destroy();
  }
}

function toRequest(incoming: IncomingRequest): HttpRequest {
  const headers = new HttpHeaders();
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '');
  }
  const method = incoming.method ?? 'GET';
  const {
    headers: { host = 'localhost' },
    url: asked = '/',
  } = incoming;
  // The absolute form names the host itself (RFC 9112, 3.2.2).
  const url = asked.startsWith('/') ? `http://${host}${asked}` : asked;
  if (!isAuthority(host) || !URL.canParse(url)) {
    throw new AppError('invalid-argument', `The request line names no valid URL: ${url}`);
  }
  const body = method === 'GET' || method === 'HEAD' ? null : incoming;
  return { method, url, headers, body, text: () => readText(body) };
}

async function send(response: HttpResponse, outgoing: OutgoingAnswer, headOnly: boolean): Promise<void> {
  const { content } = response;
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
  if (content === null || headOnly) {
    outgoing.end();
    return;
  }
  if (typeof content === 'string' || content instanceof Uint8Array) {
    outgoing.end(content);
    return;
  }
  outgoing.flushHeaders();
  for await (const piece of content) {
    if (outgoing.destroyed) break;
    if (!outgoing.write(piece)) await drained(outgoing);
  }
  outgoing.end();
}

function drained(outgoing: OutgoingAnswer): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done);
      outgoing.off('close', done);
      resolve();
    };
    outgoing.once('drain', done);
    outgoing.once('close', done);
  });
}
