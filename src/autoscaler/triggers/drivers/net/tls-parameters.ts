/** TLS parameters that many triggers share, as PEM texts; null or empty where not given. */
export interface TlsParameters {
  /** Trusted besides the authorities that are trusted anyway, as in KEDA. */
  readonly ca: string | null;
  /** Shown to the server, together with its key; one without the other is left out of account. */
  readonly cert: string | null;
  readonly key: string | null;
  readonly keyPassword: string | null;
  /** The manifest asks not to check the server's certificate. */
  readonly unsafeSsl: boolean;
}

/** Is there anything here that a plain TLS connection would not do? */
export function isPrivateTls({ ca, cert, key, unsafeSsl }: TlsParameters): boolean {
  return unsafeSsl || Boolean(ca) || Boolean(cert && key);
}
