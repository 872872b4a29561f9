import { openSocket, type Address } from '../net/open-socket.ts';
import type { TlsParameters } from '../net/tls-parameters.ts';
import { createRespReader, encodeCommand, isRespError, type RespValue } from './resp.ts';

/** What Redis answered when it refused. */
export class RedisError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RedisError';
  }
}

export interface RedisLogin {
  readonly username: string | null;
  readonly password: string | null;
  /** 0 needs no SELECT. */
  readonly databaseIndex: number;
  readonly tls: TlsParameters | null;
}

/** One connection to one server. Commands may be sent without waiting; answers come in their order. */
export interface RedisConnection extends AsyncDisposable {
  /** @throws RedisError when the server refuses, Error when the connection ends first. */
  send(...words: string[]): Promise<RespValue>;
}

/** Connects, signs in and chooses the database. */
export async function openRedisConnection(
  address: Address,
  login: RedisLogin,
  signal: AbortSignal,
): Promise<RedisConnection> {
  const socket = await openSocket(address, login.tls, signal);
  const read = createRespReader();
  const waiting: { readonly resolve: (value: RespValue) => void; readonly reject: (error: Error) => void }[] =
    [];
  let ended: Error | null = null;
  const end = (error: Error): void => {
    ended ??= error;
    socket.destroy();
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  socket.on('data', (piece: Buffer) => {
    try {
      for (const value of read(piece)) {
        const asked = waiting.shift();
        if (isRespError(value)) asked?.reject(new RedisError(value.error));
        else asked?.resolve(value);
      }
    } catch (error) {
      end(error instanceof Error ? error : new Error(String(error)));
    }
  });
  socket.once('close', () => end(new Error('the connection was closed')));

  const connection: RedisConnection = {
    send: (...words) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(ended);
          return;
        }
        waiting.push({ resolve, reject });
        socket.write(encodeCommand(words));
      }),
    [Symbol.asyncDispose]: () => {
      end(new Error('the connection was closed here'));
      return Promise.resolve();
    },
  };
  const abort = (): void => end(new Error('connecting was called off'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (login.password !== null) {
      await connection.send('AUTH', ...(login.username === null ? [] : [login.username]), login.password);
    }
    if (login.databaseIndex !== 0) await connection.send('SELECT', String(login.databaseIndex));
    await connection.send('PING');
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return connection;
}
