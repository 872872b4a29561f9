import { numberOfFirstCell } from '../sql/number-of-cell.ts';
import type { MysqlPlace } from './connection-text.ts';

/** One connection that answers a query with a number. */
export interface NumberQuery extends AsyncDisposable {
  /** @throws Error when the query fails or gives no number. */
  number(query: string): Promise<number>;
}

/** Connects and asks for a first answer. */
export async function openMysql(place: MysqlPlace, timeoutMs: number): Promise<NumberQuery> {
  // The default export: in a bundle the names of a CommonJS module are found there only.
  const { default: mysql } = await import('mysql2/promise');
  const tls = place.tls.toLowerCase();
  const connection = await mysql.createConnection({
    ...(place.socket ? { socketPath: place.host } : { host: place.host, port: place.port }),
    user: place.user,
    password: place.password,
    ...(place.database === '' ? {} : { database: place.database }),
    ...(tls === 'true' || tls === 'skip-verify' ? { ssl: { rejectUnauthorized: tls === 'true' } } : {}),
    connectTimeout: timeoutMs,
    // Numbers that JavaScript cannot hold, and dates, come as text.
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    rowsAsArray: true,
  });
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
