import { resolveSrv, resolveTxt } from 'node:dns/promises';
import type { TriggerValues } from '../../catalogue/trigger-values.ts';
import { mongoTls } from './mongo-tls.ts';
import type { MongoPlace } from './open-mongo.ts';

/** The connection text: as given, or put together from its parts, with what is special in them escaped. */
export function connectionText(values: Pick<TriggerValues, 'has' | 'text'>): string {
  if (values.has('connectionString')) return values.text('connectionString');
  const [host, password, port, scheme, username] = ['host', 'password', 'port', 'scheme', 'username'].map(
    (name) => values.text(name),
  );
  const isSrv = scheme === 'mongodb+srv';
  const sign =
    username === '' ? '' : `${encodeURIComponent(username ?? '')}:${encodeURIComponent(password ?? '')}@`;
  return `${scheme || 'mongodb'}://${sign}${host ?? ''}${isSrv ? '' : `:${port ?? ''}`}/${values.text('dbName')}`;
}

/** A connection text in its parts; null when it is none. */
export function parseMongoUrl(text: string): {
  readonly isSrv: boolean;
  readonly hosts: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly options: ReadonlyMap<string, string>;
} | null {
  const [, scheme, sign = '', hosts = '', database = '', query = ''] =
    /^(mongodb(?:\+srv)?):\/\/(?:([^@/]*)@)?([^/?@]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(text) ?? [];
  if (scheme === undefined) return null;
  const at = sign.indexOf(':');
  const [username, password] = at < 0 ? [sign, ''] : [sign.slice(0, at), sign.slice(at + 1)];
  try {
    return {
      isSrv: scheme === 'mongodb+srv',
      hosts: hosts.split(','),
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: decodeURIComponent(database),
      options: new Map([...new URLSearchParams(query)].map(([key, value]) => [key.toLowerCase(), value])),
    };
  } catch {
    // A `%` that escapes nothing.
    return null;
  }
}

/** Where to connect; a name of `mongodb+srv` is looked up each time. */
export async function mongoPlace(text: string, values: TriggerValues): Promise<MongoPlace> {
  const url = parseMongoUrl(text);
  if (url === null) throw new TypeError('the connection text cannot be read');
  let { hosts, options } = url;
  const [name = ''] = hosts;
  if (url.isSrv) {
    hosts = (await resolveSrv(`_mongodb._tcp.${name}`)).map((record) => `${record.name}:${record.port}`);
    const texts = await resolveTxt(name).catch(() => []);
    const defaults = new URLSearchParams(texts.flat().join('&'));
    options = new Map([
      ...[...defaults].map(([key, value]) => [key.toLowerCase(), value] as const),
      ...options,
    ]);
  }
  const mechanism = options.get('authmechanism');
  return {
    hosts,
    tls: await mongoTls(values, options, url.isSrv),
    user:
      url.username === ''
        ? null
        : {
            username: url.username,
            password: url.password,
            source: options.get('authsource') || url.database || 'admin',
          },
    mechanism: mechanism === 'SCRAM-SHA-1' || mechanism === 'SCRAM-SHA-256' ? mechanism : null,
    direct: options.get('directconnection') === 'true',
  };
}
