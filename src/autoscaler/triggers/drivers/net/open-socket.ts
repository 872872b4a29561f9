import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { tlsOptions } from './tls-options.ts';
import type { TlsParameters } from './tls-parameters.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `[v6]:port`, `:port` (this machine) or a bare host. Null when the port is none. */
export function parseAddress(text: string, defaultPort: number): Address | null {
  const [, bracketed, plain = '', portText] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text.trim()) ?? [];
  const port = portText === undefined ? defaultPort : Number(portText);
  if (bracketed === undefined && plain === '' && portText === undefined) return null;
  return port > 0 && port < 65_536 ? { host: bracketed ?? (plain || '127.0.0.1'), port } : null;
}

/** @param tls null for plain TCP. Resolves when connected and, with TLS, when the certificate has been accepted. */
export function openSocket(
  { host, port }: Address,
  tls: TlsParameters | null,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = tls
      ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...tlsOptions(tls) })
      : connectPlain({ host, port, noDelay: true });
    const abort = (): void => {
      socket.destroy();
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      reject(error);
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
      // Whoever reads hears of errors by `close`; an error event without a listener would end the process.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}
