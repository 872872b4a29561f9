/** `name=value` pairs of a connection. */
export type ConnectionParts = Readonly<Record<string, string>>;

/**
 * Reads `host=… user='…'` or a `postgres://` URL.
 *
 * @throws Error that does not repeat the text, which may hold a password.
 */
export function parsePostgresConnection(text: string): ConnectionParts {
  if (/^postgres(?:ql)?:\/\//i.test(text)) return fromUrl(text);
  const parts: Record<string, string> = {};
  // A blank after the = belongs to it, unless what follows is the next pair: then the value is empty.
  const pair = /\s*(\w+)\s*=(?:\s*(?!\w+\s*=))?(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/y;
  while (pair.lastIndex < text.trimEnd().length) {
    const at = pair.lastIndex;
    const found = pair.exec(text);
    if (!found) throw new Error(`the connection text cannot be read from its character ${at + 1} on`);
    const [, name = '', quoted, plain = ''] = found;
    parts[name.toLowerCase()] = (quoted ?? plain).replace(/\\(.)/g, '$1');
  }
  return parts;
}

function fromUrl(text: string): ConnectionParts {
  // Several hosts with ports are no URL: they are taken out first.
  const [, before = '', hosts = '', rest = ''] = /^[a-z]+:\/\/(?:([^@/]*)@)?([^/?]*)(.*)$/i.exec(text) ?? [];
  const addresses = hosts.split(',').map((host) => /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host));
  if (addresses.some((address) => address === null)) throw new Error('the connection URL cannot be read');
  const [path = '', query = ''] = rest.split('?');
  const colon = before.indexOf(':');
  const user = colon < 0 ? before : before.slice(0, colon);
  const password = colon < 0 ? '' : before.slice(colon + 1);
  const parts: Record<string, string> = {
    host: addresses.map((address) => (address?.[1] ?? '').replace(/^\[(.*)\]$/, '$1')).join(','),
    port: addresses.map((address) => address?.[2] ?? '5432').join(','),
    ...Object.fromEntries(new URLSearchParams(query)),
  };
  if (user !== '') parts['user'] = decodeURIComponent(user);
  if (password !== '') parts['password'] = decodeURIComponent(password);
  if (path.length > 1) parts['dbname'] = decodeURIComponent(path.slice(1));
  return parts;
}
