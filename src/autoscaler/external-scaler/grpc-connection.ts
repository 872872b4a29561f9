import { createHash } from 'node:crypto';
import { connect, type ClientHttp2Session } from 'node:http2';
import { tlsOptions } from '../triggers/drivers/net/tls-options.ts';
import { isPrivateTls, type TlsParameters } from '../triggers/drivers/net/tls-parameters.ts';

export interface GrpcTls extends TlsParameters {
  /** Whose certificate is expected, where it is not the address's; empty: the address's. */
  readonly serverName?: string;
}

export interface GrpcPlace {
  /** `host:port`. */
  readonly address: string;
  /** Null: plain HTTP/2. */
  readonly tls: GrpcTls | null;
}

/** One user's hold on a connection that several may share. */
export interface GrpcConnection extends Disposable {
  /** The connection, opened when first needed and again after it has ended. @throws Error when the certificate and its key are of no use. */
  session(): ClientHttp2Session;
}

interface Shared {
  users: number;
  session: ClientHttp2Session | null;
}

/** As KEDA's pool: one for the process, by address and TLS parameters. */
const pool = new Map<string, Shared>();

/** Connects on the first call; the last user to go closes the connection. */
export function useGrpcConnection(place: GrpcPlace): GrpcConnection {
  const key = keyOf(place);
  const shared = pool.get(key) ?? { users: 0, session: null };
  pool.set(key, shared);
  shared.users += 1;
  let isReleased = false;
  return {
    session: () => {
      const { session } = shared;
      if (session && !session.closed && !session.destroyed) return session;
      shared.session = open(place, (ended) => {
        if (shared.session === ended) shared.session = null;
      });
      return shared.session;
    },
    [Symbol.dispose]: () => {
      if (isReleased) return;
      isReleased = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      pool.delete(key);
      shared.session?.destroy();
      shared.session = null;
    },
  };
}

/** A digest: a private key is no name to keep in a table. */
function keyOf({ address, tls }: GrpcPlace): string {
  const parts = [address, tls && [tls.ca, tls.cert, tls.key, tls.keyPassword, tls.serverName, tls.unsafeSsl]];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

function open({ address, tls }: GrpcPlace, onEnd: (ended: ClientHttp2Session) => void): ClientHttp2Session {
  const session = connect(`${tls ? 'https' : 'http'}://${address}`, {
    ...(tls && isPrivateTls(tls) ? tlsOptions(tls) : {}),
    ...(tls?.serverName ? { servername: tls.serverName } : {}),
  });
  // Each call hears of it by itself.
  session.on('error', () => {});
  session.once('goaway', () => onEnd(session));
  session.once('close', () => onEnd(session));
  // An idle connection does not keep the process alive; a call does.
  session.unref();
  return session;
}
