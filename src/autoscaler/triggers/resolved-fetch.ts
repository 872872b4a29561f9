import { resolveHost } from './resolve-host.ts';

/**
 * `fetch`, after the host's name was looked up. Node loads its fetch on the first call and keeps it: 13 MB. The manifest
 * everything starts from names a Prometheus in cluster DNS, and on a laptop that look-up is all that is ever needed.
 *
 * @throws TypeError as `fetch` does, with the look-up's error as its cause.
 */
export const resolvedFetch: typeof fetch = async (input, init) => {
  if (typeof input === 'string' || input instanceof URL) {
    try {
      await resolveHost(new URL(input).hostname, init?.signal);
    } catch (cause) {
      if (init?.signal?.aborted) throw cause;
      throw new TypeError('fetch failed', { cause });
    }
  }
  return fetch(input, init);
};
