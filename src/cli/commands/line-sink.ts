import { open } from 'node:fs/promises';
import { fileProblem } from '../file-problem.ts';

/** Where lines go, one after another. Disposing closes it. */
export interface LineSink extends AsyncDisposable {
  /** Resolves when the line is written. @returns false when nobody reads any more (a closed pipe). @throws AppError when the file takes no more. */
  write(line: string): Promise<boolean>;
}

/** Appends to a file. It is opened at once, so that a wrong name is known before anything is recorded. @throws AppError `invalid-argument` naming the flag. */
export async function fileSink(flag: string, file: string): Promise<LineSink> {
  const handle = await open(file, 'a').catch((error: unknown) => {
    throw fileProblem(flag, file, error);
  });
  return {
    write: async (line) => {
      await handle.appendFile(`${line}\n`).catch((error: unknown) => {
        throw fileProblem(flag, file, error);
      });
      return true;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** Writes to a stream of this process, which stays open. */
export function streamSink(stream: NodeJS.WritableStream): LineSink {
  let open = true;
  // Said by the callback of the write too; without a listener it would end the process.
  const onError = (): void => {
    open = false;
  };
  stream.on('error', onError);
  return {
    write: (line) =>
      new Promise((resolve) => {
        if (open) stream.write(`${line}\n`, (error) => resolve(!error));
        else resolve(false);
      }),
    [Symbol.asyncDispose]: async () => {
      if (open) stream.off('error', onError);
    },
  };
}
