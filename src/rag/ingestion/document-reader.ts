import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ParsedDocument, ParseLimits } from './parser.ts';
import type { ParseReply, ParseRequest } from './parse-thread.ts';

export interface ReaderOptions {
  readonly clock: Clock;
  /** How long one document may take. Unit: ms. */
  readonly timeoutMs: number;
  /** JavaScript heap of the parser. Unit: MiB. @defaultValue 1024 */
  readonly maxHeapMegabytes?: number;
  /** How much the whole process may grow during one document; buffers are outside of the heap. Unit: MiB. @defaultValue 1536 */
  readonly maxGrowthMegabytes?: number;
  /** Another program than Sluice's own parsers, for tests. */
  readonly threadUrl?: URL;
}

/** Reads one document at a time, in a thread that can be stopped: a parser that hangs or explodes takes nobody along. */
export interface DocumentReader extends AsyncDisposable {
  /**
   * @param bytes given away: their buffer is empty afterwards.
   * @throws AppError as `Parser.parse`; `unreadable-document` after the time limit, `too-large` when memory runs out,
   * `cancelled` when the signal aborts.
   */
  read(
    source: string,
    bytes: Uint8Array<ArrayBuffer>,
    limits: ParseLimits,
    signal?: AbortSignal,
  ): Promise<ParsedDocument>;
}

const memoryCheckMs = 250;

/** From source the thread is TypeScript beside this file; built, it is an entry of its own, perhaps one folder up. */
function ownThread(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('parse-thread.ts', import.meta.url);
  const beside = new URL('parse-thread.js', import.meta.url);
  return existsSync(beside) ? beside : new URL('../parse-thread.js', import.meta.url);
}

/** The thread starts with the first document and is kept; after a failure of its own the next document gets a new one. */
export function createDocumentReader(options: ReaderOptions): DocumentReader {
  const { clock, timeoutMs, maxHeapMegabytes = 1024, maxGrowthMegabytes = 1536 } = options;
  let kept: Worker | null = null;

  const start = (): Worker => {
    if (kept) return kept;
    kept = new Worker(options.threadUrl ?? ownThread(), {
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes },
      stdout: true,
      stderr: true,
    });
    // Parsers chat about odd files; what matters comes back as an error.
    kept.stdout.resume();
    kept.stderr.resume();
    return kept;
  };
  const stop = async (): Promise<void> => {
    const thread = kept;
    kept = null;
    await thread?.terminate();
  };

  const read: DocumentReader['read'] = async (source, bytes, limits, signal) => {
    signal?.throwIfAborted();
    const thread = start();
    const grownFrom = process.memoryUsage.rss();
    const undo: (() => void)[] = [];
    const tooMuchMemory = (): AppError =>
      new AppError(
        'too-large',
        `${source} needs more memory to read than one document may use. Split it, or save it in a simpler format.`,
        { param: source },
      );
    try {
      const reply = await new Promise<ParseReply>((resolve, reject) => {
        const onMessage = (message: ParseReply): void => resolve(message);
        const onError = (error: Error & { code?: string }): void => {
          kept = null;
          const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
          reject(
            outOfMemory
              ? tooMuchMemory()
              : new AppError('internal', `Reading ${source} stopped: ${error.message}`, { cause: error }),
          );
        };
        const onExit = (code: number): void => {
          kept = null;
          reject(new AppError('internal', `Reading ${source} stopped: its thread ended with code ${code}.`));
        };
        const onAbort = (): void => reject(AppError.from(signal?.reason));
        thread.on('message', onMessage).on('error', onError).on('exit', onExit);
        signal?.addEventListener('abort', onAbort, { once: true });
        undo.push(
          () => thread.off('message', onMessage).off('error', onError).off('exit', onExit),
          () => signal?.removeEventListener('abort', onAbort),
          clock.schedule(timeoutMs, () =>
            reject(
              new AppError(
                'unreadable-document',
                `${source} could not be read within ${Math.round(timeoutMs / 1000)} s. Split it, save it in a simpler format, or raise ingestion.parseTimeoutMs.`,
                { param: source },
              ),
            ),
          ),
        );
        const watch = (): (() => void) =>
          clock.schedule(memoryCheckMs, () => {
            if (process.memoryUsage.rss() - grownFrom > maxGrowthMegabytes * 1024 * 1024)
              reject(tooMuchMemory());
            else cancelWatch = watch();
          });
        let cancelWatch = watch();
        undo.push(() => cancelWatch());
        const request: ParseRequest = { source, bytes, limits };
        const whole = bytes.byteLength === bytes.buffer.byteLength;
        thread.postMessage(request, whole ? [bytes.buffer] : []);
      });
      if (reply.kind === 'parsed') return reply.document;
      throw new AppError(reply.code, reply.message, { param: source, details: { stack: reply.stack } });
    } catch (error) {
      // A failure that the thread itself reported leaves it fit for the next document.
      if (!(error instanceof AppError && 'stack' in error.details)) await stop();
      throw error;
    } finally {
      for (const step of undo) step();
    }
  };

  return { read, [Symbol.asyncDispose]: stop };
}
