import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { AppError } from '../../contract/app-error.ts';
import { useGrpcConnection, type GrpcPlace } from './grpc-connection.ts';
import { createFrameReader, frame, grpcStatus } from './grpc-frames.ts';

export interface GrpcClientOptions extends GrpcPlace {
  /** Who is asked, for messages: `The external scaler at scaler:9090`. */
  readonly what: string;
  /** `/package.Service/`. */
  readonly service: string;
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Calls one gRPC service, over a connection that is shared with whoever asks the same place. Connects on the first call
 * and again after the connection has ended.
 */
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
  const connection = useGrpcConnection({ address, tls });
  const streams = new Set<ClientHttp2Stream>();

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
      let opened: ClientHttp2Session;
      try {
        opened = connection.session();
      } catch (error) {
        reject(failure(method, null, '', error instanceof Error ? error : new Error(String(error))));
        return;
      }
      const stream = opened.request({
        ...ownHeaders,
        ':method': 'POST',
        ':path': `${service}${method}`,
        'content-type': 'application/grpc+proto',
        te: 'trailers',
      });
      streams.add(stream);
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
        streams.delete(stream);
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
      for (const stream of streams) stream.destroy();
      connection[Symbol.dispose]();
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
