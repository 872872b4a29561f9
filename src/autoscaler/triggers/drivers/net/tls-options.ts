import {
  createSecureContext,
  getCACertificates,
  type ConnectionOptions,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls';
import type { TlsParameters } from './tls-parameters.ts';

/** Reading all trusted authorities takes 15 ms: once for each trigger, not for each question. */
const contexts = new WeakMap<TlsParameters, SecureContext>();

/**
 * Options of a connection, for `node:tls` and everything above it.
 *
 * @throws Error when the certificate and its key cannot be read or do not belong together; without a word of either.
 */
export function tlsOptions(
  tls: TlsParameters,
): Pick<ConnectionOptions, 'rejectUnauthorized' | 'secureContext'> {
  let secureContext = contexts.get(tls);
  if (!secureContext) {
    secureContext = createContext(tls);
    contexts.set(tls, secureContext);
  }
  return { rejectUnauthorized: !tls.unsafeSsl, secureContext };
}

function createContext({ ca, cert, key, keyPassword }: TlsParameters): SecureContext {
  const options: SecureContextOptions = {
    ...(ca ? { ca: [...getCACertificates('default'), ca] } : {}),
    ...(cert && key ? { cert, key } : {}),
    ...(cert && key && keyPassword ? { passphrase: keyPassword } : {}),
  };
  try {
    return createSecureContext(options);
  } catch (error) {
    // oxlint-disable-next-line preserve-caught-error -- a cause would be shown instead of this sentence
    throw new Error(
      `expected a certificate with its key, both as PEM, received what OpenSSL cannot use (${reasonOfOpenSsl(error)})`,
    );
  }
}

/** `error:0480006C:PEM routines::no start line` -> `no start line`. Its messages name no contents. */
function reasonOfOpenSsl(error: unknown): string {
  return error instanceof Error ? (error.message.split(':').at(-1)?.trim() ?? error.message) : String(error);
}
