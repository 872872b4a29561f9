/** Where a MySQL is and who asks it. */
export interface MysqlPlace {
  /** A path when `socket` is true. */
  readonly host: string;
  readonly port: number;
  readonly socket: boolean;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: MysqlTls;
}

/** `skip-verify` checks nothing, `preferred` does without where the server has no TLS, `true` checks the name as well. */
export type MysqlTls = 'false' | 'true' | 'skip-verify' | 'preferred';

/** As Go reads truth. @returns null for the name of a configuration, which nobody can have registered with KEDA. */
export function mysqlTls(text: string): MysqlTls | null {
  if (['1', 'true', 'TRUE', 'True'].includes(text)) return 'true';
  if (['0', 'false', 'FALSE', 'False'].includes(text)) return 'false';
  const lower = text.toLowerCase();
  return lower === 'skip-verify' || lower === 'preferred' ? lower : null;
}

const defaultPort = 3306;

/**
 * Reads a connection text in the notation of Go's driver: `user:password@tcp(host:port)/database?name=value`.
 *
 * @returns null when it is none, or `tls` is none of the four.
 * @see https://github.com/go-sql-driver/mysql#dsn-data-source-name
 */
export function parseMysqlConnection(text: string): MysqlPlace | null {
  // The last slash ends the address; a password may hold one, and the last @ before it ends the password.
  const slash = text.lastIndexOf('/');
  if (slash < 0) return null;
  const before = text.slice(0, slash);
  const [database = '', query = ''] = text.slice(slash + 1).split('?');
  const at = before.lastIndexOf('@');
  const login = at < 0 ? '' : before.slice(0, at);
  const colon = login.indexOf(':');
  const [, network = 'tcp', address = ''] = /^(\w*)(?:\((.*)\))?$/.exec(before.slice(at + 1)) ?? [];
  if (network !== '' && network !== 'tcp' && network !== 'unix') return null;
  const tls = mysqlTls(new URLSearchParams(query).get('tls') ?? 'false');
  if (tls === null) return null;
  const base = {
    user: colon < 0 ? login : login.slice(0, colon),
    password: colon < 0 ? '' : login.slice(colon + 1),
    database: decodeURIComponent(database),
    tls,
  };
  if (network === 'unix') return { ...base, host: address, port: 0, socket: true };
  return { ...base, ...hostAndPort(address), socket: false };
}

/** Some write a URL where an address belongs. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const plain = address.replace(/^[a-z]+:\/\//i, '');
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(plain) ?? [];
  return {
    host: host.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: port === undefined ? defaultPort : Number(port),
  };
}
