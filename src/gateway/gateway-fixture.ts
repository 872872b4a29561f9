import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type ClientHttp2Session,
  type Http2Server,
  type IncomingHttpHeaders as Http2Headers,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect, type Server as NetServer, type Socket } from 'node:net';
import type { ReplicaEndpoint } from '../contract/load.ts';
import type { Clock } from '../platform/clock.ts';
import { addressOf, listenOn } from '../platform/http-server.ts';
import { silentLogger } from '../platform/logger.ts';
import { createMetrics, type MetricsRegistry } from '../platform/metrics.ts';
import { systemClock } from '../platform/clock.ts';
import { createGateway, type Gateway } from './gateway.ts';
import type { GatewayOptions } from './gateway-options.ts';

/** For tests: a gateway and replicas on real sockets, closed in the order opened by `await using`. */
export interface TestReplica extends AsyncDisposable {
  readonly server: Server;
  readonly endpoint: ReplicaEndpoint;
}

async function listenAsReplica(
  server: NetServer,
  { path, ...rest }: Partial<ReplicaEndpoint> & { readonly path?: string },
): Promise<ReplicaEndpoint> {
  await listenOn(server, path === undefined ? { host: '127.0.0.1', port: 0 } : { path });
  return {
    id: 'replica-1',
    target: 'shop',
    address: addressOf(server),
    state: 'ready',
    slots: 1000,
    ...rest,
  };
}

export async function startReplica(
  handle: RequestListener,
  given: Partial<ReplicaEndpoint> & { readonly path?: string } = {},
): Promise<TestReplica> {
  const server = createServer(handle);
  const endpoint = await listenAsReplica(server, given);
  return {
    server,
    endpoint,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface TestHttp2Replica extends AsyncDisposable {
  readonly server: Http2Server;
  readonly endpoint: ReplicaEndpoint;
  readonly sessions: ReadonlySet<ServerHttp2Session>;
}

/** A replica that speaks HTTP/2 without TLS, and nothing else. */
export async function startHttp2Replica(
  handle: (stream: ServerHttp2Stream, headers: Http2Headers) => void,
  given: Partial<ReplicaEndpoint> & { readonly path?: string } = {},
): Promise<TestHttp2Replica> {
  const server = createHttp2Server();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: Http2Headers) => {
    stream.on('error', () => {});
    handle(stream, headers);
  });
  const endpoint = await listenAsReplica(server, given);
  return {
    server,
    sessions,
    endpoint,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

export interface TestGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly metrics: MetricsRegistry;
  readonly port: number;
  /** Value of one series; labels in full. 0 when there is none. */
  readonly metric: (name: string, labels: Readonly<Record<string, string>>) => number;
}

export async function startGateway(
  options: Partial<GatewayOptions> & { readonly clock?: Clock } = {},
  replicas: readonly ReplicaEndpoint[] = [],
): Promise<TestGateway> {
  const metrics = createMetrics({ job: 'sluice' });
  const gateway = await createGateway({
    listen: { host: '127.0.0.1', port: 0 },
    routes: [{ name: 'shop', target: 'shop', rules: [] }],
    metrics,
    clock: systemClock,
    logger: silentLogger,
    ...options,
  });
  gateway.setReplicas('shop', replicas);
  if (gateway.address.kind !== 'tcp') throw new Error('expected a port');
  return {
    gateway,
    metrics,
    port: gateway.address.port,
    metric: (name, labels) =>
      metrics
        .samples()
        .find(
          (sample) =>
            sample.name === name &&
            Object.entries({ job: 'sluice', ...labels }).every(
              ([key, value]) => sample.labels[key] === value,
            ),
        )?.value ?? 0,
    [Symbol.asyncDispose]: () => gateway.close(0),
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: Readonly<Record<string, string | undefined>>;
}

export interface Question {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** One request on its own connection. Rejects when the connection is cut. */
export function ask(port: number, question: Question = {}): Promise<Reply> {
  const { method = 'GET', path = '/', headers = {}, body, signal } = question;
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers, agent: false as const };
    const sent = request(signal ? { ...options, signal } : options, (received) => {
      const pieces: Buffer[] = [];
      received.on('data', (piece: Buffer) => pieces.push(piece));
      received.on('error', reject);
      received.on('end', () =>
        resolve({
          status: received.statusCode ?? 0,
          headers: received.headers,
          body: Buffer.concat(pieces).toString(),
          trailers: received.trailers,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A connection of HTTP/2 that is known beforehand, without TLS. */
export function openHttp2(port: number): ClientHttp2Session {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  return session;
}

/** One request over HTTP/2 without TLS. Rejects when the stream or the connection is cut. */
export async function askOverHttp2(to: number | ClientHttp2Session, question: Question = {}): Promise<Reply> {
  const { method = 'GET', path = '/', headers = {}, body, signal } = question;
  const session = typeof to === 'number' ? openHttp2(to) : to;
  const stream = session.request(
    { ...headers, ':method': method, ':path': path },
    { endStream: body === undefined, ...(signal ? { signal } : {}) },
  );
  if (body !== undefined) stream.end(body);
  try {
    return await new Promise((resolve, reject) => {
      const pieces: Buffer[] = [];
      let head: Http2Headers = {};
      let trailers: Http2Headers = {};
      stream.on('response', (received) => (head = received));
      stream.on('trailers', (received) => (trailers = received));
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('error', reject);
      stream.on('close', () => {
        if (head[':status'] === undefined || stream.rstCode !== 0) {
          reject(new Error(`the stream was reset: ${stream.rstCode}`));
          return;
        }
        const { ':status': status, ...headers } = head;
        resolve({
          status: Number(status),
          headers,
          body: Buffer.concat(pieces).toString(),
          trailers: Object.fromEntries(
            Object.entries(trailers).map(([name, value]) => [name, String(value)]),
          ),
        });
      });
    });
  } finally {
    if (typeof to === 'number') session.destroy();
  }
}

/** Sends raw bytes and collects what comes back until the other side closes. */
export function talk(
  port: number,
  bytes: string,
): { readonly socket: Socket; readonly answer: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
  return { socket, answer };
}

/** Lets sockets and promises do their work until `holds`; fails after five seconds. */
export async function until(holds: () => boolean, what = 'the condition'): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`${what} did not come true within 5 s`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
