import { lookup } from 'node:dns';

/** Asks the machine whether a name leads anywhere. @throws the look-up's error, or the signal's reason. */
export function resolveHost(hostname: string, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal?.reason as Error);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    lookup(hostname.replace(/^\[|\]$/g, ''), (error) => {
      signal?.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve();
    });
  });
}

const unresolved = new Set(['ENOTFOUND', 'EAI_AGAIN']);

/**
 * Does an error say that there is nobody of that name, as with a cluster's names outside of it? Looks through the causes:
 * `fetch` wraps what `node:https` says outright.
 */
export function isUnresolved(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && unresolved.has(String(error.code))) || isUnresolved(error.cause);
}
