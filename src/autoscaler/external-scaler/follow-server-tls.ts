import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { ServerTls } from './read-server-tls.ts';

export interface FollowServerTlsOptions {
  /** What the server shows now. */
  readonly current: ServerTls;
  /** Reads the files again. @throws AppError when they are of no use; the server then goes on as it is. */
  readonly read: () => Promise<ServerTls | null>;
  readonly onChange: (tls: ServerTls) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Certificates are renewed long before they end: a minute is soon enough. */
const everyMs = 60_000;

/** Looks after the files of a server's certificate, which somebody renews while it runs. Disposing ends that. */
export function followServerTls(options: FollowServerTlsOptions): Disposable {
  const { clock, logger, onChange, read } = options;
  const over = new AbortController();
  let current = options.current;
  let told = '';

  const look = async (): Promise<void> => {
    try {
      const found = await read();
      told = '';
      if (found === null || isSame(found, current)) return;
      current = found;
      onChange(found);
      logger.info({ event: 'external-scaler-certificate-renewed' });
    } catch (thrown) {
      // Once for each reason: files are often replaced one after the other.
      const reason = AppError.from(thrown).message;
      if (reason !== told) logger.warn({ event: 'external-scaler-certificate-unusable', reason });
      told = reason;
    }
  };
  const follow = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await clock.sleep(everyMs, over.signal);
      await look();
    }
  };
  follow().catch(() => {
    // Only the end of it ends the wait early.
  });
  return { [Symbol.dispose]: () => over.abort() };
}

const isSame = (one: ServerTls, other: ServerTls): boolean =>
  one.cert === other.cert && one.key === other.key && one.clientCa === other.clientCa;
