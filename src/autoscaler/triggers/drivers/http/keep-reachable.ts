import { keepConnection, type KeptConnection } from '../../kept-connection.ts';
import type { TlsParameters } from '../net/tls-parameters.ts';
import { askText } from './ask-text.ts';

export interface KeepReachableOptions {
  /** For messages: `CouchDB at http://couchdb:5984`. Without secrets. */
  readonly what: string;
  /** At least one; the first that answers will do. */
  readonly addresses: readonly URL[];
  readonly tls: TlsParameters | null;
  readonly fetch: typeof fetch;
}

const pingTimeoutMs = 3000;
/** What is asked has time-outs of its own. */
const askTimeoutMs = 30_000;

/**
 * For types that KEDA pings while it builds their scalers, though they speak HTTP: after an error the server is pinged
 * before it is asked again, and one that is not there is an error of connecting. Any answer will do, a refusal too.
 */
export function keepReachable(options: KeepReachableOptions): KeptConnection<AsyncDisposable> {
  const { addresses, fetch, tls, what } = options;
  return keepConnection({
    what,
    open: async (signal) => {
      let last: unknown = new Error('no address is given');
      for (const url of addresses) {
        try {
          const question = { what, url, tls, timeoutMs: pingTimeoutMs, accepts: () => true, fetch };
          await askText(question, signal);
          return { [Symbol.asyncDispose]: () => Promise.resolve() };
        } catch (error) {
          if (signal.aborted) throw error;
          last = error;
        }
      }
      throw last;
    },
    openTimeoutMs: pingTimeoutMs * addresses.length,
    askTimeoutMs,
    secrets: [],
  });
}
