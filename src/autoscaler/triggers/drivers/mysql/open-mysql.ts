import { isIP } from 'node:net';
import { checkServerIdentity, TLSSocket } from 'node:tls';
import type { Connection } from 'mysql2/promise';
import { numberOfFirstCell } from '../sql/number-of-cell.ts';
import type { MysqlPlace } from './connection-text.ts';

/** One connection that answers a query with a number. */
export interface NumberQuery extends AsyncDisposable {
  /** @throws Error when the query fails or gives no number. */
  number(query: string): Promise<number>;
}

/** Connects. @throws Error, also when the certificate is not that of the host. */
export async function openMysql(place: MysqlPlace, timeoutMs: number): Promise<NumberQuery> {
  const connection = await connect(place, timeoutMs);
  // The next question meets the closed connection and reports it; without a listener it would end the process.
  connection.on('error', () => {});
  return {
    number: async (query) => {
      const [rows] = await connection.query(query);
      return numberOfFirstCell(Array.isArray(rows) ? rows.filter((row) => Array.isArray(row)) : []);
    },
    [Symbol.asyncDispose]: () => {
      connection.destroy();
      return Promise.resolve();
    },
  };
}

async function connect(place: MysqlPlace, timeoutMs: number): Promise<Connection> {
  // The default export: in a bundle the names of a CommonJS module are found there only.
  const { default: mysql } = await import('mysql2/promise');
  const isChecked = place.tls === 'true';
  // The library checks names; of a server at an address it would ask for the name `localhost`.
  const hasAddress = !place.socket && isIP(place.host) !== 0;
  const create = (hasTls: boolean): Promise<Connection> =>
    mysql.createConnection({
      ...(place.socket ? { socketPath: place.host } : { host: place.host, port: place.port }),
      user: place.user,
      password: place.password,
      ...(place.database === '' ? {} : { database: place.database }),
      ...(hasTls ? { ssl: { rejectUnauthorized: isChecked, verifyIdentity: isChecked && !hasAddress } } : {}),
      connectTimeout: timeoutMs,
      // Numbers that JavaScript cannot hold, and dates, come as text.
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      rowsAsArray: true,
    });
  let connection: Connection;
  try {
    connection = await create(place.tls !== 'false');
  } catch (error) {
    const refusesTls = error instanceof Error && 'code' in error && error.code === 'HANDSHAKE_NO_SSL_SUPPORT';
    if (place.tls !== 'preferred' || !refusesTls) throw error;
    return create(false);
  }
  const problem = isChecked && hasAddress ? addressProblem(connection, place.host) : undefined;
  if (problem === undefined) return connection;
  connection.destroy();
  throw problem;
}

/** Is the certificate that of another server than the one at this address? */
function addressProblem(connection: Connection, address: string): Error | undefined {
  const inner: unknown = 'connection' in connection ? connection.connection : null;
  const socket: unknown =
    typeof inner === 'object' && inner !== null && 'stream' in inner ? inner.stream : null;
  return socket instanceof TLSSocket
    ? checkServerIdentity(address, socket.getPeerCertificate())
    : new Error('the connection is not encrypted');
}
