import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import type { Options } from 'postgres';
import { numberOfFirstCell } from '../sql/number-of-cell.ts';
import type { ConnectionParts } from './connection-text.ts';

/** One connection that answers a query with a number. */
export interface NumberQuery extends AsyncDisposable {
  /** @throws Error when the query fails or gives no number. */
  number(query: string): Promise<number>;
}

type Ssl = 'allow' | 'prefer' | boolean | ConnectionOptions;

/** Connects and asks for a first answer. */
export async function openPostgres(parts: ConnectionParts, timeoutMs: number): Promise<NumberQuery> {
  const { default: postgres } = await import('postgres');
  const hosts = (parts['host'] ?? '127.0.0.1').split(',');
  const ports = (parts['port'] ?? '5432').split(',').map(Number);
  const options: Options<Record<string, never>> = {
    ...(parts['user'] === undefined ? {} : { username: parts['user'] }),
    ...(parts['password'] === undefined ? {} : { password: parts['password'] }),
    database: parts['dbname'] ?? parts['user'] ?? 'postgres',
    ssl: await sslOf(parts),
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
    throw error;
  }
  return {
    number: async (query) => numberOfFirstCell(await sql.unsafe(query).values()),
    [Symbol.asyncDispose]: close,
  };
}

/** @see https://www.postgresql.org/docs/current/libpq-ssl.html */
async function sslOf(parts: ConnectionParts): Promise<Ssl> {
  const mode = parts['sslmode'] ?? 'prefer';
  if (mode === 'disable') return false;
  if (mode === 'allow' || mode === 'prefer') return mode;
  if (!['require', 'verify-ca', 'verify-full'].includes(mode)) {
    throw new Error(
      `sslmode: expected disable, allow, prefer, require, verify-ca or verify-full, received "${mode}"`,
    );
  }
  const options: ConnectionOptions = { rejectUnauthorized: mode !== 'require' };
  if (mode === 'verify-ca') options.checkServerIdentity = () => undefined;
  const [ca, cert, key] = await Promise.all(
    ['sslrootcert', 'sslcert', 'sslkey'].map(async (name) => {
      const file = parts[name];
      return file === undefined || file === 'system' ? null : await readFile(file, 'utf8');
    }),
  );
  return { ...options, ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}
