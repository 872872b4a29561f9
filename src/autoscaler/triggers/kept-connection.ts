import { AppError } from '../../contract/app-error.ts';
import { buildError } from './error-stage.ts';
import { reasonOf, withoutSecrets } from './without-secrets.ts';

export interface KeptConnectionOptions<Client extends AsyncDisposable> {
  /** What is connected to, for messages: `Redis at localhost:6379`. Without secrets. */
  readonly what: string;
  /** Connects and proves it with a first answer. */
  readonly open: (signal: AbortSignal) => Promise<Client>;
  /** Never shown in an error. */
  readonly secrets: readonly (string | null | undefined)[];
  /** How long connecting may take. @defaultValue 3000 */
  readonly openTimeoutMs?: number;
  /** How long one question may take. @defaultValue 3000 */
  readonly askTimeoutMs?: number;
}

/** A connection that is opened when first needed and thrown away after any error. */
export interface KeptConnection<Client extends AsyncDisposable> extends AsyncDisposable {
  /** Opens the connection now, unless there is one. @throws AppError as `ask` does before it asks. */
  connect(signal: AbortSignal): Promise<void>;
  /**
   * @throws AppError of stage `build` when connecting fails, `upstream-failed` when the question does, `cancelled` when
   * the signal aborts first.
   */
  ask<Answer>(signal: AbortSignal, question: (client: Client) => Promise<Answer>): Promise<Answer>;
}

const defaultTimeoutMs = 3000;

/** As KEDA's scalers behave that connect while they are built: after an error the next call builds anew. */
export function keepConnection<Client extends AsyncDisposable>(
  options: KeptConnectionOptions<Client>,
): KeptConnection<Client> {
  const { askTimeoutMs = defaultTimeoutMs, open, openTimeoutMs = defaultTimeoutMs, secrets, what } = options;
  let client: Client | null = null;
  let disposed = false;

  const drop = async (old: Client): Promise<void> => {
    if (client === old) client = null;
    await closeQuietly(old);
  };

  /** The poll and the HPA's sync may both find no connection at the same moment: the first to open one wins. */
  const opened = async (signal: AbortSignal): Promise<Client> => {
    if (client !== null) return client;
    const fresh = await connect(signal);
    if (client !== null) {
      await closeQuietly(fresh);
      return client;
    }
    client = fresh;
    return fresh;
  };

  const connect = async (signal: AbortSignal): Promise<Client> => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(openTimeoutMs)]);
    try {
      const opening = open(within);
      // A client that opens after nobody waits for it any more is closed at once.
      opening.then(
        (late) => (within.aborted || disposed ? closeQuietly(late) : undefined),
        () => {},
      );
      return await beforeAbort(opening, within);
    } catch (error) {
      if (signal.aborted) throw cancelled(what);
      if (error instanceof AppError && error.code === 'invalid-argument') throw error;
      throw buildError(`${what} cannot be reached: ${reasonOf(error, secrets)}`);
    }
  };

  return {
    connect: async (signal) => {
      if (signal.aborted) throw cancelled(what);
      await opened(signal);
    },
    ask: async (signal, question) => {
      if (signal.aborted) throw cancelled(what);
      const asked = await opened(signal);
      const within = AbortSignal.any([signal, AbortSignal.timeout(askTimeoutMs)]);
      try {
        return await beforeAbort(question(asked), within);
      } catch (error) {
        await drop(asked);
        if (signal.aborted) throw cancelled(what);
        if (error instanceof AppError) throw shown(error, secrets);
        throw new AppError('upstream-failed', `${what} gave no value: ${reasonOf(error, secrets)}`);
      }
    },
    [Symbol.asyncDispose]: async () => {
      disposed = true;
      if (client !== null) await drop(client);
    },
  };
}

async function closeQuietly(client: AsyncDisposable): Promise<void> {
  try {
    await client[Symbol.asyncDispose]();
  } catch {
    // What a broken connection says at its end helps nobody: the error before it is reported.
  }
}

/** A driver's own sentence may quote the server, which may quote what it was told. */
function shown(error: AppError, secrets: KeptConnectionOptions<AsyncDisposable>['secrets']): AppError {
  const message = withoutSecrets(error.message, secrets);
  return message === error.message ? error : new AppError(error.code, message, { details: error.details });
}

const cancelled = (what: string): AppError => new AppError('cancelled', `Asking ${what} was called off.`);

/** For clients that do not listen to signals. */
async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => {});
  }
}
