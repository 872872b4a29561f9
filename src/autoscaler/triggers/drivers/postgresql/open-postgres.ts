import type { Options } from 'postgres';
import { numberOfFirstCell } from '../sql/number-of-cell.ts';
import type { ConnectionParts } from './connection-text.ts';
import { postgresTls } from './postgres-tls.ts';

/** One connection that answers a query with a number. */
export interface NumberQuery extends AsyncDisposable {
  /** @throws Error when the query fails or gives no number. */
  number(query: string): Promise<number>;
}

/** Connects and asks for a first answer. */
export async function openPostgres(parts: ConnectionParts, timeoutMs: number): Promise<NumberQuery> {
  const { default: postgres } = await import('postgres');
  const hosts = (parts['host'] ?? '127.0.0.1').split(',');
  const ports = (parts['port'] ?? '5432').split(',').map(Number);
  const options: Options<Record<string, never>> = {
    ...(parts['user'] === undefined ? {} : { username: parts['user'] }),
    ...(parts['password'] === undefined ? {} : { password: parts['password'] }),
    database: parts['dbname'] ?? parts['user'] ?? 'postgres',
    ssl: await postgresTls(parts, hosts),
    max: 1,
    connect_timeout: Math.max(1, Math.ceil(timeoutMs / 1000)),
    fetch_types: false,
    prepare: false,
    // Notices of the server are no answer.
    onnotice: () => {},
    connection: { application_name: parts['application_name'] ?? 'sluice' },
  };
  // Its types know one host only; the library takes lists, and tries one after another.
  const servers = { host: hosts, port: hosts.map((_host, index) => ports[index] ?? ports[0] ?? 5432) };
  const sql = postgres(Object.assign(options, servers));
  const close = (): Promise<void> => sql.end({ timeout: 0 });
  try {
    await sql.unsafe('SELECT 1').values();
  } catch (error) {
    await close();
    throw refusesTls(error) ? new Error('the server refuses TLS, which sslmode demands') : error;
  }
  return {
    number: async (query) => numberOfFirstCell(await sql.unsafe(query).values()),
    [Symbol.asyncDispose]: close,
  };
}

/** The library begins with TLS whatever the server said; a server without it hangs up. */
function refusesTls(error: unknown): boolean {
  return error instanceof Error && error.message.includes('before secure TLS connection');
}
