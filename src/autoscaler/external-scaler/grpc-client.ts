import { connect, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { AppError } from '../../contract/app-error.ts';
import { createFrameReader, frame, grpcStatus } from './grpc-frames.ts';

/** Empty texts are not given. */
export interface GrpcTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly keyPassword?: string;
  /** Whose certificate is expected, where it is not the address's. */
  readonly serverName?: string;
  /** The manifest asks not to check the server's certificate. */
  readonly unsafeSsl: boolean;
}

export interface GrpcClientOptions {
  /** Who is asked, for messages: `The external scaler at scaler:9090`. */
  readonly what: string;
  /** `host:port`. */
  readonly address: string;
  /** `/package.Service/`. */
  readonly service: string;
  /** Null: plain HTTP/2. */
  readonly tls: GrpcTls | null;
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls one gRPC service. Connects on the first call and again after the connection has ended. */
export interface GrpcClient<Method extends string> extends AsyncDisposable {
  /** @throws AppError `unsupported` for a method the server does not have, `upstream-failed` for every other failure. */
  ask(method: Method, message: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  /** Calls `onMessage` until the server ends the stream or the signal aborts. @throws as `ask`. */
  listen(
    method: Method,
    message: Uint8Array,
    onMessage: (message: Uint8Array) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export function createGrpcClient<Method extends string>({
  address,
  headers: ownHeaders = {},
  service,
  tls,
  what,
}: GrpcClientOptions): GrpcClient<Method> {
  let session: ClientHttp2Session | null = null;

  const open = (): ClientHttp2Session => {
    if (session && !session.closed && !session.destroyed) return session;
    const secure = tls
      ? {
          rejectUnauthorized: !tls.unsafeSsl,
          ...(tls.ca ? { ca: tls.ca } : {}),
          ...(tls.cert ? { cert: tls.cert } : {}),
          ...(tls.key ? { key: tls.key } : {}),
          ...(tls.keyPassword ? { passphrase: tls.keyPassword } : {}),
          ...(tls.serverName ? { servername: tls.serverName } : {}),
        }
      : {};
    const opened = connect(`${tls ? 'https' : 'http'}://${address}`, secure);
    // Each call hears of it by itself.
    opened.on('error', () => {});
    opened.once('goaway', () => {
      if (session === opened) session = null;
    });
    opened.once('close', () => {
      if (session === opened) session = null;
    });
    // An idle connection does not keep the process alive; a call does.
    opened.unref();
    session = opened;
    return opened;
  };

  const call = (
    method: Method,
    message: Uint8Array,
    onMessage: (message: Uint8Array) => void,
    signal: AbortSignal,
  ): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new AppError('cancelled', `Asking ${address} was called off.`));
        return;
      }
      const opened = open();
      const stream: ClientHttp2Stream = opened.request({
        ...ownHeaders,
        ':method': 'POST',
        ':path': `${service}${method}`,
        'content-type': 'application/grpc+proto',
        te: 'trailers',
      });
      const read = createFrameReader();
      let status: number | null = null;
      let detail = '';
      let problem: Error | null = null;
      const abort = (): void => {
        stream.destroy();
      };
      const lost = (error: Error): void => {
        problem ??= error;
        stream.destroy();
      };
      opened.once('error', lost);
      signal.addEventListener('abort', abort, { once: true });
      const noteStatus = (headers: Readonly<Record<string, unknown>>): void => {
        const code = headers['grpc-status'];
        if (code !== undefined) status = Number(code);
        const text = headers['grpc-message'];
        if (typeof text === 'string') detail = decodeText(text);
      };
      stream.on('response', (headers) => {
        noteStatus(headers);
        const http = Number(headers[':status']);
        if (http !== 200) problem ??= new Error(`HTTP status ${http}`);
      });
      stream.on('trailers', noteStatus);
      stream.on('data', (piece: Buffer) => {
        try {
          for (const received of read(piece)) onMessage(received);
        } catch (error) {
          lost(error instanceof Error ? error : new Error(String(error)));
        }
      });
      stream.once('error', (error) => {
        problem ??= error;
      });
      stream.once('close', () => {
        opened.off('error', lost);
        signal.removeEventListener('abort', abort);
        if (signal.aborted) reject(new AppError('cancelled', `Asking ${address} was called off.`));
        else if (status === grpcStatus.ok && problem === null) resolve();
        else reject(failure(method, status, detail, problem));
      });
      stream.end(frame(message));
    });

  const failure = (
    method: string,
    status: number | null,
    detail: string,
    problem: Error | null,
  ): AppError => {
    const why =
      status !== null && status !== grpcStatus.ok
        ? `status ${status}${detail === '' ? '' : `: ${detail.slice(0, 200)}`}`
        : (problem?.message ?? 'the connection ended without a status');
    const isMissing = status === grpcStatus.unimplemented;
    return new AppError(
      isMissing ? 'unsupported' : 'upstream-failed',
      `${what} did not answer ${method}: ${why}`,
      problem === null ? {} : { cause: problem },
    );
  };

  return {
    ask: async (method, message, signal) => {
      const answers: Uint8Array[] = [];
      await call(method, message, (answer) => answers.push(answer), signal);
      const [answer] = answers;
      if (answer) return answer;
      throw failure(method, null, '', new Error('it answered without a message'));
    },
    listen: call,
    [Symbol.asyncDispose]: () => {
      session?.destroy();
      session = null;
      return Promise.resolve();
    },
  };
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoded by the rules: shown as it came.
    return text;
  }
}
