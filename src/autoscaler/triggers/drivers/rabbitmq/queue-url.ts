/** The path of the HTTP API before `/api`, and the virtual host, escaped; both begin with `/` or are empty. */
export interface QueuePlace {
  readonly path: string;
  readonly vhost: string;
}

/**
 * The last segment of the URL's path is the virtual host, unless it is named; none is `/`, the default one.
 *
 * @param rawPath the path as written, still escaped
 */
export function queuePlace(rawPath: string, vhostName: string): QueuePlace {
  const segments = rawPath.split('/');
  const last = segments.at(-1) ?? '';
  const before = segments.slice(0, -1).filter((segment) => segment !== '' && segment !== '.');
  const name = vhostName === '' ? last : vhostName;
  return {
    path: before.length === 0 ? '' : `/${before.join('/')}`,
    vhost: name === '' || name === '/' ? '/%2F' : `/${name}`,
  };
}

/** Beginning of a virtual host's queues. */
export interface QueueRequest {
  /** `http://host:port`, without user and path. */
  readonly origin: string;
  readonly place: QueuePlace;
  /** A name, or a regular expression with `regex`. */
  readonly queueName: string;
  /** One page of all queues whose names match. */
  readonly regex: { readonly pageSize: number } | null;
}

/** @see https://www.rabbitmq.com/docs/management#http-api */
export function queueUrl({ origin, place, queueName, regex }: QueueRequest): string {
  const queues = `${origin}${place.path}/api/queues${place.vhost}`;
  const name = encodeURIComponent(queueName);
  return regex
    ? `${queues}?page=1&use_regex=true&pagination=false&name=${name}&page_size=${regex.pageSize}`
    : `${queues}/${name}`;
}
