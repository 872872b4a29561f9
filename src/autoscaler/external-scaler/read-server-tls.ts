import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { AppError } from '../../contract/app-error.ts';

/** What a TLS server shows and whom it lets in, as PEM. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** Clients must show a certificate of this authority; null: anybody may call. */
  readonly clientCa: string | null;
}

/** A file with the configuration key that names it. */
interface NamedFile {
  readonly key: string;
  readonly file: string | null;
}

/**
 * Reads and checks a server's certificate, its key and the authority of its clients.
 *
 * @returns null without certificate and key.
 * @throws AppError `invalid-argument` naming the configuration key and the file: one without the other, unreadable, no
 * PEM, or not belonging together.
 */
export async function readServerTls(
  cert: NamedFile,
  key: NamedFile,
  clientCa: NamedFile,
): Promise<ServerTls | null> {
  if ((cert.file === null) !== (key.file === null)) {
    const [missing, given] = cert.file === null ? [cert, key] : [key, cert];
    throw problem(missing.key, `expected a file, as ${given.key} is given, received nothing`);
  }
  if (cert.file === null || key.file === null) {
    if (clientCa.file === null) return null;
    throw problem(clientCa.key, `clients show certificates only over TLS: ${cert.key} is needed as well`);
  }
  const [certText, keyText, caText] = await Promise.all([read(cert), read(key), read(clientCa)]);
  for (const [named, text] of [
    [cert, certText],
    [clientCa, caText],
  ] as const) {
    if (named.file !== null && !isCertificate(text)) {
      throw problem(named.key, `expected a certificate as PEM, ${named.file} holds none`);
    }
  }
  try {
    createSecureContext({ cert: certText, key: keyText });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(':').at(-1)?.trim() : String(error);
    throw problem(
      key.key,
      `expected the key of the certificate in ${cert.file}, as PEM and without a password; ${key.file} is none (${reason})`,
    );
  }
  return { cert: certText, key: keyText, clientCa: clientCa.file === null ? null : caText };
}

async function read({ file, key }: NamedFile): Promise<string> {
  if (file === null) return '';
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw problem(key, `${file} cannot be read (${code})`);
  }
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    // The caller says so.
    return false;
  }
}

const problem = (key: string, what: string): AppError =>
  new AppError('invalid-argument', `${key}: ${what}.`, { param: key });
