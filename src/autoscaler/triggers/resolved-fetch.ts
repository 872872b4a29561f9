import { lookup } from 'node:dns';

/** @throws TypeError as `fetch` does, with the look-up's error as its cause. */
function resolveHost(hostname: string, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal?.reason as Error);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    lookup(hostname.replace(/^\[|\]$/g, ''), (error) => {
      signal?.removeEventListener('abort', onAbort);
      if (error) reject(new TypeError('fetch failed', { cause: error }));
      else resolve();
    });
  });
}

/**
 * `fetch`, after the host's name was looked up. Node loads its fetch on the first call and keeps it: 13 MB. The manifest
 * everything starts from names a Prometheus in cluster DNS, and on a laptop that look-up is all that is ever needed.
 */
export const resolvedFetch: typeof fetch = async (input, init) => {
  if (typeof input === 'string' || input instanceof URL)
    await resolveHost(new URL(input).hostname, init?.signal);
  return fetch(input, init);
};
