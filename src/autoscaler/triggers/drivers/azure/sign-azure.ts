import { createHmac } from 'node:crypto';

export interface AzureAccount {
  readonly name: string;
  /** Base64; empty where a shared access signature signs. */
  readonly key: string;
  /** `?`-less query of a shared access signature; empty where a key signs. */
  readonly signature: string;
  /** Without a slash at its end. */
  readonly queueEndpoint: string;
}

const developmentKey =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** A connection text of Azure Storage; null when its account, key or endpoint is missing. The development account is Azurite's. */
export function parseConnection(connection: string, endpointSuffix = ''): AzureAccount | null {
  const parts = new Map(
    connection.split(';').flatMap((part): readonly (readonly [string, string])[] => {
      const at = part.indexOf('=');
      return at < 1 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]];
    }),
  );
  if (parts.get('usedevelopmentstorage') === 'true') {
    return {
      name: 'devstoreaccount1',
      key: developmentKey,
      signature: '',
      queueEndpoint: 'http://127.0.0.1:10001/devstoreaccount1',
    };
  }
  const name = parts.get('accountname') ?? '';
  const key = parts.get('accountkey') ?? '';
  const signature = (parts.get('sharedaccesssignature') ?? '').replace(/^\?/, '');
  const suffix = parts.get('endpointsuffix') || endpointSuffix || 'core.windows.net';
  const written = parts.get('queueendpoint');
  const made =
    name === '' ? '' : `${parts.get('defaultendpointsprotocol') ?? 'https'}://${name}.queue.${suffix}`;
  const queueEndpoint = (written || made).replace(/\/+$/, '');
  if (!URL.canParse(queueEndpoint) || (signature === '' && (name === '' || key === ''))) return null;
  return { name, key, signature, queueEndpoint };
}

/**
 * Headers of a request without a body, signed with the account's key where there is one.
 *
 * @param time RFC 1123, in GMT.
 * @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
 */
export function signAzure(url: URL, account: AzureAccount, time: string): Record<string, string> {
  const headers: Record<string, string> = { 'x-ms-date': time, 'x-ms-version': '2021-08-06' };
  if (account.key === '') return headers;
  const named = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const query = [...url.searchParams]
    .map(([key, value]) => `\n${key.toLowerCase()}:${value}`)
    .toSorted()
    .join('');
  // GET, then eleven standard headers that are all empty.
  const text = `GET\n${'\n'.repeat(11)}${named.join('')}/${account.name}${url.pathname}${query}`;
  const signature = createHmac('sha256', Buffer.from(account.key, 'base64')).update(text).digest('base64');
  return { ...headers, authorization: `SharedKey ${account.name}:${signature}` };
}
