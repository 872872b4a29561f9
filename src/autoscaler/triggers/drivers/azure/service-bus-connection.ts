import { createHmac } from 'node:crypto';

export interface ServiceBusConnection {
  /** Without a slash at its end. */
  readonly address: string;
  readonly keyName: string;
  readonly key: string;
  /** A token that was signed by somebody else; empty where the key signs. */
  readonly signature: string;
}

/** A connection text of Azure Service Bus; null when its endpoint or its key is missing. The emulator speaks plain HTTP. */
export function parseServiceBusConnection(connection: string): ServiceBusConnection | null {
  const parts = new Map(
    connection.split(';').flatMap((part): readonly (readonly [string, string])[] => {
      const at = part.indexOf('=');
      return at < 1 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]];
    }),
  );
  const scheme = parts.get('usedevelopmentemulator')?.toLowerCase() === 'true' ? 'http' : 'https';
  const host = /^(?:[a-z]+:\/\/)?([^/]+)\/?$/i.exec(parts.get('endpoint') ?? '')?.[1] ?? '';
  const address = `${scheme}://${host}`;
  const keyName = parts.get('sharedaccesskeyname') ?? '';
  const key = parts.get('sharedaccesskey') ?? '';
  const signature = parts.get('sharedaccesssignature') ?? '';
  const isSigned = signature !== '' || (keyName !== '' && key !== '');
  return URL.canParse(address) && isSigned ? { address, keyName, key, signature } : null;
}

/**
 * What lets a request in.
 *
 * @param expires in seconds since 1970.
 * @see https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas
 */
export function serviceBusToken(url: URL, connection: ServiceBusConnection, expires: number): string {
  const { key, keyName, signature } = connection;
  if (signature !== '') return signature;
  const resource = encodeURIComponent(url.href).toLowerCase();
  const signed = createHmac('sha256', key).update(`${resource}\n${expires}`).digest('base64');
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signed)}&se=${expires}&skn=${encodeURIComponent(keyName)}`;
}
