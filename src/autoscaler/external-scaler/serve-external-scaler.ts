import {
  constants,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { AppError, type ErrorCode } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { ExternalScalerService } from './external-scaler-service.ts';
import { createFrameReader, frame, grpcStatus } from './grpc-frames.ts';
import type { ServerTls } from './read-server-tls.ts';
import {
  decodeMetricsRequest,
  decodeRef,
  encodeIsActive,
  encodeMetricSpecs,
  encodeMetricValues,
  servicePath,
  type ScaledObjectRef,
} from './messages.ts';

export interface ServeExternalScalerOptions {
  readonly service: ExternalScalerService;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two messages of `StreamIsActive` while nothing changes. @defaultValue 200 */
  readonly streamEveryMs?: number;
  /** @defaultValue null, plain HTTP/2 */
  readonly tls?: ServerTls | null;
}

export interface ExternalScalerServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Another certificate for connections from now on; a server without TLS stays without. */
  readonly useTls: (tls: ServerTls) => void;
}

const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  'invalid-argument': grpcStatus.invalidArgument,
  'not-found': grpcStatus.notFound,
  'too-large': grpcStatus.resourceExhausted,
  unsupported: grpcStatus.unimplemented,
  unavailable: grpcStatus.unavailable,
};

/**
 * KEDA's gRPC contract for external scalers, served in plain HTTP/2, as KEDA calls it by itself, or over TLS
 * (`enableTLS`).
 * `StreamIsActive` says at once that there is work; only KEDA's polls find out that there is none.
 *
 * @throws AppError `unavailable` when the port is taken.
 */
export async function serveExternalScaler(
  options: ServeExternalScalerOptions,
): Promise<ExternalScalerServer> {
  const { clock, logger, service } = options;
  const everyMs = options.streamEveryMs ?? 200;
  const sockets = new Set<Socket>();

  const stream = (
    call: ServerHttp2Stream,
    state: () => Uint8Array,
    isUrgent: (now: Uint8Array) => boolean,
  ): void => {
    const over = new AbortController();
    let sent: Uint8Array | null = null;
    const send = (): void => {
      // A reader that has stopped reading is sent no more until it goes on.
      if (over.signal.aborted || call.writableLength > 65_536) return;
      try {
        sent = state();
        call.write(frame(sent));
      } catch (error) {
        over.abort();
        fail(call, error);
      }
    };
    const changed = (): void => {
      if (over.signal.aborted) return;
      try {
        const now = state();
        if (isUrgent(now) && (sent === null || !Buffer.from(sent).equals(now))) send();
      } catch (error) {
        over.abort();
        fail(call, error);
      }
    };
    const stop = service.onChange(changed);
    call.once('close', () => {
      over.abort();
      stop();
    });
    send();
    const repeat = async (): Promise<void> => {
      while (!over.signal.aborted) {
        await clock.sleep(everyMs, over.signal);
        send();
      }
    };
    repeat().catch(() => {
      // The call is over.
    });
  };

  const answer = (call: ServerHttp2Stream, path: string, message: Uint8Array): void => {
    const refOf = (): ScaledObjectRef => decodeRef(message);
    switch (path.slice(servicePath.length)) {
      case 'IsActive':
        reply(call, encodeIsActive(service.isActive(refOf())));
        return;
      case 'GetMetricSpec':
        reply(call, encodeMetricSpecs(service.metricSpecs(refOf())));
        return;
      case 'GetMetrics': {
        const { metricName, ref } = decodeMetricsRequest(message);
        reply(call, encodeMetricValues(service.metricValues(ref, metricName)));
        return;
      }
      case 'StreamIsActive': {
        const ref = refOf();
        // Asked before the headers: what cannot be answered has a status of its own.
        service.isActive(ref);
        openAnswer(call);
        // Work is told of at once, its end on the next round.
        stream(
          call,
          () => encodeIsActive(service.isActive(ref)),
          (now) => now.length > 0,
        );
        return;
      }
      case 'StreamMetricSpec': {
        const ref = refOf();
        const specs = encodeMetricSpecs(service.metricSpecs(ref));
        // Targets are part of the trigger's metadata: what was said at first stays true while the stream lasts.
        openAnswer(call);
        call.write(frame(specs));
        return;
      }
      default:
        throw new AppError('unsupported', `There is no method ${path}.`);
    }
  };

  const server = createHttp2Server(options.tls ?? null);
  // Whoever has not finished its handshake is among them.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', (error: Error) =>
    logger.debug({ event: 'external-scaler-connection-failed', error }),
  );
  server.on('sessionError', (error) => logger.debug({ event: 'external-scaler-connection-failed', error }));
  server.on('stream', (call: ServerHttp2Stream, headers) => {
    const path = headers[':path'] ?? '';
    const read = createFrameReader();
    let isAnswered = false;
    call.on('error', (error) => logger.debug({ event: 'external-scaler-call-failed', path, error }));
    call.on('data', (piece: Buffer) => {
      try {
        const [message] = read(piece);
        if (isAnswered || message === undefined) return;
        isAnswered = true;
        answer(call, path, message);
      } catch (error) {
        isAnswered = true;
        fail(call, error);
      }
    });
    call.once('end', () => {
      if (!isAnswered && !call.destroyed)
        fail(call, new AppError('invalid-argument', 'The call had no message.'));
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new AppError(
          'unavailable',
          `The external scaler cannot listen on ${options.host}:${options.port}: ${cause.message}`,
          { cause },
        ),
      );
    });
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  logger.info({ event: 'external-scaler-listening', host: options.host, port, tls: Boolean(options.tls) });
  return {
    host: options.host,
    port,
    useTls: (tls) => {
      if ('setSecureContext' in server) server.setSecureContext(contextOf(tls));
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Streams last for ever; KEDA connects to the next one by itself.
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function createHttp2Server(tls: ServerTls | null): Http2Server | Http2SecureServer {
  if (!tls) return createServer({ maxSessionMemory: 10 });
  return createSecureServer({
    ...contextOf(tls),
    maxSessionMemory: 10,
    ...(tls.clientCa === null ? {} : { requestCert: true, rejectUnauthorized: true }),
  });
}

const contextOf = ({ cert, clientCa, key }: ServerTls): SecureContextOptions => ({
  cert,
  key,
  ...(clientCa === null ? {} : { ca: clientCa }),
});

/** Headers of an answer that goes well; its status follows the last message. */
function openAnswer(call: ServerHttp2Stream): void {
  call.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
  call.once('wantTrailers', () => call.sendTrailers({ 'grpc-status': String(grpcStatus.ok) }));
}

function reply(call: ServerHttp2Stream, message: Uint8Array): void {
  openAnswer(call);
  call.end(frame(message));
}

function fail(call: ServerHttp2Stream, thrown: unknown): void {
  if (call.destroyed || call.closed) return;
  const error =
    thrown instanceof RangeError
      ? new AppError('invalid-argument', `The message cannot be read: ${thrown.message}.`)
      : AppError.from(thrown);
  if (call.headersSent) {
    call.close(constants.NGHTTP2_INTERNAL_ERROR);
    return;
  }
  call.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc+proto',
      'grpc-status': String(statusOf[error.code] ?? grpcStatus.internal),
      'grpc-message': encodeURIComponent(error.message),
    },
    { endStream: true },
  );
}
