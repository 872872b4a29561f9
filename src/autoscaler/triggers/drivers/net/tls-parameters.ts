import type { ConnectionOptions } from 'node:tls';

/** TLS parameters that many triggers share, as PEM texts; null or empty where not given. */
export interface TlsParameters {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly keyPassword: string | null;
  /** The manifest asks not to check the server's certificate. */
  readonly unsafeSsl: boolean;
}

export function tlsOptions({ ca, cert, key, keyPassword, unsafeSsl }: TlsParameters): ConnectionOptions {
  return {
    rejectUnauthorized: !unsafeSsl,
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(keyPassword ? { passphrase: keyPassword } : {}),
  };
}
