import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { pemOfFile } from '../net/pem-of-file.ts';
import type { ConnectionParts } from './connection-text.ts';

/** What the library takes: no TLS, TLS where the server has it, or TLS by these options. */
export type PostgresTls = false | 'prefer' | ConnectionOptions;

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/**
 * TLS of a connection text, as libpq and Go's drivers read it: `require` checks nothing, unless `sslrootcert` names an
 * authority; `verify-ca` checks who signed the certificate, `verify-full` its name as well. `allow` is taken as `prefer`.
 *
 * @throws Error for another mode, for half of a client certificate, and for files that cannot be read.
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html
 */
export async function postgresTls(parts: ConnectionParts, hosts: readonly string[]): Promise<PostgresTls> {
  const mode = parts['sslmode'] || 'prefer';
  if (!modes.includes(mode)) {
    throw new Error(
      `sslmode: expected disable, allow, prefer, require, verify-ca or verify-full, received "${mode}"`,
    );
  }
  if (mode === 'disable') return false;
  if (mode === 'allow' || mode === 'prefer') return 'prefer';
  if (Boolean(parts['sslcert']) !== Boolean(parts['sslkey'])) {
    throw new Error('sslcert and sslkey must be given together');
  }
  const [ca, cert, key] = await Promise.all(
    ['sslrootcert', 'sslcert', 'sslkey'].map((name) => contentOf(name, parts[name])),
  );
  const checksSigner = mode !== 'require' || Boolean(ca);
  return {
    rejectUnauthorized: checksSigner,
    checkServerIdentity: mode === 'verify-full' ? identityCheck(hosts) : () => undefined,
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(parts['sslpassword'] ? { passphrase: parts['sslpassword'] } : {}),
  };
}

/**
 * The library does not say which server it has reached by an address: `node:tls` then asks for the name `localhost`.
 *
 * @returns a check that takes a certificate for any of the addresses instead.
 */
function identityCheck(hosts: readonly string[]): NonNullable<ConnectionOptions['checkServerIdentity']> {
  return (name: string, certificate: PeerCertificate) => {
    const addresses = hosts.filter((host) => isIP(host) !== 0);
    const candidates = hosts.includes(name) || addresses.length === 0 ? [name] : addresses;
    const problems = candidates.map((candidate) => checkServerIdentity(candidate, certificate));
    return problems.includes(undefined) ? undefined : problems[0];
  };
}

/** `system` are the authorities that are trusted anyway. */
async function contentOf(name: string, file: string | undefined): Promise<string | null> {
  return !file || file === 'system' ? null : pemOfFile(name, file);
}
